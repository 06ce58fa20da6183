import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { isGood, Quality } from '../../gateway/contract/index.js';
import { type ExactSum, plus, totalOf, zero } from './exact-sum.js';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory } from './folding.js';
import { hasNumber, type Sample, sampleSchema } from './sample.js';
import { isTick, type Timed } from './timed.js';

export interface TotaliserOptions {
  /** The rate's unit of time: 3,600,000 for m³/h. */
  readonly perMs: number;
  /** Units of the total in one of the rate: 1000 for litres out of m³/h. Without it, 1. */
  readonly factor?: number;
  /** Between two readings further apart nothing is added. */
  readonly gapMaxMs: number;
}

/** What came through since the beginning. */
export interface Total extends Sample {
  /** Time between readings of which nothing is known and nothing was added, since the beginning. */
  readonly missedMs: number;
}

interface TotaliserState {
  readonly total: ExactSum;
  readonly missedMs: number;
  /** Last reading with a number. */
  readonly last: Sample | null;
}

/**
 * The integral of a rate over time, at each sample: the mean of two readings times the time between them (trapezoidal
 * rule), summed without loss. Good when the step from the reading before is known and both are good, else uncertain.
 * A sample without a number adds nothing and gives the total as last usable; what a hole of up to `gapMaxMs` hid is
 * bridged. Negative rates count backwards. The total begins with 0 at the first reading and never falls back by itself.
 */
export function totaliser(options: TotaliserOptions, memory?: Memory): OperatorFunction<Timed<Sample>, Timed<Total>> {
  return foldTimed(totaliserFolding(options), memory);
}

export function totaliserFolding({
  perMs,
  factor = 1,
  gapMaxMs,
}: TotaliserOptions): Folding<TotaliserState, Timed<Sample>, Total> {
  return {
    initial: { total: zero, missedMs: 0, last: null },
    stateSchema: z.object({
      total: z.object({ sum: z.number(), lost: z.number() }),
      missedMs: z.number(),
      last: sampleSchema.nullable(),
    }),
    next(before, input) {
      if (isTick(input)) return { state: before, out: [] };
      const state = hasNumber(input) ? stateAfter(before, input) : before;
      const { total, missedMs } = state;
      const quality = qualityOf(before, state, input);
      return { state, out: [{ instant: input.instant, value: totalOf(total), quality, missedMs }] };
    },
  };

  function stateAfter({ total, missedMs, last }: TotaliserState, sample: Sample): TotaliserState {
    if (last === null) return { total, missedMs, last: sample };
    const ms = sample.instant - last.instant;
    if (ms > gapMaxMs) return { total, missedMs: missedMs + ms, last: sample };
    const amount = (last.value / 2 + sample.value / 2) * (ms / perMs) * factor;
    return { total: plus(total, amount), missedMs, last: sample };
  }
}

function qualityOf(before: TotaliserState, after: TotaliserState, sample: Sample): number {
  if (!hasNumber(sample)) return Quality['uncertain-last-usable'];
  const isKnown = after.missedMs === before.missedMs && (before.last === null || isGood(before.last.quality));
  return isKnown && isGood(sample.quality) ? Quality.good : Quality.uncertain;
}
