import { z } from 'zod';
import type { Json } from '../../gateway/contract/index.js';

/** When the frames of one table were judged. */
export interface ReadingTime {
  /** Instant of the last frame that was judged whole; NaN before the first. */
  last: number;
  /** What it found may have become so at most this long before it: since the one before. */
  spreadMs: number;
}

const memory = z.record(z.string(), z.object({ last: z.number(), spreadMs: z.number() }));

/**
 * When each table was last judged, so that a finding can tell since when at most it may have been so: after an outage or
 * a start that is long before the poll before. Remembered over restarts, by `device/group`.
 */
export class ReadingTimes {
  readonly #times = new Map<number, ReadingTime>();
  readonly #keys: ReadonlyMap<number, string>;

  /** `keys`: what each table's times are remembered under. */
  constructor(keys: ReadonlyMap<number, string> = new Map()) {
    this.#keys = keys;
  }

  of(table: number): ReadingTime {
    const known = this.#times.get(table);
    if (known) return known;
    const time = { last: Number.NaN, spreadMs: 0 };
    this.#times.set(table, time);
    return time;
  }

  snapshot(): Json {
    const known = [...this.#times].filter(([table, { last }]) => this.#keys.has(table) && !Number.isNaN(last));
    return Object.fromEntries(known.map(([table, time]) => [this.#keys.get(table), { ...time }]));
  }

  restore(state: Json | undefined): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    for (const [table, key] of this.#keys) if (data[key]) Object.assign(this.of(table), data[key]);
  }
}
