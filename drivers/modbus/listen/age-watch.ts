import type { Clock } from '../../../gateway/contract/index.js';

/** Ages are looked at this often within the time a tag may be old, and at least so often. */
const looksWithin = 10;
const longestMs = 10_000;

export interface AgeWatchOptions {
  /** ms a tag may go without being read. */
  readonly ageMaxMs: number;
  readonly clock: Clock;
  /** Tags last read at `readByMs`, monotonic, or before are too old. */
  readonly look: (readByMs: number) => void;
}

/** Has the ages of tags looked at while a link is listened to: nothing tells that a master has ceased to read one. */
export class AgeWatch {
  readonly #options: AgeWatchOptions;
  #stopping = new AbortController();
  #done: Promise<void> | undefined;

  constructor(options: AgeWatchOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#done) return;
    this.#stopping = new AbortController();
    this.#done = this.#watch(this.#stopping.signal);
  }

  /** Resolves when no timer is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
    this.#done = undefined;
  }

  async #watch(stopping: AbortSignal): Promise<void> {
    const { ageMaxMs, clock, look } = this.#options;
    const everyMs = Math.max(1, Math.min(Math.ceil(ageMaxMs / looksWithin), longestMs));
    for (;;) {
      await clock.wait(everyMs, stopping);
      if (stopping.aborted) return;
      look(clock.monotonic() - ageMaxMs);
    }
  }
}
