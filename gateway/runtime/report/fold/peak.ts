import { slotMs } from '../targets.js';

/** Most alarms in any ten minutes of `[from, to]`, and when the first of them came. `times` are ms UTC, ascending. */
export function peakOf(times: Float64Array, from: number, to: number): { count: number; begin: number | null } {
  let peak: { count: number; begin: number | null } = { count: 0, begin: null };
  let first = times.findIndex((time) => time >= from);
  if (first < 0) return peak;
  for (let last = first; last < times.length && (times[last] as number) <= to; last++) {
    while ((times[first] as number) <= (times[last] as number) - slotMs) first += 1;
    const count = last - first + 1;
    if (count > peak.count) peak = { count, begin: times[first] as number };
  }
  return peak;
}

/** How many of them lie in `[from, to]`. */
export const countWithin = (times: Float64Array, from: number, to: number): number =>
  times.reduce((count, time) => count + (time >= from && time <= to ? 1 : 0), 0);
