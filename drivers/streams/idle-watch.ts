import type { Clock } from '../../gateway/contract/index.js';
import { Timer } from './timer.js';

/** Tells once when nothing was heard for `idleMs`; never where that is infinite. */
export class IdleWatch {
  readonly #idleMs: number;
  readonly #clock: Clock;
  readonly #isIdle: () => void;
  readonly #timer: Timer;
  #heardMs: number;

  constructor(idleMs: number, clock: Clock, isIdle: () => void) {
    this.#idleMs = idleMs;
    this.#clock = clock;
    this.#isIdle = isIdle;
    this.#timer = new Timer(clock);
    this.#heardMs = clock.monotonic();
    this.#timer.set(idleMs, () => this.#look());
  }

  /** Monotonic ms. */
  get heardMs(): number {
    return this.#heardMs;
  }

  heard(): void {
    this.#heardMs = this.#clock.monotonic();
  }

  stop(): void {
    this.#timer.clear();
  }

  #look(): void {
    const leftMs = this.#heardMs + this.#idleMs - this.#clock.monotonic();
    if (leftMs <= 0) this.#isIdle();
    else this.#timer.set(leftMs, () => this.#look());
  }
}
