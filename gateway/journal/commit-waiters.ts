interface Waiter {
  /** Everything below has to be committed. */
  to: number;
  readonly reached: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Who waits until what was appended is committed. One promise for all who wait for the same commit. */
export class CommitWaiters {
  /** By `to`, the lowest first. */
  #waiters: Waiter[] = [];

  /**
   * `to` is never lower than that of the call before; all from `from` on is not handed to the disk yet, so it will be
   * committed at once: who waits for some of it, waits for all of it.
   */
  wait(to: number, from: number): Promise<void> {
    const last = this.#waiters.at(-1);
    if (last && (last.to === to || last.to > from)) {
      last.to = to;
      return last.reached;
    }
    let settle: Pick<Waiter, 'resolve' | 'reject'> | undefined;
    const reached = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.#waiters.push({ to, reached, ...(settle as Pick<Waiter, 'resolve' | 'reject'>) });
    return reached;
  }

  /** Everything below `to` is committed. */
  tell(to: number): void {
    const count = this.#waiters.findIndex((one) => one.to > to);
    for (const { resolve } of this.#waiters.splice(0, count < 0 ? this.#waiters.length : count)) resolve();
  }

  giveUp(error: Error): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}
