import { medianInPlace } from './median.js';

/** One for all, made longer when it has to be: it is filled and read within one call. */
let scratch = new Float64Array(512);

/**
 * Slope of values over instants, per ms: the median of the slopes of all pairs, those of one instant left out (H. Theil
 * 1950; P. K. Sen, JASA 63, 1968). Nearly three in ten values may be wild without moving it. NaN without a pair. Costs the
 * square of the values.
 */
export function robustSlope(instants: readonly number[], values: readonly number[]): number {
  const pairsMax = (instants.length * (instants.length - 1)) / 2;
  if (scratch.length < pairsMax) scratch = new Float64Array(pairsMax);
  let pairs = 0;
  for (let later = 1; later < instants.length; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const run = (instants[later] as number) - (instants[earlier] as number);
      if (run !== 0) scratch[pairs++] = ((values[later] as number) - (values[earlier] as number)) / run;
    }
  }
  return medianInPlace(scratch, pairs);
}

/** Where the line of this slope through the values stands at an instant: as robust as the slope. */
export function robustLevel(
  instants: readonly number[],
  values: readonly number[],
  slope: number,
  instant: number,
): number {
  const levels = Float64Array.from(values, (value, at) => value + slope * (instant - (instants[at] as number)));
  return medianInPlace(levels, levels.length);
}
