/** Offsets from `first` to `last`, both included. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

/**
 * A set of offsets as disjoint intervals in order: what a lane received is a few intervals however long it runs. Memory
 * grows with the number of holes alone.
 */
export class Intervals {
  #list: Interval[] = [];

  get list(): readonly Interval[] {
    return this.#list;
  }

  /** How many offsets. */
  get count(): number {
    return this.#list.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  has(offset: number): boolean {
    const interval = this.#list[this.#firstEndingFrom(offset)];
    return interval !== undefined && interval.first <= offset;
  }

  /** Adds `first` to `last`, joining what touches. */
  add(first: number, last: number = first): void {
    const from = this.#firstEndingFrom(first - 1);
    let to = from;
    let joined: Interval = { first, last };
    for (let next = this.#list[to]; next !== undefined && next.first <= last + 1; next = this.#list[++to]) {
      joined = { first: Math.min(joined.first, next.first), last: Math.max(joined.last, next.last) };
    }
    this.#list.splice(from, to - from, joined);
  }

  /** The parts of `first` to `last` that are not in the set, in order. */
  missing(first: number, last: number): Interval[] {
    const holes: Interval[] = [];
    let next = first;
    for (let n = this.#firstEndingFrom(first); n < this.#list.length; n++) {
      const { first: start, last: end } = this.#list[n] as Interval;
      if (start > last) break;
      if (start > next) holes.push({ first: next, last: start - 1 });
      next = end + 1;
    }
    if (next <= last) holes.push({ first: next, last });
    return holes;
  }

  /** Index of the first interval whose last offset is at or after `offset`. */
  #firstEndingFrom(offset: number): number {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#list[middle] as Interval).last < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
