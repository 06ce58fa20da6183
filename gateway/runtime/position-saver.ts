import type { Clock } from '../contract/index.js';
import type { Journal, Position, PositionKey } from '../journal/index.js';

/** Journals moved positions at once, but at most each `everyMs`: what a sink may see again after a crash. */
export class PositionSaver {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #moved = new Map<PositionKey, Position>();
  readonly #stopping = new AbortController();
  #savedAt = Number.NEGATIVE_INFINITY;
  #isWaiting = false;

  constructor(journal: Journal, clock: Clock, everyMs: number) {
    this.#journal = journal;
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  moved(key: PositionKey, position: Position): void {
    this.#moved.set(key, position);
    if (this.#isWaiting) return;
    const wait = this.#savedAt + this.#everyMs - this.#clock.monotonic();
    if (wait <= 0) {
      this.save();
      return;
    }
    this.#isWaiting = true;
    void this.#clock.wait(wait, this.#stopping.signal).then(() => {
      this.#isWaiting = false;
      this.save();
    });
  }

  save(): void {
    if (this.#moved.size === 0) return;
    this.#journal.savePositions(this.#moved);
    this.#moved.clear();
    this.#savedAt = this.#clock.monotonic();
  }

  stop(): void {
    this.save();
    this.#stopping.abort();
  }
}
