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

/** What lies this much under a limit, as a share of it, reaches it by no rounding. */
const roundingShare = 1e-6;

/** Pairs of the first `count` readings that rise, or with `side` −1 fall, nearly as much as `steepness` per ms, or more. */
function pairsAsSteep(
  instants: readonly number[],
  values: readonly number[],
  count: number,
  side: 1 | -1,
  steepness: number,
): number {
  const least = steepness * (1 - roundingShare);
  const isAsSteep = (earlier: number, later: number): boolean => {
    const rise = side * ((values[later] as number) - (values[earlier] as number));
    // What is no number counts as steep.
    return !(rise < least * ((instants[later] as number) - (instants[earlier] as number)));
  };
  // A slope over several readings is a mean of those between neighbours: where none of these is as steep, none at all is.
  let later = 1;
  while (later < count && !isAsSteep(later - 1, later)) later += 1;
  if (later >= count) return 0;
  let pairs = 0;
  for (later = 1; later < count; later++) {
    for (let earlier = 0; earlier < later; earlier++) if (isAsSteep(earlier, later)) pairs += 1;
  }
  return pairs;
}

/** Readings a slope is taken of, no two of one instant, and how steep it may become. */
export interface SlopeBound {
  readonly instants: readonly number[];
  readonly values: readonly number[];
  /** 1 for rising, −1 for falling. */
  readonly side: 1 | -1;
  /** Greater than 0, per ms. */
  readonly steepness: number;
}

/** The robust slope is less than that, found without computing it: fewer than half of the pairs are. False: it may be. */
export function isLessSteep({ instants, values, side, steepness }: SlopeBound): boolean {
  const count = instants.length;
  return 2 * pairsAsSteep(instants, values, count, side, steepness) < (count * (count - 1)) / 2;
}

/**
 * For how many steps to come, at most `stepsMax`, the robust slope stays less than that whatever is read: the first step
 * takes the last reading's place, each other adds one or takes it, and may forget the first. Of the pairs then fewer than
 * half are as steep, if all are that hold a new reading.
 */
export function stepsLessSteep(bound: SlopeBound, stepsMax: number): number {
  const { instants, values, side, steepness } = bound;
  const sure = instants.length - 1;
  const pairs = pairsAsSteep(instants, values, sure, side, steepness);
  for (let steps = stepsMax; steps > 0; steps--) {
    const kept = sure - steps;
    // 2 × (pairs + steps × kept + steps × (steps − 1) / 2) < (kept + steps) × (kept + steps − 1) / 2
    if (kept > 1 && 4 * pairs + 2 * steps * kept + steps * (steps - 1) < kept * (kept - 1)) return steps;
  }
  return 0;
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
