import type { Clock } from '../../gateway/contract/index.js';
import type { ByteStream, ByteStreamEvents } from './byte-stream.js';
import type { Caller, CallerEvents } from './callers.js';
import type { DialInSettings } from './dial-in-settings.js';
import { HeartbeatFilter } from './heartbeat-filter.js';
import { IdleWatch } from './idle-watch.js';
import { Timer } from './timer.js';

/**
 * Bytes that may be the beginning of a heartbeat wait this long for the rest of it. An answer that ends in such bytes is
 * as much later, so it is short beside any time-out.
 */
const holdMs = 100;

export interface DialInStreamOptions {
  readonly caller: Caller;
  readonly dialIn: DialInSettings;
  readonly clock: Clock;
  /** Called once, before whoever reads it is told. */
  ended(): void;
}

/** The bytes of one DTU that has dialled in, without its heartbeats. What comes while nobody reads is dropped. */
export class DialInStream implements ByteStream, CallerEvents {
  readonly #options: DialInStreamOptions;
  readonly #filter: HeartbeatFilter;
  readonly #hold: Timer;
  readonly #idle: IdleWatch;
  readonly #gone: Promise<void>;
  #isGone: () => void = () => undefined;
  #events: ByteStreamEvents | undefined;
  #isOver = false;

  constructor(options: DialInStreamOptions) {
    const { dialIn, clock } = options;
    this.#options = options;
    this.#filter = new HeartbeatFilter(dialIn.heartbeats);
    this.#hold = new Timer(clock);
    this.#idle = new IdleWatch(dialIn.silentAfter, clock, () =>
      this.end(`nothing came for ${dialIn.silentAfter} ms, no heartbeat either`),
    );
    this.#gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
  }

  get from(): string {
    return this.#options.caller.from;
  }

  /** Removed so far. */
  get heartbeats(): number {
    return this.#filter.removed;
  }

  attach(events: ByteStreamEvents): void {
    this.#events = events;
  }

  received(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#idle.heard();
    this.#hold.clear();
    this.#pass(this.#filter.push(bytes));
    if (this.#filter.isHolding) this.#hold.set(holdMs, () => this.#pass(this.#filter.flush()));
  }

  closed(): void {
    this.#isGone();
    this.end('the DTU closed the connection, or it broke');
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#options.caller.write(bytes);
  }

  isGone(): Promise<boolean> {
    return Promise.resolve(this.#isOver);
  }

  close(): Promise<void> {
    this.#events = undefined;
    this.end('closed');
    return this.#gone;
  }

  /** Closes the connection; whoever reads it is told why. */
  end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hold.clear();
    this.#idle.stop();
    this.#options.caller.close();
    this.#options.ended();
    this.#events?.lost(why);
  }

  #pass(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#events?.received(bytes);
  }
}
