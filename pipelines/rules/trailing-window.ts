import { z } from 'zod';
import type { Json } from '../../gateway/contract/index.js';

/** Most readings a window keeps. */
export const windowReadingsMax = 32;

const memory = z.array(z.tuple([z.number(), z.number()])).max(windowReadingsMax);

/**
 * The readings of the last while, at most 32 of them. The time is cut into even spans, and of each the latest reading is
 * kept: what is polled faster is thinned evenly, what is polled slower is kept whole, and the newest is always there.
 */
export class TrailingWindow {
  readonly #overMs: number;
  readonly #spanMs: number;
  readonly #instants: number[] = [];
  readonly #values: number[] = [];

  constructor(overMs: number) {
    this.#overMs = overMs;
    this.#spanMs = overMs / (windowReadingsMax - 1);
  }

  /** Instants of the readings, ascending, no two alike; and their values in the same order. */
  get instants(): readonly number[] {
    return this.#instants;
  }

  get values(): readonly number[] {
    return this.#values;
  }

  /** Time between the oldest and the newest reading, ms. */
  get coveredMs(): number {
    return (this.#instants.at(-1) ?? 0) - (this.#instants[0] ?? 0);
  }

  /** Enough to judge by: that many readings over at least half the time. */
  holds(readingsMin: number): boolean {
    return this.#instants.length >= readingsMin && this.coveredMs >= this.#overMs / 2;
  }

  /** Length of the spans of which one reading each is kept, the first of them from instant 0 on. */
  get spanMs(): number {
    return this.#spanMs;
  }

  /** Number of the newest reading's span. */
  get lastSpan(): number {
    return this.#spanOf(this.#instants.at(-1) ?? 0);
  }

  /**
   * Instant up to which readings to come are in the newest one's span or the `steps` − 1 after it, and make the window
   * forget at most its first `steps`. Undefined when it may not hold enough then.
   */
  openUntil(readingsMin: number, steps: number): number | undefined {
    const first = this.#instants[steps];
    if (first === undefined || this.#instants.length - steps < readingsMin) return undefined;
    if ((this.#instants.at(-1) as number) - first < this.#overMs / 2) return undefined;
    // Of each span one reading at most, so the one after `steps` others is forgotten no sooner. A millisecond less: where
    // exactly a span ends is a matter of rounding.
    return (this.lastSpan + steps) * this.#spanMs - 1;
  }

  add(instant: number, value: number): void {
    const last = this.#instants.length - 1;
    const isSameSpan = last >= 0 && this.#spanOf(this.#instants[last] as number) === this.#spanOf(instant);
    const at = isSameSpan ? last : last + 1;
    this.#instants[at] = instant;
    this.#values[at] = value;
    while ((this.#instants[0] as number) < instant - this.#overMs || this.#instants.length > windowReadingsMax) {
      this.#instants.shift();
      this.#values.shift();
    }
  }

  clear(): void {
    this.#instants.length = 0;
    this.#values.length = 0;
  }

  snapshot(): Json {
    return this.#instants.map((instant, at) => [instant, this.#values[at] as number]);
  }

  restore(state: unknown): void {
    const { success, data } = memory.safeParse(state);
    if (!success || data.some(([instant], at) => instant <= (data[at - 1]?.[0] ?? Number.NEGATIVE_INFINITY))) return;
    this.clear();
    for (const [instant, value] of data) {
      this.#instants.push(instant);
      this.#values.push(value);
    }
  }

  #spanOf(instant: number): number {
    return Math.floor(instant / this.#spanMs);
  }
}
