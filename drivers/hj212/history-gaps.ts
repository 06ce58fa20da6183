import type { Json } from '../../gateway/contract/index.js';
import type { HistoryKind } from './data-kinds.js';
import { clockWindowMs } from './station-clock.js';

/** Data from `fromMs` to `toMs`, ms UTC, both included, that a station has and the gateway has not. */
export interface Gap {
  readonly kind: HistoryKind;
  readonly fromMs: number;
  readonly toMs: number;
}

/** History is asked for this far back; what is older is left. */
export const backfillMaxMs = 7 * 86_400_000;
/** Gaps of one station that wait; of more the oldest are left. */
const gapsMax = 16;
/** Shorter than this many periods, nothing is missing. */
const gapPeriodsMin = 1.5;
const secondMs = 1000;

const kinds: readonly HistoryKind[] = ['minute', 'hour', 'day'];

/** What is missing of one station's history. After an outage only: what a station does not make is no gap. */
export class HistoryGaps {
  readonly #periods: ReadonlyMap<HistoryKind, number>;
  readonly #newest = new Map<HistoryKind, number>();
  readonly #afterOutage = new Set<HistoryKind>();
  #gaps: readonly Gap[] = [];

  /** `periods`: ms from one record to the next of each kind that is wanted. `json`: of before a restart. */
  constructor(periods: ReadonlyMap<HistoryKind, number>, json: Json | undefined) {
    this.#periods = periods;
    this.#restore(json);
    this.outage();
  }

  /** Station and gateway do not hear each other. */
  outage(): void {
    for (const kind of this.#periods.keys()) this.#afterOutage.add(kind);
  }

  /** A record of this time was told live, at `utcMs` by our clock. */
  told(kind: HistoryKind, timeMs: number, utcMs: number): void {
    const [newest, periodMs] = [this.#newestBefore(kind, utcMs), this.#periods.get(kind)];
    if (periodMs === undefined || (newest !== undefined && timeMs <= newest)) return;
    this.#newest.set(kind, timeMs);
    if (!this.#afterOutage.delete(kind) || newest === undefined || timeMs - newest < gapPeriodsMin * periodMs) return;
    const fromMs = Math.max(newest, timeMs - backfillMaxMs) + secondMs;
    this.#gaps = [...this.#gaps, { kind, fromMs, toMs: timeMs - secondMs }].slice(-gapsMax);
  }

  get first(): Gap | undefined {
    return this.#gaps[0];
  }

  /** History up to here, or all of it, has come or will never come. */
  settle(gap: Gap, upToMs = gap.toMs): void {
    this.#gaps = this.#gaps.flatMap((one) => {
      if (one !== gap) return [one];
      return upToMs >= gap.toMs ? [] : [{ ...gap, fromMs: upToMs + secondMs }];
    });
  }

  toJson(): Json {
    return {
      newest: Object.fromEntries(this.#newest),
      gaps: this.#gaps.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs]),
    };
  }

  /** One from the future counts as none: it was learned while a clock was wrong. */
  #newestBefore(kind: HistoryKind, utcMs: number): number | undefined {
    const newest = this.#newest.get(kind);
    return newest !== undefined && newest <= utcMs + clockWindowMs ? newest : undefined;
  }

  #restore(json: Json | undefined): void {
    const { newest, gaps } = (json ?? {}) as { newest?: Readonly<Record<string, Json>>; gaps?: readonly Json[] };
    for (const kind of kinds) {
      const timeMs = newest?.[kind];
      if (typeof timeMs === 'number') this.#newest.set(kind, timeMs);
    }
    this.#gaps = (Array.isArray(gaps) ? gaps : []).flatMap((gap: Json): Gap[] => {
      const [kind, fromMs, toMs] = Array.isArray(gap) ? (gap as readonly Json[]) : [];
      const known = kinds.find((one) => one === kind && this.#periods.has(one));
      return known && typeof fromMs === 'number' && typeof toMs === 'number' ? [{ kind: known, fromMs, toMs }] : [];
    });
  }
}
