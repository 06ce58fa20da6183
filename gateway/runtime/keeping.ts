const refusedText =
  'what was told could not be stored: the disk is full or refuses, and the memory before it is full; make room on the disk of the journal';
const endedText = 'the subscription ended before what was told was on disk';

/**
 * What one subscription may acknowledge: whether what was told of it is safe, for whoever asks. Holds what asks until the
 * next commit; how much asks is the driver's to bound.
 */
export class Keeping {
  readonly #committed: () => Promise<void>;
  readonly #waiting = new Set<(error: Error) => void>();
  #isRefused = false;
  #hasEnded = false;

  /** `committed` resolves when what is in the journal survives a power cut. */
  constructor(committed: () => Promise<void>) {
    this.#committed = committed;
  }

  /** Something that was told is not in the journal: the next who asks hears of it, and nobody after. */
  refused(): void {
    this.#isRefused = true;
  }

  /** As `Told.kept`. */
  kept(): Promise<void> {
    const kept = this.#hasEnded ? Promise.reject(new Error(endedText)) : this.#next();
    // Whose station has hung up meanwhile need not listen.
    kept.catch(() => undefined);
    return kept;
  }

  #next(): Promise<void> {
    const isRefused = this.#isRefused;
    this.#isRefused = false;
    if (isRefused) return Promise.reject(new Error(refusedText));
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      this.#committed()
        .finally(() => this.#waiting.delete(reject))
        .then(resolve, reject);
    });
  }

  /** Nobody waits any longer. */
  end(): void {
    this.#hasEnded = true;
    for (const reject of this.#waiting) reject(new Error(endedText));
    this.#waiting.clear();
  }
}
