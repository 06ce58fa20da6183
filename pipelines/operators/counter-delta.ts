import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { isGood, Quality } from '../../gateway/contract/index.js';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory } from './folding.js';
import { hasNumber, type Sample, sampleSchema } from './sample.js';
import { isTick, type Timed } from './timed.js';

export interface CounterDeltaOptions {
  /** The counter shows 0 again after this many: 65,536 for one register, 1,000,000 for six digits. */
  readonly modulus: number;
  /** The fastest it can count. What is faster was no counting. */
  readonly perSecondMax: number;
}

/** What a counter counted between two readings, NaN when that cannot be known. */
export interface CounterDelta extends Sample {
  /** `reset`: the counter began again, or another one was put in its place. */
  readonly kind: 'counted' | 'rolled-over' | 'reset' | 'unread';
}

interface CounterDeltaState {
  readonly last: Sample | null;
}

/**
 * What was counted since the reading before, at each sample but the first. A counter that shows less rolled over if that
 * is no faster than it can count; else it was reset, and what it shows now is what it counted since: uncertain, as the
 * rest is not known. If even that is too much, or it leapt ahead, another counter is in its place: bad, no number. After
 * a hole in which it could have gone all the way round the delta is uncertain too.
 *
 * A sample without a number goes on as `unread`; the delta of the next spans it. The deltas add up: a reading is the end
 * of one and the beginning of the next. Remembers one sample.
 */
export function counterDelta(
  options: CounterDeltaOptions,
  memory?: Memory,
): OperatorFunction<Timed<Sample>, Timed<CounterDelta>> {
  return foldTimed(counterDeltaFolding(options), memory);
}

export function counterDeltaFolding({
  modulus,
  perSecondMax,
}: CounterDeltaOptions): Folding<CounterDeltaState, Timed<Sample>, CounterDelta> {
  return {
    initial: { last: null },
    stateSchema: z.object({ last: sampleSchema.nullable() }),
    next(state, input) {
      if (isTick(input)) return { state, out: [] };
      if (!hasNumber(input)) return { state, out: [{ ...input, value: Number.NaN, kind: 'unread' }] };
      return { state: { last: input }, out: state.last === null ? [] : [between(state.last, input)] };
    },
  };

  function between(before: Sample, { instant, value, quality }: Sample): CounterDelta {
    const possible = (perSecondMax * (instant - before.instant)) / 1000;
    const isBehind = value < before.value;
    const counted = isBehind ? value + modulus - before.value : value - before.value;
    if (counted <= possible) {
      const isCertain = possible < modulus && isGood(before.quality) && isGood(quality);
      const kind = isBehind ? 'rolled-over' : 'counted';
      return { instant, value: counted, quality: isCertain ? Quality.good : Quality.uncertain, kind };
    }
    if (value <= possible) return { instant, value, quality: Quality.uncertain, kind: 'reset' };
    return { instant, value: Number.NaN, quality: Quality.bad, kind: 'reset' };
  }
}
