import type { Clock, Fault, Simulator } from '../../gateway/contract/index.js';
import { FaultSet } from '../faults.js';
import { Random } from '../random.js';
import type { Channel, Port } from '../servers/channel.js';
import { SerialLinePort } from '../servers/serial-port.js';
import { TcpPort } from '../servers/tcp-port.js';
import { systemClock } from '../system-clock.js';
import type { Instrument } from './instrument.js';

/**
 * What can befall a message beside the faults of every wire: it comes in pieces of so many bytes, or one of its bytes
 * has a bit turned, so that its checksum is wrong. `dead`, of any unit, is silence.
 */
export type InstrumentFault =
  | Fault
  | { readonly kind: 'split'; readonly bytes: number }
  | { readonly kind: 'wrong-checksum'; readonly share: number };

export interface InstrumentSimulatorOptions {
  readonly instrument: Instrument;
  /** A TCP port on loopback, 0 a free one; or the path of a serial port. */
  readonly at: { readonly port: number } | { readonly path: string };
  readonly seed?: number;
  readonly clock?: Clock;
}

/** No request is longer. */
const requestMax = 64;

/** An instrument on a TCP port or a serial line; every connection hears what it sends by itself. */
export class InstrumentSimulator implements Simulator {
  readonly #instrument: Instrument;
  readonly #port: Port;
  readonly #random: Random;
  readonly #faults: FaultSet;
  readonly #clock: Clock;
  /** Open channels with what was heard on each since its last answer. */
  readonly #channels = new Map<Channel, Buffer>();
  readonly #ended = new AbortController();
  #sending: Promise<void> | undefined;
  #address = '';
  #splitBytes: number | undefined;
  #wrongShare = 0;
  #isSilent = false;

  constructor({ instrument, at, seed = 1, clock = systemClock }: InstrumentSimulatorOptions) {
    this.#instrument = instrument;
    this.#port = 'path' in at ? new SerialLinePort(at.path, undefined) : new TcpPort('127.0.0.1', at.port);
    this.#random = new Random(seed);
    this.#faults = new FaultSet(this.#random);
    this.#clock = clock;
  }

  get address(): string {
    return this.#address;
  }

  async start(): Promise<void> {
    this.#address = await this.#port.open({
      opened: (channel) => this.#channels.set(channel, Buffer.alloc(0)),
      received: (channel, bytes) => this.#answer(channel, bytes),
      closed: (channel) => this.#channels.delete(channel),
    });
    this.#sending = this.#sendByItself();
  }

  inject(fault: InstrumentFault): void {
    if (fault.kind === 'split') this.#splitBytes = fault.bytes;
    else if (fault.kind === 'wrong-checksum') this.#wrongShare = fault.share;
    else if (fault.kind === 'dead') this.#isSilent = true;
    else this.#faults.inject(fault);
  }

  heal(): void {
    this.#faults.heal();
    this.#splitBytes = undefined;
    this.#wrongShare = 0;
    this.#isSilent = false;
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#sending;
    await this.#port.close();
  }

  async #sendByItself(): Promise<void> {
    const { everyMs } = this.#instrument;
    if (everyMs === undefined) return;
    while (!this.#ended.signal.aborted) {
      for (const message of this.#instrument.send?.() ?? []) {
        for (const channel of this.#channels.keys()) this.#deliver(channel, message);
      }
      await this.#clock.wait(everyMs, this.#ended.signal);
      this.#instrument.advance(everyMs);
    }
  }

  #answer(channel: Channel, request: Buffer): void {
    const heard = Buffer.concat([this.#channels.get(channel) ?? Buffer.alloc(0), request]).subarray(-requestMax);
    const answer = this.#instrument.answer?.(heard);
    this.#channels.set(channel, answer ? Buffer.alloc(0) : heard);
    if (answer) this.#deliver(channel, answer);
  }

  #deliver(channel: Channel, message: Buffer): void {
    if (this.#isSilent) return;
    const sent = this.#damaged(message);
    const step = this.#splitBytes ?? sent.length;
    for (let at = 0; at < sent.length; at += step) channel.write(sent.subarray(at, at + step));
  }

  #damaged(message: Buffer): Buffer {
    if (this.#wrongShare > 0 && this.#random.next() < this.#wrongShare) return withOneBitTurned(message, this.#random);
    const kind = this.#faults.throwForReply()?.kind;
    if (kind === 'dropped') return Buffer.alloc(0);
    if (kind === 'duplicated') return Buffer.concat([message, message]);
    if (kind === 'truncated') return message.subarray(0, this.#random.whole(1, message.length - 1));
    if (kind === 'garbage') return Buffer.concat([this.#random.bytes(this.#random.whole(1, 40)), message]);
    return message;
  }
}

function withOneBitTurned(message: Buffer, random: Random): Buffer {
  const damaged = Buffer.from(message);
  const at = random.whole(0, message.length - 1);
  damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << random.whole(0, 7)), at);
  return damaged;
}
