import type { Reading } from '../../gateway/contract/index.js';
import { backfillMaxMs } from './history-gaps.js';

/** Times remembered besides those that a back-fill may bring: what comes while it runs, or is asked for by hand. */
const besidesBackfill = 512;
/** Times of one table and kind that are remembered at most: 7 days of 5-minute data, 34 hours of 1-minute data. */
const rememberedMax = 2048;

/**
 * What was told of one table, by its own time. History comes more than once: the station sends again what it kept, and
 * the gateway asks for it. Of more than it can hold the oldest is forgotten, and told again when it comes again.
 */
export class ToldRecords {
  readonly #told = new Map<number, Pick<Reading, 'values' | 'quality'>>();
  readonly #max: number;

  /** `periodMs`: from one record to the next. */
  constructor(periodMs: number) {
    this.#max = Math.min(rememberedMax, Math.ceil(backfillMaxMs / periodMs) + besidesBackfill);
  }

  /** True when this says something of its time that was not told yet; it counts as told from now on. */
  isNew(timeMs: number, { values, quality }: Reading): boolean {
    const known = this.#told.get(timeMs);
    if (known && quality.every((one, slot) => one === 0 || isSame(known, slot, one, values[slot] as number))) {
      return false;
    }
    // A later packet may tell of other pollutants at the same time.
    const merged = known ? { values: known.values.slice(), quality: known.quality.slice() } : { values, quality };
    if (known) {
      for (const [slot, one] of quality.entries()) {
        if (one === 0) continue;
        merged.values[slot] = values[slot] as number;
        merged.quality[slot] = one;
      }
    }
    this.#told.set(timeMs, merged);
    if (this.#told.size > this.#max) this.#told.delete(Math.min(...this.#told.keys()));
    return true;
  }

  /** It could not be stored: what is sent again of this time is new. */
  forget(timeMs: number): void {
    this.#told.delete(timeMs);
  }
}

const isSame = (known: Pick<Reading, 'values' | 'quality'>, slot: number, quality: number, value: number): boolean =>
  known.quality[slot] === quality && Object.is(known.values[slot], value);
