import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory } from './folding.js';
import { type Sample, sampleSchema } from './sample.js';
import { instantOf, isTick, type Timed } from './timed.js';
import type { Window, WindowBound } from './window.js';

export interface SlidingWindowOptions extends WindowBound {
  /** > 0. */
  readonly lengthMs: number;
}

interface SlidingState {
  readonly before: Sample | null;
  readonly samples: readonly Sample[];
}

/**
 * The last `lengthMs` at each sample, (from, to] with the sample itself at `to`; and at each tick that puts a sample out,
 * so that an old peak goes when its time is over and not when the next sample happens to come. Samples of every quality
 * are in it. When it is full the oldest leaves before its time, and the window begins there: it is not whole.
 */
export function slidingWindow(
  options: SlidingWindowOptions,
  memory?: Memory,
): OperatorFunction<Timed<Sample>, Timed<Window>> {
  return foldTimed(slidingWindowFolding(options), memory);
}

export function slidingWindowFolding({
  lengthMs,
  samplesMax,
}: SlidingWindowOptions): Folding<SlidingState, Timed<Sample>, Window> {
  return {
    initial: { before: null, samples: [] },
    stateSchema: z.object({ before: sampleSchema.nullable(), samples: z.array(sampleSchema).max(samplesMax) }),
    next(state, input) {
      const to = instantOf(input);
      const inTime = state.samples.findIndex((sample) => sample.instant > to - lengthMs);
      const outOfTime = inTime < 0 ? state.samples.length : inTime;
      if (isTick(input) && outOfTime === 0) return { state, out: [] };

      const all = isTick(input) ? state.samples : [...state.samples, input];
      const leaving = Math.max(outOfTime, all.length - samplesMax);
      const before = all[leaving - 1] ?? state.before;
      const samples = all.slice(leaving);
      // One that had to leave before its time lies inside the length asked for.
      const isWhole = before === null || before.instant <= to - lengthMs;
      const from = isWhole ? to - lengthMs : before.instant;
      return { state: { before, samples }, out: [{ from, to, isWhole, before, samples }] };
    },
  };
}
