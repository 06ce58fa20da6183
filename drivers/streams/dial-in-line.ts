import { type Clock, type Log, NotConnected } from '../../gateway/contract/index.js';
import type { ByteLine } from './byte-line.js';
import type { ByteStream, ByteStreamEvents } from './byte-stream.js';
import type { Caller, CallerEvents } from './callers.js';
import type { AwaitedStation } from './dial-in-port.js';
import type { DialInPorts, Seat } from './dial-in-ports.js';
import type { DialInSettings } from './dial-in-settings.js';
import { DialInStream } from './dial-in-stream.js';
import { type DialInAddress, formatStreamAddress } from './stream-address.js';
import { Timer } from './timer.js';

export interface DialInLineOptions {
  readonly address: DialInAddress;
  readonly dialIn: DialInSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly ports: DialInPorts;
}

/** Who waits for the DTU. */
interface Waiting {
  readonly events: ByteStreamEvents;
  resolve(stream: ByteStream): void;
  reject(error: unknown): void;
}

/**
 * The line to one DTU that dials in when it likes. It is expected from the first `open` to `close`; one that dials in
 * between two attempts is kept for the next.
 */
export class DialInLine implements ByteLine {
  readonly #options: DialInLineOptions;
  readonly #station: AwaitedStation;
  readonly #count = { dialIns: 0, replaced: 0 };
  /** Heartbeats of streams that are over. */
  #heartbeatsBefore = 0;
  #seat: Promise<Seat> | undefined;
  #stream: DialInStream | undefined;
  #waiting: Waiting | undefined;
  #refusedOnPort = () => 0;

  constructor(options: DialInLineOptions) {
    const { registration, heartbeats, registrationWithin } = options.dialIn;
    this.#options = options;
    this.#station = {
      registration,
      heartbeats,
      registrationWithinMs: registrationWithin,
      registered: (caller) => this.#registered(caller),
    };
  }

  async open(events: ByteStreamEvents, signal: AbortSignal): Promise<ByteStream> {
    signal.throwIfAborted();
    const { address, clock, log, ports } = this.#options;
    const joining = (this.#seat ??= ports.join(address, this.#station, clock, log));
    const { port } = await joining.catch((error: unknown) => {
      if (this.#seat === joining) this.#seat = undefined;
      throw error;
    });
    signal.throwIfAborted();
    if (this.#seat !== joining) throw this.#notConnected('it was closed');
    this.#refusedOnPort = () => port.refused.count;
    if (this.#stream) {
      this.#stream.attach(events);
      return this.#stream;
    }
    return this.#wait(events, signal, () => this.#notDialled(port.refused.last));
  }

  async close(): Promise<void> {
    const seat = this.#seat;
    this.#seat = undefined;
    this.#waiting?.reject(this.#notConnected('it was closed'));
    await this.#stream?.close();
    const left = await seat?.catch(() => undefined);
    await left?.leave();
  }

  /** `refusedOnPort` is that of all links on the port. */
  counters(): Readonly<Record<string, number>> {
    const heartbeats = this.#heartbeatsBefore + (this.#stream?.heartbeats ?? 0);
    return { ...this.#count, heartbeats, refusedOnPort: this.#refusedOnPort() };
  }

  #wait(events: ByteStreamEvents, signal: AbortSignal, late: () => NotConnected): Promise<ByteStream> {
    const timer = new Timer(this.#options.clock);
    const abort = (): void => this.#waiting?.reject(signal.reason);
    const dialled = new Promise<ByteStream>((resolve, reject) => {
      this.#waiting = { events, resolve, reject };
    });
    timer.set(this.#options.dialIn.dialsInWithin, () => this.#waiting?.reject(late()));
    signal.addEventListener('abort', abort, { once: true });
    return dialled.finally(() => {
      timer.clear();
      signal.removeEventListener('abort', abort);
      this.#waiting = undefined;
    });
  }

  #registered(caller: Caller): CallerEvents {
    const { clock, dialIn } = this.#options;
    const before = this.#stream;
    const stream = new DialInStream({ caller, dialIn, clock, ended: () => this.#ended(stream) });
    this.#count.dialIns += 1;
    this.#stream = stream;
    if (before) {
      this.#count.replaced += 1;
      before.end(`a newer connection of the DTU, from ${caller.from}, took the place of that from ${before.from}`);
    }
    const waiting = this.#waiting;
    if (waiting) {
      this.#waiting = undefined;
      stream.attach(waiting.events);
      waiting.resolve(stream);
    }
    return stream;
  }

  #ended(stream: DialInStream): void {
    this.#heartbeatsBefore += stream.heartbeats;
    if (this.#stream === stream) this.#stream = undefined;
  }

  #notDialled(refused: string | undefined): NotConnected {
    const { dialIn } = this.#options;
    const within = `has not dialled in within ${dialIn.dialsInWithin} ms`;
    const check = 'check that it has power and a signal, and the address, port and registration it is set to';
    return this.#notConnected(`${within}; ${check}${refused === undefined ? '' : `; refused last: ${refused}`}`);
  }

  #notConnected(why: string): NotConnected {
    const { address, dialIn } = this.#options;
    return new NotConnected(`DTU \`${dialIn.registration.text}\` at ${formatStreamAddress(address)}: ${why}`);
  }
}
