import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory, Step } from './folding.js';
import { hasNumber, type Sample, sampleSchema } from './sample.js';
import { instantOf, isTick, type Timed } from './timed.js';
import type { Window, WindowBound } from './window.js';

export interface SessionWindowOptions extends WindowBound {
  /** > 0. This long without a sample that belongs ends the session. */
  readonly gapMs: number;
  /** Which samples belong, for example those of a running pump; pure. Without it, all that have a number. */
  readonly belongs?: (sample: Sample) => boolean;
}

interface SessionState {
  /** Since the session began, those that do not belong among them. */
  readonly samples: readonly Sample[];
  /** How many of `samples` there are up to the last that belongs. */
  readonly length: number;
  /** Instant of the last that belongs; null while no session is open. */
  readonly last: number | null;
  readonly isCut: boolean;
}

const closed: SessionState = { samples: [], length: 0, last: null, isCut: false };

/**
 * A window [from, to] from the first sample that belongs to the last before `gapMs` without one. Told when the gap is
 * over. Samples between that do not belong, also bad ones, are in it; those before and after are in none.
 *
 * A full session is told as far as it is, and what follows makes a window of its own: both are not whole, and no sample
 * that belongs is lost.
 */
export function sessionWindow(
  options: SessionWindowOptions,
  memory?: Memory,
): OperatorFunction<Timed<Sample>, Timed<Window>> {
  return foldTimed(sessionWindowFolding(options), memory);
}

export function sessionWindowFolding({
  gapMs,
  samplesMax,
  belongs = hasNumber,
}: SessionWindowOptions): Folding<SessionState, Timed<Sample>, Window> {
  return {
    initial: closed,
    stateSchema: z.object({
      samples: z.array(sampleSchema).max(samplesMax),
      length: z.int().min(0).max(samplesMax),
      last: z.number().nullable(),
      isCut: z.boolean(),
    }),
    next(before, input) {
      const isOver = before.last !== null && instantOf(input) - before.last >= gapMs;
      const ended = isOver ? tell(before, before.isCut) : [];
      const state = isOver ? closed : before;
      if (isTick(input)) return { state, out: ended };
      const { state: after, out } = take(state, input, belongs(input));
      return { state: after, out: [...ended, ...out] };
    },
  };

  function take(state: SessionState, sample: Sample, isPart: boolean): Step<SessionState, Window> {
    if (state.last === null && !isPart) return { state, out: [] };
    const isFull = state.samples.length >= samplesMax;
    // Nothing lies before a sample that belongs, so a window never begins with one that does not.
    const kept = isFull ? [] : state.samples;
    const samples = isPart || kept.length > 0 ? [...kept, sample] : kept;
    return {
      state: {
        samples,
        length: isPart ? samples.length : isFull ? 0 : state.length,
        last: isPart ? sample.instant : state.last,
        isCut: state.isCut || isFull,
      },
      out: isFull ? tell(state, true) : [],
    };
  }
}

function tell({ samples, length, last }: SessionState, isCut: boolean): Window[] {
  const [first] = samples;
  if (first === undefined || last === null || length === 0) return [];
  return [{ from: first.instant, to: last, isWhole: !isCut, before: null, samples: samples.slice(0, length) }];
}
