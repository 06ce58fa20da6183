import type { Clock } from '../../gateway/contract/index.js';

/** A timer of Node holds 2^31 ms. */
const longestWaitMs = 2 ** 31 - 1;

/** One act put off; setting it anew forgets the last. */
export class Timer {
  readonly #clock: Clock;
  #ending: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(ms: number, act: () => void): void {
    this.clear();
    if (ms === Number.POSITIVE_INFINITY) return;
    const ending = new AbortController();
    this.#ending = ending;
    void this.#clock.wait(Math.min(Math.ceil(ms), longestWaitMs), ending.signal).then(() => {
      if (!ending.signal.aborted) act();
    });
  }

  clear(): void {
    this.#ending?.abort();
    this.#ending = undefined;
  }
}
