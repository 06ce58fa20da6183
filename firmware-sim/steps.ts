/** Cuts time into whole steps, so that a model's course does not depend on how often somebody looks. */
export class Steps {
  readonly stepMs: number;
  #restMs = 0;

  constructor(stepMs: number) {
    this.stepMs = stepMs;
  }

  /** How many steps have come due. */
  take(byMs: number): number {
    this.#restMs += byMs;
    const due = Math.floor(this.#restMs / this.stepMs);
    this.#restMs -= due * this.stepMs;
    return due;
  }
}

/** Share of the way to its target that a first-order lag goes in one step. */
export const lagShare = (stepMs: number, lagMs: number): number => (lagMs > 0 ? 1 - Math.exp(-stepMs / lagMs) : 1);
