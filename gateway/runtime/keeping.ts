const endedText = 'the subscription ended before what was told was on disk';

/** What those wait for who asked before one commit. */
interface Waiting {
  readonly committed: Promise<void>;
  readonly kept: Promise<void>;
  readonly reject: (error: Error) => void;
}

/**
 * What one subscription may acknowledge: whether what was told of it is safe, for whoever asks. All who ask before the
 * journal begins its next commit share one promise; what each of them does with it is the driver's to bound.
 */
export class Keeping {
  readonly #committed: () => Promise<void>;
  /** One a commit that is to come. */
  readonly #waiting = new Set<Waiting>();
  #last: Waiting | undefined;
  #refusal: string | undefined;
  #hasEnded = false;

  /** `committed` resolves when what is in the journal survives a power cut: the same promise for the same commit. */
  constructor(committed: () => Promise<void>) {
    this.#committed = committed;
  }

  /**
   * Something that was told is not in the journal, and why. It is for whoever asks next in this turn, so whoever told it:
   * one message is told and asked for with nothing awaited between. Nobody else's message is refused for it.
   */
  refused(why: string): void {
    this.#refusal ??= why;
    // Runs when the turn is over.
    queueMicrotask(() => {
      this.#refusal = undefined;
    });
  }

  /** As `Told.kept`. */
  kept(): Promise<void> {
    const why = this.#hasEnded ? endedText : this.#refusal;
    this.#refusal = undefined;
    if (why === undefined) return this.#next();
    const never = Promise.reject(new Error(why));
    // Whose station has hung up meanwhile need not listen.
    never.catch(() => undefined);
    return never;
  }

  get isWaitedFor(): boolean {
    return this.#waiting.size > 0;
  }

  /** Resolves when those who wait now know what became of it. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#waiting].map(({ kept }) => kept));
  }

  /** Nobody waits any longer. */
  end(): void {
    this.#hasEnded = true;
    for (const { reject } of this.#waiting) reject(new Error(endedText));
    this.#waiting.clear();
  }

  #next(): Promise<void> {
    const committed = this.#committed();
    if (this.#last?.committed !== committed) this.#last = this.#waitFor(committed);
    return this.#last.kept;
  }

  #waitFor(committed: Promise<void>): Waiting {
    let reject: Waiting['reject'] = () => undefined;
    const kept = new Promise<void>((resolve, refuse) => {
      reject = refuse;
      committed.then(resolve, refuse);
    });
    const waiting = { committed, kept, reject };
    this.#waiting.add(waiting);
    const over = (): void => void this.#waiting.delete(waiting);
    kept.then(over, over);
    return waiting;
  }
}
