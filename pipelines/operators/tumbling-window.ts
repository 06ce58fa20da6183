import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory } from './folding.js';
import { firstGiven, gridAtOrBefore } from './grid.js';
import { type Sample, sampleSchema } from './sample.js';
import { instantOf, isTick, type Timed } from './timed.js';
import type { Window, WindowBound } from './window.js';

export interface TumblingWindowOptions extends WindowBound {
  /** > 0. Windows begin at its whole multiples on the gateway's timeline. */
  readonly lengthMs: number;
}

interface TumblingState {
  /** Beginning of the open window; null before the first input. */
  readonly from: number | null;
  readonly isCut: boolean;
  readonly before: Sample | null;
  readonly samples: readonly Sample[];
}

/**
 * Windows [from, to) side by side: each sample is in exactly one. One without samples is told too, so that silence is
 * seen; of a longer hole, the last 10,000. Samples of every quality are in it.
 *
 * A full window ends early, at the instant of the sample that has no room, and what is left of it is told as a window of
 * its own: both are not whole, and nothing is lost.
 */
export function tumblingWindow(
  options: TumblingWindowOptions,
  memory?: Memory,
): OperatorFunction<Timed<Sample>, Timed<Window>> {
  return foldTimed(tumblingWindowFolding(options), memory);
}

export function tumblingWindowFolding({
  lengthMs,
  samplesMax,
}: TumblingWindowOptions): Folding<TumblingState, Timed<Sample>, Window> {
  return {
    initial: { from: null, isCut: false, before: null, samples: [] },
    stateSchema: z.object({
      from: z.number().nullable(),
      isCut: z.boolean(),
      before: sampleSchema.nullable(),
      samples: z.array(sampleSchema).max(samplesMax),
    }),
    next(state, input) {
      const instant = instantOf(input);
      const current = gridAtOrBefore(instant, lengthMs);
      const out: Window[] = [];
      let { from, isCut, before, samples } = state;
      from ??= current;

      if (from < current) {
        const to = gridAtOrBefore(from, lengthMs) + lengthMs;
        out.push({ from, to, isWhole: !isCut, before, samples });
        before = samples.at(-1) ?? before;
        for (let empty = firstGiven(to, current - lengthMs, lengthMs); empty < current; empty += lengthMs)
          out.push({ from: empty, to: empty + lengthMs, isWhole: true, before, samples: [] });
        from = current;
        isCut = false;
        samples = [];
      }
      if (!isTick(input)) {
        if (samples.length >= samplesMax) {
          out.push({ from, to: instant, isWhole: false, before, samples });
          before = samples.at(-1) ?? before;
          from = instant;
          isCut = true;
          samples = [];
        }
        samples = [...samples, input];
      }
      return { state: { from, isCut, before, samples }, out };
    },
  };
}
