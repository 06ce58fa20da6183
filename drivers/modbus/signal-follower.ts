/**
 * Hears one abort signal at a time, and listens once however many requests come with the same one. Signals joined by
 * `AbortSignal.any` would pile up on one that lives as long as the link.
 */
export class SignalFollower {
  readonly #aborted: (reason: Error) => void;
  #signal: AbortSignal | undefined;
  readonly #listener = () => this.#aborted(this.#signal?.reason as Error);

  constructor(aborted: (reason: Error) => void) {
    this.#aborted = aborted;
  }

  /** `undefined` lets go of the last one. */
  follow(signal: AbortSignal | undefined): void {
    if (signal === this.#signal) return;
    this.#signal?.removeEventListener('abort', this.#listener);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#listener, { once: true });
  }
}
