import type { Clock, DeviceModel, Simulator } from '../../gateway/contract/index.js';
import { FieldTime } from '../field-time.js';
import { Random } from '../random.js';
import type { Channel, Port } from '../servers/channel.js';
import { SerialLinePort } from '../servers/serial-port.js';
import { TcpPort } from '../servers/tcp-port.js';
import { systemClock } from '../system-clock.js';
import { type AnswerFault, type MeterFault, MeterFaults } from './meter-faults.js';

/** How the line is reached: as a serial server does over TCP, `port` 0 takes a free one, or at a serial port. */
export type MeterTransport =
  | { readonly kind: 'tcp'; readonly host?: string; readonly port: number }
  | { readonly kind: 'serial'; readonly path: string };

export interface LineOptions {
  readonly transport: MeterTransport;
  /** FEH before each answer; 4 when left out. */
  readonly preamble?: number;
  readonly seed?: number;
  readonly time?: FieldTime;
  readonly clock?: Clock;
}

/** Takes whole requests from a stream of bytes. */
export interface Receiver<Request> {
  push(bytes: Uint8Array): readonly Request[];
}

/** One meter of a protocol; all it makes are frames without preamble. */
export interface SimulatedMeter<Request> {
  /** What faults call it. */
  readonly unit: number;
  readonly model: DeviceModel;
  /** Undefined when the request is for another meter, or of a kind it does not know. */
  answer(request: Request): Buffer | undefined;
  refuse(request: Request, error: number): Buffer;
  /** The answer another meter would give. */
  foreign(request: Request): Buffer;
}

/** Meters of one protocol on one line. Serves from `start` to `stop`, once. */
export class MeterSimulator<Request> implements Simulator {
  readonly #port: Port;
  readonly #meters: readonly SimulatedMeter<Request>[];
  readonly #faults: MeterFaults;
  readonly #random: Random;
  readonly #time: FieldTime;
  readonly #clock: Clock;
  readonly #preamble: Buffer;
  readonly #receivers = new Map<Channel, Receiver<Request>>();
  readonly #receiver: () => Receiver<Request>;
  readonly #stopped = new AbortController();
  #address = '';
  #requests = 0;

  constructor(
    { transport, preamble = 4, seed = 1, clock = systemClock, time }: LineOptions,
    meters: readonly SimulatedMeter<Request>[],
    receiver: () => Receiver<Request>,
  ) {
    this.#random = new Random(seed);
    this.#faults = new MeterFaults(this.#random);
    this.#clock = clock;
    this.#time = time ?? new FieldTime(clock);
    this.#preamble = Buffer.alloc(preamble, 0xfe);
    this.#meters = meters;
    this.#receiver = receiver;
    for (const { model } of meters) this.#time.join(model);
    this.#port =
      transport.kind === 'tcp'
        ? new TcpPort(transport.host ?? '127.0.0.1', transport.port)
        : new SerialLinePort(transport.path, { baud: 2400, parity: 'even' });
  }

  get address(): string {
    return this.#address;
  }

  /** Requests taken so far, for whichever meter. */
  get requests(): number {
    return this.#requests;
  }

  async start(): Promise<void> {
    this.#address = await this.#port.open({
      opened: (channel) => this.#receivers.set(channel, this.#receiver()),
      received: (channel, bytes) => {
        for (const request of this.#receivers.get(channel)?.push(bytes) ?? []) this.#handle(channel, request);
      },
      closed: (channel) => this.#receivers.delete(channel),
    });
  }

  inject(fault: MeterFault): void {
    this.#time.catchUp();
    this.#faults.inject(fault);
  }

  heal(): void {
    this.#faults.heal();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#port.close();
  }

  #handle(channel: Channel, request: Request): void {
    this.#requests += 1;
    const { common } = this.#faults;
    if (common.halfOpen) return;
    this.#time.catchUp();
    for (const meter of this.#meters) {
      if (common.isDead(meter.unit)) continue;
      const answer = meter.answer(request);
      if (answer) void this.#send(channel, meter, request, answer);
    }
  }

  async #send(channel: Channel, meter: SimulatedMeter<Request>, request: Request, answer: Buffer): Promise<void> {
    const fault = this.#faults.throwForAnswer();
    const lateMs = fault?.kind === 'late' ? this.#random.uniform(fault.fromMs, fault.toMs) : 0;
    const waitMs = lateMs + this.#faults.common.slownessMs(meter.unit);
    if (waitMs > 0) await this.#clock.wait(waitMs, this.#stopped.signal);
    for (const bytes of this.#onTheWire(meter, request, answer, fault)) {
      if (!channel.isOpen || this.#stopped.signal.aborted) return;
      channel.write(bytes);
      // Lets each piece leave by itself.
      await this.#clock.wait(1, this.#stopped.signal);
    }
  }

  /** What is written in place of one answer, one write each. */
  #onTheWire(
    meter: SimulatedMeter<Request>,
    request: Request,
    answer: Buffer,
    fault: AnswerFault | undefined,
  ): Buffer[] {
    const whole = Buffer.concat([this.#preamble, answer]);
    switch (fault?.kind) {
      case 'dropped':
        return [];
      case 'duplicated':
        return [whole, whole];
      case 'merged':
        return [Buffer.concat([whole, this.#random.bytes(this.#random.whole(1, 8))])];
      case 'truncated':
        return [whole.subarray(0, this.#random.whole(1, whole.length - 1))];
      case 'garbage':
        // A start byte among it, so that what follows could be taken for a frame.
        return [Buffer.concat([this.#random.bytes(this.#random.whole(1, 8)), Buffer.of(0x68), whole])];
      case 'foreign-frame':
        return [Buffer.concat([this.#preamble, meter.foreign(request)])];
      case 'exception':
        return [Buffer.concat([this.#preamble, meter.refuse(request, fault.code)])];
      case 'wrong-checksum':
        whole[whole.length - 2] = ((whole.at(-2) as number) + this.#random.whole(1, 255)) % 256;
        return [whole];
      case 'split':
        return Array.from(whole, (byte) => Buffer.of(byte));
      case 'late':
      case undefined:
        return [whole];
    }
  }
}
