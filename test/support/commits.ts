interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The commits of a journal as a test gives them, for a fake of `Told`: at once, held back, or refused. */
export class Commits {
  #state: 'at once' | 'held' | 'refused' = 'at once';
  #waiting: Waiter[] = [];
  #asked: (() => void)[] = [];
  /** How often a driver has asked. */
  count = 0;

  readonly kept = (): Promise<void> => {
    this.count += 1;
    for (const resume of this.#asked.splice(0)) resume();
    if (this.#state === 'at once') return Promise.resolve();
    if (this.#state === 'refused') return Promise.reject(new Error('the disk is full'));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  };

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Nothing is committed from now on. */
  hold(): void {
    this.#state = 'held';
  }

  /** What waits is committed, and what comes from now on at once. */
  commit(): void {
    this.#state = 'at once';
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  /** What waits is refused, and what comes from now on at once. */
  refuse(): void {
    this.#state = 'refused';
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the disk is full'));
  }

  /** Resolves when a driver has asked so often. */
  async asked(count: number): Promise<void> {
    while (this.count < count) await new Promise<void>((resolve) => this.#asked.push(resolve));
  }
}
