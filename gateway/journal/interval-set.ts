/** `[from, to)`, all of it in the set; with a count, so many of it are, and it is no longer known which. */
export type Interval = readonly [from: number, to: number, count?: number];

/** Ascending and disjoint; those without a count do not touch. */
export type Intervals = readonly Interval[];

const sizeOf = ([from, to, count]: Interval): number => count ?? to - from;
const isSum = ([, , count]: Interval): boolean => count !== undefined;

/**
 * A set of offsets kept as intervals: small while what is in it is mostly one run. Runs may be summed up, each sum
 * keeping how many offsets are in it and no longer which; sums are taken and given whole.
 */
export class IntervalSet {
  #list: Interval[];

  constructor(intervals: Intervals = []) {
    this.#list = [...intervals];
  }

  /** How many offsets are in it. */
  get size(): number {
    return this.#list.reduce((size, interval) => size + sizeOf(interval), 0);
  }

  get intervals(): Intervals {
    return this.#list;
  }

  /** Just past the highest offset; 0 when empty. */
  get end(): number {
    return this.#list.at(-1)?.[1] ?? 0;
  }

  /** Offsets that lie in no sum. Looks from the end: what is added is mostly new. */
  add(from: number, to: number): void {
    if (to <= from) return;
    const list = this.#list;
    const isAbove = (one: Interval): boolean => (isSum(one) ? one[0] >= to : one[0] > to);
    const isBelow = (one: Interval): boolean => (isSum(one) ? one[1] <= from : one[1] < from);
    let end = list.length;
    while (end > 0 && isAbove(list[end - 1] as Interval)) end -= 1;
    let start = end;
    while (start > 0 && !isBelow(list[start - 1] as Interval)) start -= 1;
    const low = start < end ? Math.min(from, (list[start] as Interval)[0]) : from;
    const high = start < end ? Math.max(to, (list[end - 1] as Interval)[1]) : to;
    list.splice(start, end - start, [low, high]);
  }

  /** Neither `from` nor `to` may lie within a sum. */
  remove(from: number, to: number): void {
    if (to <= from) return;
    this.#list = this.#list.flatMap((interval): Interval[] => {
      const [start, end] = interval;
      if (end <= from || start >= to) return [interval];
      const rest: Interval[] = [];
      if (start < from) rest.push([start, from]);
      if (end > to) rest.push([to, end]);
      return rest;
    });
  }

  /** The first run of offsets in `[from, to)` that is not in the set; undefined when all are. For a set without sums. */
  firstGap(from: number, to: number): readonly [from: number, to: number] | undefined {
    let start = from;
    for (const [low, high] of this.#list) {
      if (high <= start) continue;
      if (low > start) return start < to ? [start, Math.min(low, to)] : undefined;
      start = high;
    }
    return start < to ? [start, to] : undefined;
  }

  /** How many offsets of `[from, to)` are in the set; neither may lie within a sum. */
  countWithin(from: number, to: number): number {
    let count = 0;
    for (const interval of this.#list) {
      const [low, high] = interval;
      const overlap = Math.min(high, to) - Math.max(low, from);
      if (overlap > 0) count += isSum(interval) ? sizeOf(interval) : overlap;
    }
    return count;
  }

  /** The sum that `offset` would cut in two. */
  sumAround(offset: number): Interval | undefined {
    return this.#list.find((interval) => isSum(interval) && interval[0] < offset && offset < interval[1]);
  }

  /**
   * Sums up neighbours in one run of `whole`, the less the nearer they are to its end: no sum spans more than
   * `spanPerDistance` times what follows it there. Done after each addition, it leaves some logarithm of the run's length.
   */
  sumUpOlder(whole: IntervalSet, spanPerDistance: number): void {
    const summed: Interval[] = [];
    for (const one of this.#list.toReversed()) {
      const next = summed.at(-1);
      const end = next && whole.#endAround(one[0], next[1]);
      if (next && end !== undefined && next[1] - one[0] <= spanPerDistance * (end - next[1])) {
        summed[summed.length - 1] = [one[0], next[1], sizeOf(one) + sizeOf(next)];
      } else summed.push(one);
    }
    this.#list = summed.reverse();
  }

  /** Sums up neighbours two by two where all between them is in `whole`. False when there are none such. */
  sumUp(whole: IntervalSet): boolean {
    const summed: Interval[] = [];
    for (let at = 0; at < this.#list.length; at += 1) {
      const one = this.#list[at] as Interval;
      const next = this.#list[at + 1];
      if (next && !whole.firstGap(one[0], next[1])) {
        summed.push([one[0], next[1], sizeOf(one) + sizeOf(next)]);
        at += 1;
      } else summed.push(one);
    }
    const hasSummed = summed.length < this.#list.length;
    this.#list = summed;
    return hasSummed;
  }

  /** The end of the run that has all of `[from, to)`. For a set without sums. */
  #endAround(from: number, to: number): number | undefined {
    return this.#list.find(([low, high]) => low <= from && to <= high)?.[1];
  }
}
