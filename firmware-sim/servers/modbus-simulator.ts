import type { Clock, Fault, Simulator } from '../../gateway/contract/index.js';
import { FaultSet } from '../faults.js';
import { FieldTime } from '../field-time.js';
import { Random } from '../random.js';
import { CounterFile } from '../registers/counter-file.js';
import { Exception } from '../registers/refusal.js';
import { systemClock } from '../system-clock.js';
import { exceptionAnswer, subjectOf } from './answer.js';
import type { Channel, Port } from './channel.js';
import { Delivery, type Outcome, type SlaveKind } from './delivery.js';
import type { Framing, Request, RequestFramer } from './framing.js';
import { Medium } from './medium.js';
import { openPort, type Transport } from './transport.js';
import { Unit, type UnitSpec } from './unit.js';
import type { WireLog } from './wire-event.js';
import type { WireSpec } from './wire-time.js';

export interface ModbusSimulatorOptions {
  readonly transport: Transport;
  readonly units: readonly UnitSpec[];
  /** Left out, the wire takes no time. */
  readonly wire?: WireSpec;
  /** `queueing` when left out. */
  readonly slave?: SlaveKind;
  readonly seed?: number;
  readonly log?: WireLog;
  /** Where answered reply counters are written; one file a server. */
  readonly counterFile?: string;
  /** Shared by the servers of one plant; an own one when left out. */
  readonly time?: FieldTime;
  readonly clock?: Clock;
}

/** Units behind one real Modbus endpoint. Serves from `start` to `stop`, once. */
export class ModbusSimulator implements Simulator {
  readonly #clock: Clock;
  readonly #time: FieldTime;
  readonly #faults: FaultSet;
  readonly #framing: Framing;
  readonly #port: Port;
  readonly #medium: Medium;
  readonly #delivery: Delivery;
  readonly #units: ReadonlyMap<number, Unit>;
  readonly #framers = new Map<Channel, RequestFramer>();
  readonly #log: WireLog | undefined;
  readonly #counters: CounterFile | undefined;
  #address = '';
  #exchanges = 0;

  constructor(options: ModbusSimulatorOptions) {
    const random = new Random(options.seed ?? 1);
    this.#clock = options.clock ?? systemClock;
    this.#time = options.time ?? new FieldTime(this.#clock);
    this.#faults = new FaultSet(random);
    ({ framing: this.#framing, port: this.#port } = openPort(options.transport, options.wire));
    this.#medium = new Medium(options.wire);
    this.#log = options.log;
    this.#counters = options.counterFile === undefined ? undefined : new CounterFile(options.counterFile);
    this.#delivery = new Delivery({
      clock: this.#clock,
      framing: this.#framing,
      wire: options.wire,
      medium: this.#medium,
      slave: options.slave ?? 'queueing',
      faults: this.#faults,
      random,
      settled: (outcome) => this.#settled(outcome),
    });
    this.#units = new Map(
      options.units.map((spec) => [
        spec.unit,
        new Unit(spec, this.#faults, this.#time, this.#counters?.lastOf(spec.unit) ?? 0),
      ]),
    );
  }

  get address(): string {
    return this.#address;
  }

  async start(): Promise<void> {
    this.#address = await this.#port.open({
      opened: (channel) => this.#framers.set(channel, this.#framing.framer()),
      received: (channel, bytes) => this.#received(channel, bytes),
      closed: (channel) => this.#framers.delete(channel),
    });
  }

  /** Throws `RangeError` when the shares of reply faults exceed 1. */
  inject(fault: Fault): void {
    this.#time.catchUp();
    this.#faults.inject(fault);
    for (const unit of this.#units.values()) unit.injected(fault);
  }

  /** Connections that were half-open end now, as they do when a lost host comes back. */
  heal(): void {
    const wasHalfOpen = this.#faults.halfOpen;
    this.#faults.heal();
    if (wasHalfOpen) for (const channel of this.#framers.keys()) channel.destroy();
  }

  async stop(): Promise<void> {
    this.#delivery.stop();
    await this.#port.close();
    this.#counters?.close();
  }

  #received(channel: Channel, bytes: Buffer): void {
    const atMs = this.#clock.monotonic();
    for (const request of this.#framers.get(channel)?.push(bytes, atMs) ?? []) this.#handle(channel, request, atMs);
  }

  #handle(channel: Channel, request: Request, atMs: number): void {
    const { unit: id, pdu, transaction } = request;
    const subject = subjectOf(pdu);
    const exchange = (this.#exchanges += 1);
    const requestEndMs = this.#medium.carry(atMs, request.byteCount);
    this.#log?.({ kind: 'request', exchange, atMs, endMs: requestEndMs, unit: id, ...subject });
    if (this.#faults.halfOpen || this.#faults.isDead(id)) return;
    this.#time.catchUp();
    if (id === 0 && !this.#framing.identifies) {
      // A broadcast is obeyed by all and answered by none.
      for (const unit of this.#units.values()) unit.answer(pdu);
      return;
    }
    const unit = this.#units.get(id);
    if (!unit && !this.#framing.identifies) return;
    const fault = unit && this.#faults.throwForReply();
    const exception = fault?.kind === 'exception' ? fault.code : Exception.gatewayTargetSilent;
    const answer =
      unit && fault?.kind !== 'exception' ? unit.answer(pdu) : exceptionAnswer(subject.function, exception);
    const frame = this.#framing.frame(id, answer.pdu, transaction);
    const reply = { exchange, channel, unit: id, transaction, subject, frame, answer, requestEndMs };
    this.#delivery.send(fault ? { ...reply, fault } : reply);
  }

  #settled({ reply, endMs, isWhole, sent, fault }: Outcome): void {
    const { exchange, unit, subject, answer } = reply;
    const { words, exception, counter } = answer;
    if (isWhole && counter !== undefined) this.#counters?.append(unit, counter, this.#clock.utc());
    this.#log?.({
      kind: 'answer',
      exchange,
      atMs: this.#clock.monotonic(),
      endMs,
      unit,
      ...subject,
      words,
      sent,
      ...(exception !== undefined && { exception }),
      ...(counter !== undefined && { counter }),
      ...(fault !== undefined && { fault }),
    });
  }
}
