import { type Intervals, IntervalSet } from './interval-set.js';

/** A position as journaled. */
export interface PositionJson {
  readonly addedAt: number;
  /** Everything no longer waiting, as offsets. */
  readonly settled: Intervals;
  /** Subsets of `settled`. */
  readonly rejected: Intervals;
  readonly dropped: Readonly<Record<string, Intervals>>;
  /** Sums of what lies below `upTo` and is no longer kept as offsets. */
  readonly collapsed: {
    readonly upTo: number;
    readonly delivered: number;
    readonly rejected: number;
    readonly dropped: Readonly<Record<string, number>>;
  };
}

/** What one sink did with one lane, counted in records. `appended` is the sum of all the others. */
export interface Account {
  readonly appended: number;
  readonly delivered: number;
  readonly rejected: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly waiting: number;
}

/** More separate runs than this are summed up from the oldest on: a position stays small whatever a sink refuses. */
export const intervalsMax = 512;

/** What one sink has taken of one lane: a set of intervals, because after an outage it may fork. */
export class Position {
  readonly addedAt: number;
  readonly #settled: IntervalSet;
  readonly #rejected: IntervalSet;
  readonly #dropped = new Map<string, IntervalSet>();
  #collapsed: { upTo: number; delivered: number; rejected: number; dropped: Record<string, number> };

  constructor(json: PositionJson) {
    this.addedAt = json.addedAt;
    this.#settled = new IntervalSet(json.settled);
    this.#rejected = new IntervalSet(json.rejected);
    for (const [reason, intervals] of Object.entries(json.dropped)) {
      this.#dropped.set(reason, new IntervalSet(intervals));
    }
    this.#collapsed = { ...json.collapsed, dropped: { ...json.collapsed.dropped } };
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
    this.#bound();
  }

  drop(from: number, to: number, reason: string): void {
    const before = this.#settled.countWithin(from, to);
    if (before > 0) throw new Error(`offsets ${from}–${to} are settled already and cannot be dropped (${reason})`);
    const set = this.#dropped.get(reason) ?? new IntervalSet();
    set.add(from, to);
    this.#dropped.set(reason, set);
    this.#settled.add(from, to);
    this.#bound();
  }

  /** `[offset, until)` waits again; below what is summed up nothing can come back. */
  resumeFrom(offset: number, until = Number.MAX_SAFE_INTEGER): void {
    const from = Math.max(offset, this.#collapsed.upTo);
    for (const set of [this.#settled, this.#rejected, ...this.#dropped.values()]) set.remove(from, until);
  }

  /** Sums up what lies below `offset`, all of it settled: it is no longer kept and can never be asked for again. */
  collapse(offset: number): void {
    const { upTo } = this.#collapsed;
    if (offset <= upTo || this.#settled.countWithin(upTo, offset) !== offset - upTo) return;
    const rejected = this.#rejected.countWithin(upTo, offset);
    let settled = offset - upTo - rejected;
    for (const [reason, set] of this.#dropped) {
      const count = set.countWithin(upTo, offset);
      if (count > 0) this.#collapsed.dropped[reason] = (this.#collapsed.dropped[reason] ?? 0) + count;
      settled -= count;
    }
    this.#collapsed = {
      ...this.#collapsed,
      upTo: offset,
      delivered: this.#collapsed.delivered + settled,
      rejected: this.#collapsed.rejected + rejected,
    };
    for (const set of [this.#settled, this.#rejected, ...this.#dropped.values()]) set.remove(0, offset);
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
      delivered: this.#collapsed.delivered + settled - this.#rejected.size - droppedNow,
      rejected: this.#collapsed.rejected + this.#rejected.size,
      dropped,
      waiting: next - this.#collapsed.upTo - settled,
    };
  }

  toJSON(): PositionJson {
    return {
      addedAt: this.addedAt,
      settled: this.#settled.intervals,
      rejected: this.#rejected.intervals,
      dropped: Object.fromEntries([...this.#dropped].map(([reason, set]) => [reason, set.intervals])),
      collapsed: this.#collapsed,
    };
  }

  /** Keeps the position small: the oldest runs of refusals become sums, as far as everything below is settled. */
  #bound(): void {
    const runs = [this.#rejected, ...this.#dropped.values()];
    const count = runs.reduce((sum, set) => sum + set.intervals.length, 0);
    if (count <= intervalsMax) return;
    const settledTo = this.#settled.intervals[0]?.[1] ?? this.#collapsed.upTo;
    const middle = runs.flatMap((set) => set.intervals.map(([, to]) => to)).sort((a, b) => a - b)[count >> 1];
    this.collapse(Math.min(settledTo, middle as number));
  }
}
