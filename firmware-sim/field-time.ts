import type { Clock, DeviceModel } from '../gateway/contract/index.js';

/**
 * The time models live in: the clock's, times `scale`. Models are advanced when somebody looks, in the order they joined,
 * so a plant joins before the instruments that watch it.
 */
export class FieldTime {
  readonly #clock: Clock;
  readonly #scale: number;
  readonly #models: DeviceModel[] = [];
  #lastMs: number;
  #elapsedMs = 0;

  /** `scale`: field time over real time; 60 makes an hour pass in a minute. */
  constructor(clock: Clock, scale = 1) {
    this.#clock = clock;
    this.#scale = scale;
    this.#lastMs = clock.monotonic();
  }

  /** ms of field time since the start, as of the last `catchUp`. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  join(model: DeviceModel): void {
    this.#models.push(model);
  }

  /** Brings every model to now. */
  catchUp(): void {
    const nowMs = this.#clock.monotonic();
    const byMs = (nowMs - this.#lastMs) * this.#scale;
    if (byMs < 1) return;
    this.#lastMs = nowMs;
    this.#elapsedMs += byMs;
    for (const model of this.#models) model.advance(byMs);
  }
}
