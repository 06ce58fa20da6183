import type { OperatorFunction } from 'rxjs';
import { z } from 'zod';
import { isGood, Quality } from '../../gateway/contract/index.js';
import { foldTimed } from './fold-timed.js';
import type { Folding, Memory } from './folding.js';
import { median } from '../median.js';
import { hasNumber, type Sample } from './sample.js';
import { isTick, type Timed } from './timed.js';

export interface HampelOptions {
  /** Samples in the window, the newest included, ≥ 3; 7–21 are usual. */
  readonly samples: number;
  /** How many standard deviations away is an outlier; 3 is usual. */
  readonly deviationsMax: number;
  /** Smallest step of the sensor, in its unit: the deviation is never taken for less, so one step from a flat line is none. */
  readonly resolution: number;
  /** A hole longer than this begins a new window. */
  readonly gapMaxMs: number;
  /** Puts the median in the place of an outlier. Without it, values stay as they were read. */
  readonly replacesOutliers?: boolean;
}

interface HampelState {
  readonly values: readonly number[];
  readonly instant: number | null;
}

/** Makes the median absolute deviation of normal noise equal to its standard deviation: 1 / Φ⁻¹(¾). */
const deviationPerMad = 1.4826;

/**
 * Marks a good sample further from the median of its window than `deviationsMax` × 1.4826 × MAD as uncertain-jump
 * (F. R. Hampel, JASA 69, 1974; R. K. Pearson, IEEE Trans. Control Syst. Technol. 10, 2002). The window trails, so
 * nothing is delayed; a step that lasts is marked until it fills half of the window. The window holds what was read, also
 * where the median is given in its place, then as uncertain-substitute.
 *
 * A sample that is uncertain already says more and goes on as it is, and so does all before the window is full. One
 * without a number goes on and leaves no trace. Not for values that protect people.
 */
export function hampel(options: HampelOptions, memory?: Memory): OperatorFunction<Timed<Sample>, Timed<Sample>> {
  return foldTimed(hampelFolding(options), memory);
}

export function hampelFolding(options: HampelOptions): Folding<HampelState, Timed<Sample>, Sample> {
  return {
    initial: { values: [], instant: null },
    stateSchema: z.object({ values: z.array(z.number()).max(options.samples), instant: z.number().nullable() }),
    next(state, input) {
      if (isTick(input)) return { state, out: [] };
      if (!hasNumber(input)) return { state, out: [input] };
      const isAfterGap = state.instant !== null && input.instant - state.instant > options.gapMaxMs;
      const values = isAfterGap ? [input.value] : [...state.values, input.value].slice(-options.samples);
      const sample = isGood(input.quality) && values.length === options.samples ? judged(input, values) : input;
      return { state: { values, instant: input.instant }, out: [sample] };
    },
  };

  function judged(sample: Sample, values: readonly number[]): Sample {
    const middle = median(values);
    const mad = median(values.map((value) => Math.abs(value - middle)));
    const deviation = Math.max(deviationPerMad * mad, options.resolution);
    if (Math.abs(sample.value - middle) <= options.deviationsMax * deviation) return sample;
    return options.replacesOutliers === true
      ? { ...sample, value: middle, quality: Quality['uncertain-substitute'] }
      : { ...sample, quality: Quality['uncertain-jump'] };
  }
}
