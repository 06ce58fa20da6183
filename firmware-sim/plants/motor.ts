/** A motor behind a drive: follows its command while it has power, coasts down without. */
export class Motor {
  readonly #rampHzPerS: number;
  readonly #coastHzPerS: number;
  readonly #ratedA: number;
  hz: number;

  constructor(spec: { startHz: number; rampHzPerS: number; coastHzPerS: number; ratedA: number }) {
    this.#rampHzPerS = spec.rampHzPerS;
    this.#coastHzPerS = spec.coastHzPerS;
    this.#ratedA = spec.ratedA;
    this.hz = spec.startHz;
  }

  advance(seconds: number, commandHz: number, powered: boolean): void {
    const down = (powered ? this.#rampHzPerS : this.#coastHzPerS) * seconds;
    const target = powered ? commandHz : 0;
    this.hz = Math.max(this.hz - down, Math.min(this.hz + this.#rampHzPerS * seconds, target));
  }

  /** A fifth of the rated current magnetises; the rest goes with the square of speed. */
  currentA(powered: boolean): number {
    if (!powered || this.hz < 0.5) return 0;
    return this.#ratedA * (0.2 + 0.8 * (this.hz / 50) ** 2);
  }
}
