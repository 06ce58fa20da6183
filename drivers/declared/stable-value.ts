/** When a value counts as stable: highest and lowest differ by no more than `within` over `for` ms. */
export interface StableBand {
  readonly within: number;
  readonly for: number;
}

/** Relative error that arithmetic on two values may make. */
const rounding = 1e-9;

/**
 * Follows one value. A run of values within the band is stable once it is long enough; a value outside begins a new run,
 * and so does a pause longer than `pauseMaxMs`, in which anything may have happened. A value that creeps may be called
 * stable later than a sliding window would, never earlier: every value of a stable run lies within the band.
 */
export class StableValue {
  readonly #band: StableBand;
  readonly #pauseMaxMs: number;
  #run: { sinceMs: number; lastMs: number; low: number; high: number } | undefined;

  constructor(band: StableBand, pauseMaxMs: number) {
    this.#band = band;
    this.#pauseMaxMs = pauseMaxMs;
  }

  note(value: number, atMs: number): void {
    const run = this.#run;
    if (!Number.isFinite(value)) {
      this.#run = undefined;
      return;
    }
    const low = Math.min(value, run?.low ?? value);
    const high = Math.max(value, run?.high ?? value);
    // 12.3 − 12.1 is a little more than 0.2 in binary.
    const span = high - low - rounding * Math.max(Math.abs(high), Math.abs(low));
    const goesOn = run && span <= this.#band.within && atMs - run.lastMs <= this.#pauseMaxMs;
    this.#run = goesOn
      ? { sinceMs: run.sinceMs, lastMs: atMs, low, high }
      : { sinceMs: atMs, lastMs: atMs, low: value, high: value };
  }

  get isStable(): boolean {
    return this.#run !== undefined && this.#run.lastMs - this.#run.sinceMs >= this.#band.for;
  }

  forget(): void {
    this.#run = undefined;
  }
}
