/** Strangers that are remembered; more are counted alone. */
const strangersMax = 64;

/** Stations that were refused, so that each is told of once, and again after it was let in. Holds 64. */
export class Strangers {
  readonly #names = new Set<string>();

  get names(): readonly string[] {
    return [...this.#names];
  }

  /** True when it is to be told of. */
  isNews(name: string): boolean {
    if (this.#names.has(name) || this.#names.size >= strangersMax) return false;
    this.#names.add(name);
    return true;
  }

  letIn(name: string): void {
    this.#names.delete(name);
  }
}
