interface Told {
  readonly atMs: number;
  readonly kept: Promise<void>;
}

/**
 * What one station has told lately, by what tells it from everything else, so that a repetition is told once. A repetition
 * is answered when what it repeats is on disk; what could not be stored was never told.
 */
export class ToldLately {
  readonly #max: number;
  readonly #forMs: number;
  /** The oldest first. */
  readonly #told = new Map<string, Told>();

  /** Of more than `max` the oldest is forgotten, and told again when it comes again. After `forMs` the same is another. */
  constructor(max: number, forMs = Number.POSITIVE_INFINITY) {
    this.#max = max;
    this.#forMs = forMs;
  }

  /** Whether it is on disk, when it was told; undefined when it was not. `nowMs` is monotonic. */
  keptOf(identity: string, nowMs = 0): Promise<void> | undefined {
    const told = this.#told.get(identity);
    return told && nowMs - told.atMs < this.#forMs ? told.kept : undefined;
  }

  remember(identity: string, kept: Promise<void>, nowMs = 0): void {
    const told = { atMs: nowMs, kept };
    this.#told.delete(identity);
    this.#told.set(identity, told);
    const [oldest] = this.#told.keys();
    if (this.#told.size > this.#max && oldest !== undefined) this.#told.delete(oldest);
    kept.catch(() => {
      if (this.#told.get(identity) === told) this.#told.delete(identity);
    });
  }
}
