import type { Clock, Log } from '../contract/index.js';

/** This many wrong tokens of one address within the time, and it has to wait as long again. */
const failuresMax = 5;
const withinMs = 60_000;
/** Addresses remembered; beyond it the one that failed longest ago is forgotten. */
const addressesMax = 1000;

interface Failures {
  readonly count: number;
  /** Forgotten, and a blocked address free again, at this time of the monotonic clock. */
  readonly until: number;
}

/** Counts wrong tokens by address, in memory, and says who has to wait. */
export class FailedAttempts {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** ms an address has to wait before a token of it is looked at; 0 when it need not. */
  waitMs(address: string): number {
    const failures = this.#failures.get(address);
    if (!failures || failures.count < failuresMax) return 0;
    return Math.max(0, failures.until - this.#clock.monotonic());
  }

  failed(address: string): void {
    const now = this.#clock.monotonic();
    const before = this.#failures.get(address);
    const isFresh = !before || before.until <= now;
    const count = isFresh ? 1 : before.count + 1;
    const until = isFresh || count >= failuresMax ? now + withinMs : before.until;
    this.#failures.delete(address);
    this.#failures.set(address, { count, until });
    if (count === failuresMax) this.#log.warn({ address }, 'too many wrong tokens: address has to wait');
    if (this.#failures.size > addressesMax) this.#failures.delete(this.#failures.keys().next().value as string);
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }
}
