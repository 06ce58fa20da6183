/** `[from, to)` pairs, ascending, disjoint and not touching. */
export type Intervals = readonly (readonly [from: number, to: number])[];

/** A set of offsets kept as intervals: small while what is in it is mostly one run. */
export class IntervalSet {
  #list: [number, number][];

  constructor(intervals: Intervals = []) {
    this.#list = intervals.map(([from, to]) => [from, to]);
  }

  /** How many offsets are in it. */
  get size(): number {
    let size = 0;
    for (const [from, to] of this.#list) size += to - from;
    return size;
  }

  get intervals(): Intervals {
    return this.#list;
  }

  /** Just past the highest offset; 0 when empty. */
  get end(): number {
    return this.#list.at(-1)?.[1] ?? 0;
  }

  has(offset: number): boolean {
    return this.#list.some(([from, to]) => offset >= from && offset < to);
  }

  add(from: number, to: number): void {
    if (to <= from) return;
    const last = this.#list.at(-1);
    if (last && from === last[1]) {
      last[1] = to;
      return;
    }
    const kept: [number, number][] = [];
    let joined: [number, number] = [from, to];
    for (const interval of this.#list) {
      if (interval[1] < joined[0] || interval[0] > joined[1]) kept.push(interval);
      else joined = [Math.min(interval[0], joined[0]), Math.max(interval[1], joined[1])];
    }
    kept.push(joined);
    this.#list = kept.sort((a, b) => a[0] - b[0]);
  }

  remove(from: number, to: number): void {
    if (to <= from) return;
    this.#list = this.#list.flatMap(([start, end]): [number, number][] => {
      if (end <= from || start >= to) return [[start, end]];
      const rest: [number, number][] = [];
      if (start < from) rest.push([start, from]);
      if (end > to) rest.push([to, end]);
      return rest;
    });
  }

  /** The first run of offsets in `[from, to)` that is not in the set; undefined when all are. */
  firstGap(from: number, to: number): readonly [from: number, to: number] | undefined {
    let start = from;
    for (const [low, high] of this.#list) {
      if (high <= start) continue;
      if (low > start) return start < to ? [start, Math.min(low, to)] : undefined;
      start = high;
    }
    return start < to ? [start, to] : undefined;
  }

  /** How many offsets of `[from, to)` are in the set. */
  countWithin(from: number, to: number): number {
    let count = 0;
    for (const [low, high] of this.#list) count += Math.max(0, Math.min(high, to) - Math.max(low, from));
    return count;
  }
}
