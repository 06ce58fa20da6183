import type { Clock } from '../../gateway/contract/index.js';

export interface SilenceWatchOptions {
  /** ms each device may say nothing. */
  readonly limits: ReadonlyMap<string, number>;
  readonly clock: Clock;
  /** Told once when a device falls silent, and again only after it was heard. */
  readonly silent: (device: string, silentMs: number) => void;
}

/** Which devices have said nothing for longer than they may, for drivers that are told and do not ask. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  /** When each device that is not silent falls so, monotonic ms. */
  readonly #due = new Map<string, number>();
  #stopping = new AbortController();
  #wake = new AbortController();
  #done: Promise<void> | undefined;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** Every device has its whole time from now on. */
  start(): void {
    for (const device of this.#options.limits.keys()) this.heard(device);
    if (this.#done) return;
    this.#stopping = new AbortController();
    this.#done = this.#watch(this.#stopping.signal);
  }

  heard(device: string): void {
    const limit = this.#options.limits.get(device);
    if (limit === undefined) return;
    const wasSilent = !this.#due.has(device);
    this.#due.set(device, this.#options.clock.monotonic() + limit);
    if (wasSilent) this.#wake.abort();
  }

  /** Resolves when no timer is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#done;
    this.#done = undefined;
    this.#due.clear();
  }

  async #watch(stopping: AbortSignal): Promise<void> {
    const { clock, limits, silent } = this.#options;
    while (!stopping.aborted) {
      const now = clock.monotonic();
      for (const [device, due] of this.#due) {
        if (due > now) continue;
        this.#due.delete(device);
        silent(device, limits.get(device) as number);
      }
      this.#wake = new AbortController();
      const waitMs = Math.min(...this.#due.values()) - now;
      await clock.wait(Math.min(Math.max(1, Math.ceil(waitMs)), longestWaitMs), this.#wake.signal);
    }
  }
}

/** A timer of Node holds 2^31 ms. */
const longestWaitMs = 2 ** 31 - 1;
