import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory } from './folding.js';
import { hasNumber, type Sample } from './sample.js';
import { isTick, type Timed } from './timed.js';

export interface EwmaOptions {
  /** Time constant, > 0: after a step, 63 % of the way is gone in this time. */
  readonly tauMs: number;
  /** A hole longer than this begins anew with the next value. */
  readonly gapMaxMs: number;
}

interface EwmaState {
  readonly mean: number | null;
  readonly instant: number | null;
}

/**
 * Exponentially weighted moving mean of samples at any distance: mean += α (value − mean), α = 1 − exp(−Δt / τ)
 * (S. W. Roberts, Technometrics 1, 1959; for uneven sampling G. O. Zumbach and U. A. Müller, Int. J. Theor. Appl. Finance
 * 4, 2001, "next point"). So polling twice as often smooths no more. Of two samples of one instant the first counts.
 *
 * Each sample comes out with the mean so far and its own quality; one without a number goes on as it is and changes
 * nothing. Remembers two numbers. It follows late by about τ: not for values that protect people.
 */
export function ewma(options: EwmaOptions, memory?: Memory): OperatorFunction<Timed<Sample>, Timed<Sample>> {
  return foldTimed(ewmaFolding(options), memory);
}

export function ewmaFolding({ tauMs, gapMaxMs }: EwmaOptions): Folding<EwmaState, Timed<Sample>, Sample> {
  return {
    initial: { mean: null, instant: null },
    stateSchema: z.object({ mean: z.number().nullable(), instant: z.number().nullable() }),
    next(state, input) {
      if (isTick(input)) return { state, out: [] };
      if (!hasNumber(input)) return { state, out: [input] };
      const { value, instant, quality } = input;
      const mean = meanAfter(state, value, instant);
      return { state: { mean, instant }, out: [{ instant, value: mean, quality }] };
    },
  };

  function meanAfter({ mean, instant: before }: EwmaState, value: number, instant: number): number {
    if (mean === null || before === null || instant - before > gapMaxMs) return value;
    // 1 − exp(x) for small x, without the digits that difference would lose.
    return mean - Math.expm1((before - instant) / tauMs) * (value - mean);
  }
}
