import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { type AlignedRow, type Between, rowAt } from './aligned-row.js';
import { type Folding, fold, type Memory, type Step } from './folding.js';
import { firstGiven, gridAtOrAfter, gridAtOrBefore } from './grid.js';
import type { SourcedSample } from './pick-tags.js';
import { type Sample, sampleSchema } from './sample.js';
import { instantOf, isTick, type Timed } from './timed.js';

export interface AlignOptions extends Between {
  /** Names of the sources, at least one, in the order of the columns. Samples of others are passed over. */
  readonly sources: readonly string[];
  /** > 0. One row at each of its whole multiples on the gateway's timeline. */
  readonly everyMs: number;
  /** How long a row waits for sources that have not come so far, counted by the newest instant seen. */
  readonly latenessMs: number;
  /** Most samples a source that wait for their row, ≥ 2. Of more, the oldest is dropped and counted. */
  readonly samplesMax: number;
}

type Waiting = Readonly<Record<string, readonly Sample[]>>;

interface AlignState {
  /** Newest instant seen. */
  readonly now: number | null;
  /** Instant of the row that is told next. */
  readonly next: number | null;
  readonly hasTold: boolean;
  readonly dropped: number;
  /** By source, in order: its samples from the last at or before the row told last. */
  readonly waiting: Waiting;
}

/**
 * Joins several sources in event time: a row at each grid instant from the first input on, as soon as every source has
 * passed that instant, at the latest when `latenessMs` is over. A source that has not come is `absent` in it: nobody is
 * watching, which is not the same as nothing to see. Every sample, also a bad one, speaks for its source.
 *
 * Sources may come in any order to one another; each by itself in order, with one sample an instant. As long as nothing
 * is later than `latenessMs`, the rows are those of the sorted stream. What comes after its row was told is dropped and
 * counted in the next row.
 *
 * Ticks end here: whoever follows knows the time from the rows. Remembers `samplesMax` samples a source; of a hole of more
 * than 10,000 rows without ticks, the last are given.
 */
export function align(options: AlignOptions, memory?: Memory): OperatorFunction<Timed<SourcedSample>, AlignedRow> {
  return fold(alignFolding(options), memory);
}

export function alignFolding(options: AlignOptions): Folding<AlignState, Timed<SourcedSample>, AlignedRow> {
  const { sources, everyMs, latenessMs, between, ageMaxMs, samplesMax } = options;
  const waitsForSecondMs = between === 'line' ? ageMaxMs : 0;
  const bySource = <Of>(of: Of) => Object.fromEntries(sources.map((source) => [source, of]));
  return {
    initial: { now: null, next: null, hasTold: false, dropped: 0, waiting: bySource([]) },
    stateSchema: z.object({
      now: z.number().nullable(),
      next: z.number().multipleOf(everyMs).nullable(),
      hasTold: z.boolean(),
      dropped: z.number(),
      waiting: z.strictObject(bySource(z.array(sampleSchema).max(samplesMax))),
    }),
    next(state, input) {
      if (!isTick(input) && !sources.includes(input.source)) return { state, out: [] };
      const instant = instantOf(input);
      const now = Math.max(state.now ?? instant, instant);
      const grid = gridAtOrAfter(instant, everyMs);
      // Until a row was told, one that comes late may still begin the grid.
      const next = state.hasTold ? (state.next ?? grid) : Math.min(state.next ?? grid, grid);
      const taken = isTick(input) ? state : take({ ...state, next }, input);
      return tell({ ...taken, now, next }, now, next);
    },
  };

  /** Puts a sample in its place among those of its source. */
  function take(state: AlignState & { readonly next: number }, sourced: SourcedSample): AlignState {
    const { source, ...sample } = sourced;
    if (state.hasTold && sample.instant <= state.next - everyMs) return { ...state, dropped: state.dropped + 1 };
    const samples = state.waiting[source] ?? [];
    const place = samples.findLastIndex(({ instant }) => instant <= sample.instant) + 1;
    const all = samples.toSpliced(place, 0, sample);
    const surplus = Math.max(all.length - samplesMax, 0);
    return {
      ...state,
      dropped: state.dropped + surplus,
      waiting: { ...state.waiting, [source]: all.slice(surplus) },
    };
  }

  /** Tells every row that nothing more can change. */
  function tell(state: AlignState, now: number, next: number): Step<AlignState, AlignedRow> {
    const settled = gridAtOrBefore(now - latenessMs - waitsForSecondMs, everyMs);
    const out: AlignedRow[] = [];
    let instant = firstGiven(next, settled, everyMs);
    for (; instant <= now && isReady(state.waiting, instant, now); instant += everyMs)
      out.push(rowAt(instant, samplesOf(state.waiting), options, out.length === 0 ? state.dropped : 0));
    if (out.length === 0) return { state, out };
    const waiting = keptAfter(state.waiting, instant - everyMs);
    return { state: { now, next: instant, hasTold: true, dropped: 0, waiting }, out };
  }

  function samplesOf(waiting: Waiting): readonly (readonly Sample[])[] {
    return sources.map((source) => waiting[source] ?? []);
  }

  function isReady(waiting: Waiting, instant: number, now: number): boolean {
    return samplesOf(waiting).every((samples) => {
      const newest = samples.at(-1)?.instant;
      if (newest !== undefined && newest >= instant) return true;
      const secondComesUntil = newest === undefined ? instant : Math.max(instant, newest + waitsForSecondMs);
      return now > secondComesUntil + latenessMs;
    });
  }
}

/** What rows after the one of `told` may still need: of each source the last sample up to it, and all that came since. */
function keptAfter(waiting: Waiting, told: number): Waiting {
  return Object.fromEntries(
    Object.entries(waiting).map(([source, samples]) => {
      const last = samples.findLastIndex(({ instant }) => instant <= told);
      return [source, last > 0 ? samples.slice(last) : samples];
    }),
  );
}
