import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { Quality } from '../../gateway/contract/index.js';
import { type Folding, fold, type Memory } from './folding.js';
import { firstGiven, gridAtOrAfter } from './grid.js';
import { lineBetween } from './line-between.js';
import { hasNumber, type Sample, sampleSchema } from './sample.js';
import { instantOf, isTick, type Timed } from './timed.js';

export interface InterpolateOptions {
  /** > 0. One sample at each of its whole multiples on the gateway's timeline. */
  readonly everyMs: number;
  /** Two samples further apart are not joined: between them there is none. */
  readonly gapMaxMs: number;
}

interface InterpolateState {
  /** Newest instant seen. */
  readonly instant: number | null;
  /** Grid instant that is told next. */
  readonly next: number | null;
  /** Last sample with a number, and whether a bad one came after it. */
  readonly last: Sample | null;
  readonly isBroken: boolean;
}

/**
 * One sample at each grid instant from the first input on, on the straight line between the samples around it
 * (OPC 10000-13 Interpolative, §3.1.8): good between two good ones; uncertain when one of them is, or when a bad one lies
 * between; the sample itself where it falls on the grid. Absent beyond the ends and in a gap; nothing is extrapolated.
 *
 * A grid instant is told when the sample after it comes or can no longer come, at most `gapMaxMs` late. Input out of
 * order is passed over. Ticks end here: whoever follows knows the time from the grid itself. Remembers one sample; of a
 * hole of more than 10,000 grid instants without ticks, the last are given.
 */
export function interpolate(options: InterpolateOptions, memory?: Memory): OperatorFunction<Timed<Sample>, Sample> {
  return fold(interpolateFolding(options), memory);
}

export function interpolateFolding({
  everyMs,
  gapMaxMs,
}: InterpolateOptions): Folding<InterpolateState, Timed<Sample>, Sample> {
  return {
    initial: { instant: null, next: null, last: null, isBroken: false },
    stateSchema: z.object({
      instant: z.number().nullable(),
      next: z.number().multipleOf(everyMs).nullable(),
      last: sampleSchema.nullable(),
      isBroken: z.boolean(),
    }),
    next(state, input) {
      const instant = instantOf(input);
      if (state.instant !== null && instant < state.instant) return { state, out: [] };
      const after = !isTick(input) && hasNumber(input) ? input : undefined;
      const first = state.next ?? gridAtOrAfter(instant, everyMs);
      const out = after === undefined ? hopeless(state, first, instant) : upTo(after, state, first);
      const next = (out.at(-1)?.instant ?? first - everyMs) + everyMs;
      const isBroken = after === undefined && (state.isBroken || !isTick(input));
      return { state: { instant, next, last: after ?? state.last, isBroken }, out };
    },
  };

  /** A sample with a number settles all grid instants up to its own. */
  function upTo(after: Sample, { last, isBroken }: InterpolateState, first: number): Sample[] {
    const isJoined = last !== null && after.instant - last.instant <= gapMaxMs;
    return gridInstants(first, after.instant).map((instant) => {
      if (instant === after.instant) return after;
      if (!isJoined) return nothingAt(instant);
      const sample = lineBetween(last, after, instant);
      return isBroken ? { ...sample, quality: Quality.uncertain } : sample;
    });
  }

  /** Without one, those before `now` are settled when none that comes now would be near enough to the last. */
  function hopeless({ last }: InterpolateState, first: number, now: number): Sample[] {
    if (last !== null && now - last.instant <= gapMaxMs) return [];
    return gridInstants(first, gridAtOrAfter(now, everyMs) - everyMs).map(nothingAt);
  }

  function gridInstants(first: number, last: number): number[] {
    const instants: number[] = [];
    const lastOnGrid = Math.floor(last / everyMs) * everyMs;
    for (let at = firstGiven(first, lastOnGrid, everyMs); at <= lastOnGrid; at += everyMs) instants.push(at);
    return instants;
  }
}

const nothingAt = (instant: number): Sample => ({ instant, value: Number.NaN, quality: Quality.absent });
