import type { Clock } from '../../gateway/contract/index.js';

interface Waiter {
  readonly at: number;
  readonly resolve: () => void;
}

/** A clock a test moves by hand. UTC may be set apart from the timeline, to step it. */
export class ManualClock implements Clock {
  #now = 0;
  #utcOffset: number;
  #waiters: Waiter[] = [];

  constructor(utc = Date.UTC(2026, 10, 21)) {
    this.#utcOffset = utc;
  }

  monotonic(): number {
    return this.#now;
  }

  utc(): number {
    return this.#now + this.#utcOffset;
  }

  /** Steps UTC; the timeline does not move. */
  stepUtc(byMs: number): void {
    this.#utcOffset += byMs;
  }

  /** How many are waiting: a test that awaits this to change needs no sleep. */
  get waiting(): number {
    return this.#waiters.length;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const onAbort = (): void => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter);
        resolve();
      };
      const waiter: Waiter = {
        at: this.#now + ms,
        resolve: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      this.#waiters.push(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Moves on to the next waiter, wakes it, and so on until `ms` have passed; lets promises run in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#waiters.reduce<Waiter | undefined>((a, b) => (!a || b.at < a.at ? b : a), undefined);
      if (!next || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      this.#waiters = this.#waiters.filter((one) => one !== next);
      next.resolve();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets every promise that can go on do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
