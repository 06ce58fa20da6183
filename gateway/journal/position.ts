import { type Interval, type Intervals, IntervalSet } from './interval-set.js';

/** A position as journaled. */
export interface PositionJson {
  readonly addedAt: number;
  /** Everything no longer waiting, as offsets; never summed up. */
  readonly settled: Intervals;
  /** Subsets of `settled`. A sum `[from, to, count]` lies in one run of it. */
  readonly rejected: Intervals;
  readonly dropped: Readonly<Record<string, Intervals>>;
  /** Passed over, as nothing in them had changed; missing in journals from before there was a deadband. */
  readonly unchanged?: Intervals;
  /** Sums of what lies below `upTo` and is no longer kept as offsets. */
  readonly collapsed: {
    readonly upTo: number;
    readonly delivered: number;
    readonly rejected: number;
    readonly dropped: Readonly<Record<string, number>>;
    readonly unchanged?: number;
  };
}

/** What one sink did with one lane, counted in records. `appended` is the sum of all the others. */
export interface Account {
  readonly appended: number;
  readonly delivered: number;
  /** Not sent, as nothing in them had changed. */
  readonly unchanged: number;
  readonly rejected: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly waiting: number;
}

/**
 * A position is written with this many runs at most, some 3 KB, whatever a sink refuses. Beyond it, runs refused,
 * dropped or passed over are summed up, two neighbours to one: how many they were is kept, which is not, and a sink that
 * asks for some of a sum again gets the whole of it. When there is nothing left to sum up, because what waits has that many
 * holes, the shortest run between two of them waits again: the sink gets it twice.
 */
export const runsMax = 128;

/**
 * What is passed over is summed up at once, because with a deadband that is part of every second: a position stays at some
 * 300 B. No sum spans more than this many times what was settled behind it, so a sink that asks for its last `n` records
 * again gets `n` and this many times `n` at most.
 */
export const unchangedSpanPerDistance = 8;

/** What one sink has taken of one lane: a set of intervals, because after an outage it may fork. */
export class Position {
  readonly addedAt: number;
  readonly #settled: IntervalSet;
  readonly #rejected: IntervalSet;
  readonly #unchanged: IntervalSet;
  readonly #dropped = new Map<string, IntervalSet>();
  #collapsed: { upTo: number; delivered: number; unchanged: number; rejected: number; dropped: Record<string, number> };

  constructor(json: PositionJson) {
    this.addedAt = json.addedAt;
    this.#settled = new IntervalSet(json.settled);
    this.#rejected = new IntervalSet(json.rejected);
    this.#unchanged = new IntervalSet(json.unchanged);
    for (const [reason, intervals] of Object.entries(json.dropped)) {
      this.#dropped.set(reason, new IntervalSet(intervals));
    }
    this.#collapsed = { unchanged: 0, ...json.collapsed, dropped: { ...json.collapsed.dropped } };
  }

  /** A sink that takes everything from `offset` on. */
  static from(offset: number): Position {
    const collapsed = { upTo: offset, delivered: 0, rejected: 0, dropped: {} };
    return new Position({ addedAt: offset, settled: [], rejected: [], dropped: {}, collapsed });
  }

