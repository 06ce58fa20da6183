import { z } from 'zod';
import type { Exceedance, Json, Moment, StampedFrame } from '../../gateway/contract/index.js';
import type { Limit } from './limit.js';

const memory = z.object({
  began: z.object({ instant: z.number(), time: z.number().nullable() }),
  peak: z.number().nullable(),
  sum: z.number(),
  numbers: z.int().min(0),
  readings: z.int().min(1),
  limit: z.number().nullable(),
  last: z.number().optional(),
});

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

interface Running {
  readonly began: Moment;
  /** The limit it began beyond: a reload may have moved it since. NaN where a moving one was not known, beyond every limit. */
  readonly limit: number;
  peak: number;
  sum: number;
  numbers: number;
  readings: number;
  /** Instant of the last reading beyond the limit. */
  last: number;
}

/**
 * One limit's exceedances by the bare limit: no deadband, no delay. It begins with the first reading beyond the limit and
 * ends with the first that is not; a missing reading does neither, so a gap inside it is part of it.
 */
export class Exceedances {
  readonly #key: string;
  readonly #limit: Limit;
  #running: Running | undefined;

  constructor(key: string, limit: Limit) {
    this.#key = key;
    this.#limit = limit;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Takes a reading; tells the exceedance it ended. `value` is NaN where over range has no number. */
  read(isBeyond: boolean, value: number, { instant, time }: StampedFrame): Exceedance | undefined {
    if (isBeyond) {
      this.#running ??= {
        began: { instant, time: Number.isNaN(time) ? null : time },
        limit: this.#limit.limit,
        peak: Number.NaN,
        sum: 0,
        numbers: 0,
        readings: 0,
        last: instant,
      };
      this.#add(this.#running, value, instant);
      return undefined;
    }
    const ended = this.#running;
    if (!ended) return undefined;
    this.#running = undefined;
    return this.#told(ended, instant);
  }

  /** The one that goes on, up to its last reading beyond the limit. */
  soFar(): Exceedance | undefined {
    return this.#running && this.#told(this.#running, this.#running.last);
  }

  snapshot(): Json {
    if (!this.#running) return null;
    const { peak, limit, began, ...counted } = this.#running;
    return { ...counted, began: { ...began }, peak: orNull(peak), limit: orNull(limit) };
  }

  restore(state: Json | undefined): void {
    const { success, data } = memory.safeParse(state);
    if (!success) this.#running = undefined;
    else {
      const { peak, limit, last = data.began.instant } = data;
      this.#running = { ...data, peak: peak ?? Number.NaN, limit: limit ?? Number.NaN, last };
    }
  }

  #told({ began, limit, peak, sum, numbers, readings }: Running, instant: number): Exceedance {
    const mean = numbers === 0 ? Number.NaN : sum / numbers;
    return { exceeded: this.#key, limit, began, instant, peak, mean, readings };
  }

  #add(running: Running, value: number, instant: number): void {
    running.readings += 1;
    running.last = instant;
    if (Number.isNaN(value)) return;
    running.sum += value;
    running.numbers += 1;
    const { side } = this.#limit;
    if (!(side * value <= side * running.peak)) running.peak = value;
  }
}
