import type { ExceedanceEntry } from '../../../contract/index.js';
import type { ExceedanceReport } from '../report.js';
import { entryOf, instrumentOf } from './named.js';

interface Beyond {
  last: ExceedanceEntry;
  count: number;
  totalMs: number;
  worst: { readonly peak: number; readonly limit: number } | undefined;
}

/** Exceedances and events by key: a record each. */
export class BeyondLimits {
  readonly #byKey = new Map<string, Beyond>();
  readonly #events = new Map<string, number>();

  take(entry: ExceedanceEntry): void {
    const { key, durationMs, peak, limit } = entry;
    const known = entryOf<Beyond>(this.#byKey, key, () => ({ last: entry, count: 0, totalMs: 0, worst: undefined }));
    known.last = entry;
    known.count += 1;
    known.totalMs += durationMs;
    const { worst } = known;
    // Whichever side of the limit it watches: furthest beyond is furthest away from it.
    if (peak !== null && limit !== null && (!worst || Math.abs(peak - limit) > Math.abs(worst.peak - worst.limit))) {
      known.worst = { peak, limit };
    }
  }

  /** An event nobody has to act on came. */
  event(key: string): void {
    this.#events.set(key, (this.#events.get(key) ?? 0) + 1);
  }

  report(alarmsOf: (key: string) => number): ExceedanceReport[] {
    return [...this.#byKey]
      .map(([key, { last, count, totalMs, worst }]) => ({
        ...instrumentOf(last),
        exceedances: count,
        totalMs,
        worstPeak: worst?.peak ?? null,
        limit: worst?.limit ?? last.limit,
        unit: last.unit,
        alarms: alarmsOf(key),
        events: this.#events.get(key) ?? 0,
      }))
      .sort((a, b) => b.exceedances - a.exceedances || (a.key < b.key ? -1 : 1));
  }
}