  /** Just past the highest offset settled. */
  get end(): number {
    return Math.max(this.#settled.end, this.#collapsed.upTo);
  }

  /** The lowest run waiting in `[addedAt, next)`. */
  firstWaiting(next: number): readonly [from: number, to: number] | undefined {
    return this.#settled.firstGap(this.#collapsed.upTo, next);
  }

  /** The lowest run waiting at or above `from`. */
  firstWaitingFrom(from: number, next: number): readonly [from: number, to: number] | undefined {
    return this.#settled.firstGap(Math.max(from, this.#collapsed.upTo), next);
  }

  deliver(from: number, to: number): void {
    this.#settled.add(from, to);
  }

  reject(offset: number): void {
    this.#settled.add(offset, offset + 1);
    this.#rejected.add(offset, offset + 1);
  }

  /** Nothing in the record had changed: it is settled without being sent. */
  passOver(offset: number): void {
    this.#settled.add(offset, offset + 1);
    this.#unchanged.add(offset, offset + 1);
  }

  drop(from: number, to: number, reason: string): void {
    const before = this.#settled.countWithin(from, to);
    if (before > 0) throw new Error(`offsets ${from}–${to} are settled already and cannot be dropped (${reason})`);
    const set = this.#dropped.get(reason) ?? new IntervalSet();
    set.add(from, to);
    this.#dropped.set(reason, set);
    this.#settled.add(from, to);
  }

  /** `[offset, until)` waits again, and what is summed up with some of it; below what is collapsed nothing can come back. */
  resumeFrom(offset: number, until = Number.MAX_SAFE_INTEGER): void {
    const start = Math.max(offset, this.#collapsed.upTo);
    if (start >= until) return;
    const from = this.#edge(start, 0);
    const to = this.#edge(until, 1);
    for (const set of [this.#settled, ...this.#subsets]) set.remove(from, to);
  }

  /**
   * What lies below `to`, all of it settled, is no longer kept as offsets and can never be asked for again. Ends short of
   * `to` where that would cut a sum.
   */
  collapse(to: number): void {
    const { upTo } = this.#collapsed;
    const offset = this.#edge(to, 0);
    if (offset <= upTo || this.#settled.countWithin(upTo, offset) !== offset - upTo) return;
    const rejected = this.#rejected.countWithin(upTo, offset);
    const unchanged = this.#unchanged.countWithin(upTo, offset);
    let settled = offset - upTo - rejected - unchanged;
    for (const [reason, set] of this.#dropped) {
      const count = set.countWithin(upTo, offset);
      if (count > 0) this.#collapsed.dropped[reason] = (this.#collapsed.dropped[reason] ?? 0) + count;
      settled -= count;
    }
    this.#collapsed = {
      ...this.#collapsed,
      upTo: offset,
      delivered: this.#collapsed.delivered + settled,
      unchanged: this.#collapsed.unchanged + unchanged,
      rejected: this.#collapsed.rejected + rejected,
    };
    for (const set of [this.#settled, ...this.#subsets]) set.remove(0, offset);
  }

  account(next: number): Account {
    const dropped: Record<string, number> = { ...this.#collapsed.dropped };
    let droppedNow = 0;
    for (const [reason, set] of this.#dropped) {
      if (set.size > 0) dropped[reason] = (dropped[reason] ?? 0) + set.size;
      droppedNow += set.size;
    }
    const settled = this.#settled.size;
    return {
      appended: next - this.addedAt,
      delivered: this.#collapsed.delivered + settled - this.#unchanged.size - this.#rejected.size - droppedNow,
      unchanged: this.#collapsed.unchanged + this.#unchanged.size,
      rejected: this.#collapsed.rejected + this.#rejected.size,
      dropped,
      waiting: next - this.#collapsed.upTo - settled,
    };
  }

  /** As it is journaled, and bounded for it: between two batches, so that no sum holds half of one. */
  toJSON(): PositionJson {
    this.#bound();
    return {
      addedAt: this.addedAt,
      settled: [...this.#settled.intervals],
      rejected: [...this.#rejected.intervals],
      dropped: Object.fromEntries([...this.#dropped].map(([reason, set]) => [reason, [...set.intervals]])),
      unchanged: [...this.#unchanged.intervals],
      collapsed: { ...this.#collapsed, dropped: { ...this.#collapsed.dropped } },
    };
  }

  /** The subsets of what is settled that may be summed up. */
  get #subsets(): readonly IntervalSet[] {
    return [this.#rejected, this.#unchanged, ...this.#dropped.values()];
  }

  /** `offset`, moved to the lower (0) or upper (1) end of the sums it would cut. */
  #edge(offset: number, end: 0 | 1): number {
    let edge = offset;
    for (;;) {
      const sum = this.#subsets.map((set) => set.sumAround(edge)).find((found) => found !== undefined);
      if (!sum) return edge;
      edge = sum[end];
    }
  }

  #bound(): void {
    this.#unchanged.sumUpOlder(this.#settled, unchangedSpanPerDistance);
    const count = (): number => [this.#settled, ...this.#subsets].reduce((sum, set) => sum + set.intervals.length, 0);
    while (count() > runsMax) {
      const hasSummed = this.#subsets.map((set) => set.sumUp(this.#settled)).includes(true);
      if (!hasSummed && !this.#fillOneHole()) return;
    }
  }

  /** One run of settled offsets less. False when there is but one. */
  #fillOneHole(): boolean {
    const runs = this.#settled.intervals;
    const [first] = runs;
    if (runs.length < 2 || !first) return false;
    if (first[0] === this.#collapsed.upTo) {
      this.collapse(first[1]);
      return true;
    }
    // Not the last: what is live goes on from its end.
    const length = ([from, to]: Interval): number => to - from;
    const shortest = runs.slice(0, -1).reduce((least, run) => (length(run) < length(least) ? run : least), first);
    this.resumeFrom(shortest[0], shortest[1]);
    return true;
  }
}
