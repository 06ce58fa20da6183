import { isGood, Quality } from '../../gateway/contract/index.js';
import { plus, totalOf, zero } from './exact-sum.js';
import { hasNumber, type Sample } from './sample.js';
import type { Window } from './window.js';

export interface AggregateOptions {
  /** Counts uncertain samples like bad ones (OPC 10000-13 §4.2.1.2). Without it they are reckoned with, since uncertain may mean danger. */
  readonly treatUncertainAsBad?: boolean;
  /** A value counts for at most this long after it was read; without it, until the next sample or the window's end. */
  readonly holdMaxMs?: number;
}

/** What a window comes to. A number there is no reading for is NaN, never 0. */
export interface Aggregates {
  readonly from: number;
  readonly to: number;
  readonly isWhole: boolean;
  /** Samples reckoned with. The numbers down to `sum` are those of them, in the tag's unit. */
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly range: number;
  /** Of a sample of a population, n − 1; NaN of fewer than two. */
  readonly standardDeviation: number;
  readonly sum: number;
  /** Each value weighted with the time it held, which the last sample before the window began with. */
  readonly timeMean: number;
  /** Share of the window's time with a value, 0…100; NaN of a window without length. */
  readonly percentGood: number;
  /** Good when all of it is, absent when there is no sample, bad when none can be reckoned with, else uncertain. */
  readonly quality: number;
}

/**
 * All aggregates of one window at once. OPC 10000-13: Average, TimeAverage2 and PercentGood by simple bounding values
 * and stepped interpolation (a value holds until the next), StandardDeviationSample; the quality with PercentDataGood
 * and PercentDataBad of 100 (§5.4.3.2). Mean and deviation after B. P. Welford, Technometrics 4, 1962.
 */
export function aggregate(window: Window, options: AggregateOptions = {}): Aggregates {
  const counts = (sample: Sample): boolean =>
    hasNumber(sample) && (isGood(sample.quality) || options.treatUncertainAsBad !== true);
  const { from, to, isWhole, samples } = window;
  const ofValues = overValues(samples.filter(counts));
  const { timeMean, percentGood, isGoodThroughout } = overTime(window, counts, options.holdMaxMs);
  const isSilent = ofValues.count === 0 && Number.isNaN(timeMean);
  const isAllGood = isGoodThroughout && samples.every((sample) => counts(sample) && isGood(sample.quality));
  const ofNone = samples.length === 0 ? Quality.absent : Quality.bad;
  const quality = isSilent ? ofNone : isAllGood ? Quality.good : Quality.uncertain;
  return { from, to, isWhole, ...ofValues, timeMean, percentGood, quality };
}

function overValues(
  samples: readonly Sample[],
): Pick<Aggregates, 'count' | 'mean' | 'min' | 'max' | 'range' | 'standardDeviation' | 'sum'> {
  const count = samples.length;
  if (count === 0) {
    const none = Number.NaN;
    return { count, mean: none, min: none, max: none, range: none, standardDeviation: none, sum: none };
  }
  let [mean, squares, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let sum = zero;
  for (const [index, { value }] of samples.entries()) {
    const away = value - mean;
    mean += away / (index + 1);
    squares += away * (value - mean);
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum = plus(sum, value);
  }
  const standardDeviation = count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN;
  return { count, mean, min, max, range: max - min, standardDeviation, sum: totalOf(sum) };
}

/** What held in a window, for how long, and whether it was good without a gap. */
function overTime(
  { from, to, before, samples }: Window,
  counts: (sample: Sample) => boolean,
  holdMaxMs = Number.POSITIVE_INFINITY,
): Pick<Aggregates, 'timeMean' | 'percentGood'> & { readonly isGoodThroughout: boolean } {
  let [goodMs, missingMs, weighted, isGoodThroughout] = [0, 0, 0, true];
  const hold = (sample: Sample | null, start: number, end: number): void => {
    if (end <= start) return;
    const held = sample !== null && counts(sample) ? Math.min(end, sample.instant + holdMaxMs) - start : 0;
    const heldMs = Math.max(held, 0);
    goodMs += heldMs;
    missingMs += end - start - heldMs;
    if (heldMs > 0) weighted += (sample as Sample).value * heldMs;
    isGoodThroughout &&= heldMs === end - start && isGood((sample as Sample).quality);
  };
  hold(before, from, samples[0]?.instant ?? to);
  for (const [index, sample] of samples.entries()) hold(sample, sample.instant, samples[index + 1]?.instant ?? to);
  return {
    timeMean: goodMs > 0 ? weighted / goodMs : Number.NaN,
    percentGood: (100 * goodMs) / (goodMs + missingMs),
    isGoodThroughout,
  };
}
