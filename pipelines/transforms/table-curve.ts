import { Quality } from '../../gateway/contract/index.js';
import type { CurvePoint } from './spec.js';

/** A table ready to be read off. */
export interface TableCurve {
  /** Straight between the points; NaN outside the table, whose ends belong to it, and at NaN. */
  at(x: number): number;
  /** The quality of what is read off, by the quality of `x`, which has a value. */
  quality(code: number): number;
}

const over = Quality['uncertain-over-range'];
const under = Quality['uncertain-under-range'];

/** Whether the table only rises (1), only falls (−1), or neither (0). */
function directionOf(points: readonly CurvePoint[]): 1 | 0 | -1 {
  const steps = points.slice(1).map(([, y], at) => y - (points[at] as CurvePoint)[1]);
  if (steps.every((step) => step >= 0)) return 1;
  return steps.every((step) => step <= 0) ? -1 : 0;
}

/**
 * Compiles a table of at least two points that ascend by `x`. It never extrapolates: storage above the highest surveyed
 * level is not known, and a number that looks like one would be believed.
 *
 * What is beyond the measuring range stays so, where the table says on which side: a pegged level gauge means at least
 * this storage, and at most this ullage. Over a table that both rises and falls nobody knows, and it is plainly uncertain.
 */
export function compileTableCurve(points: readonly CurvePoint[]): TableCurve {
  const xs = Float64Array.from(points, ([x]) => x);
  const ys = Float64Array.from(points, ([, y]) => y);
  const last = xs.length - 1;
  const direction = directionOf(points);
  const turned = { 1: [over, under], [-1]: [under, over], 0: [Quality.uncertain, Quality.uncertain] } as const;
  const [whenOver, whenUnder] = turned[direction];
  return {
    at(x) {
      if (!(x >= (xs[0] as number) && x <= (xs[last] as number))) return Number.NaN;
      let low = 0;
      let high = last;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if ((xs[middle] as number) <= x) low = middle;
        else high = middle;
      }
      const [fromX, fromY, toX, toY] = [xs[low], ys[low], xs[high], ys[high]] as [number, number, number, number];
      return x === toX ? toY : fromY + ((toY - fromY) * (x - fromX)) / (toX - fromX);
    },
    quality(code) {
      if (code === over) return whenOver;
      return code === under ? whenUnder : code;
    },
  };
}
