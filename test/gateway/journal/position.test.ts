import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Position } from '../../../gateway/journal/index.js';
import { type PositionJson, runsMax, unchangedSpanPerDistance } from '../../../gateway/journal/position.js';
import { isBalanced } from '../../../gateway/runtime/ledger.js';

/** What may become of single records of a batch. */
type Exception = 'rejected' | 'damaged' | 'unchanged';
type Fate = 'waiting' | 'delivered' | Exception;

const runsOf = ({ settled, rejected, unchanged = [], dropped }: PositionJson): number =>
  [settled, rejected, unchanged, ...Object.values(dropped)].reduce((sum, runs) => sum + runs.length, 0);

/** A sink and its lane, record by record: what the position must say of them in sums. */
class Model {
  readonly fates: Fate[] = [];
  #position = Position.from(0);
  /** Where the live stream began. */
  #forkedAt = 0;

  append(count: number): void {
    for (let n = 0; n < count; n += 1) this.fates.push('waiting');
  }

  fork(): void {
    this.#forkedAt = this.fates.length;
  }

  /** The next batch of the live stream or of the backlog; each `every`th record has the `fate`. */
  batch(isLive: boolean, size: number, every: number, fate: Exception): void {
    const next = this.fates.length;
    const live = Math.max(this.#forkedAt, this.#position.end);
    const run = isLive ? this.#position.firstWaitingFrom(live, next) : this.#position.firstWaiting(next);
    if (!run) return;
    const to = Math.min(run[1], run[0] + size);
    expect(this.fates.slice(run[0], to).filter((fate) => fate !== 'waiting')).toEqual([]);
    for (let offset = run[0]; offset < to; offset += 1) {
      const isException = offset % every === 0;
      this.fates[offset] = isException ? fate : 'delivered';
      if (isException && fate === 'damaged') this.#position.drop(offset, offset + 1, 'damaged');
      else if (isException && fate === 'unchanged') this.#position.passOver(offset);
      else this.#position.deliver(offset, offset + 1);
    }
    for (let offset = run[0]; offset < to; offset += 1) {
      if (this.fates[offset] === 'rejected') this.#position.reject(offset);
    }
  }

  /** What was asked for waits; more may, as sums come back whole. */
  resumeFrom(offset: number): void {
    const { upTo } = this.#position.toJSON().collapsed;
    this.#position.resumeFrom(offset, this.#forkedAt);
    for (let at = Math.max(offset, upTo); at < this.#forkedAt; at += 1) this.fates[at] = 'waiting';
    this.#takeBack();
  }

  collapse(offset: number): void {
    this.#position.collapse(offset);
  }

  /** Written and read again. Returns how many records wait again for it. */
  save(): number {
    const json = this.#position.toJSON();
    expect(runsOf(json)).toBeLessThanOrEqual(runsMax);
    expect(JSON.stringify(json).length).toBeLessThan(8192);
    const again = new Position(JSON.parse(JSON.stringify(json)) as PositionJson);
    expect(again.toJSON()).toEqual(json);
    expect(again.account(this.fates.length)).toEqual(this.#position.account(this.fates.length));
    this.#position = again;
    return this.#takeBack();
  }

  check(): void {
    const account = this.#position.account(this.fates.length);
    const count = (fate: Fate): number => this.fates.filter((one) => one === fate).length;
    expect(isBalanced(account)).toBe(true);
    expect({ ...account, dropped: account.dropped['damaged'] ?? 0 }).toEqual({
      appended: this.fates.length,
      delivered: count('delivered'),
      unchanged: count('unchanged'),
      rejected: count('rejected'),
      dropped: count('damaged'),
      waiting: count('waiting'),
    });
  }

  /** Learns what the position lets wait again; nothing that waits may have been forgotten. */
  #takeBack(): number {
    const waiting = new Set<number>();
    const next = this.fates.length;
    for (let run = this.#position.firstWaiting(next); run; run = this.#position.firstWaitingFrom(run[1], next)) {
      for (let offset = run[0]; offset < run[1]; offset += 1) waiting.add(offset);
    }
    const before = this.fates.filter((fate) => fate === 'waiting').length;
    expect(this.fates.filter((fate, offset) => fate === 'waiting' && !waiting.has(offset))).toEqual([]);
    for (const offset of waiting) this.fates[offset] = 'waiting';
    return waiting.size - before;
  }
}

const exception = fc.constantFrom<Exception>('rejected', 'damaged', 'unchanged');
const act = fc.oneof(
  { weight: 3, arbitrary: fc.nat(400).map((count) => (model: Model) => model.append(count)) },
  { weight: 1, arbitrary: fc.constant((model: Model) => model.fork()) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.boolean(), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 5 }), exception)
      .map((batch) => (model: Model) => model.batch(...batch)),
  },
  { weight: 1, arbitrary: fc.nat(3000).map((offset) => (model: Model) => model.resumeFrom(offset)) },
  { weight: 1, arbitrary: fc.nat(3000).map((offset) => (model: Model) => model.collapse(offset)) },
  { weight: 2, arbitrary: fc.constant((model: Model) => expect(model.save()).toBe(0)) },
);

describe('a position', () => {
  test('stays small and its account exact, whatever is refused or passed over while a backlog follows', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 20, maxLength: 60 }), (acts) => {
        const model = new Model();
        for (const one of acts) {
          one(model);
          model.check();
        }
        model.save();
        model.check();
      }),
      { numRuns: 100 },
    );
  });

  test.each<Exception>(['rejected', 'unchanged'])('each second record %s costs no more than the limit', (fate) => {
    const model = new Model();
    model.append(100);
    model.fork();
    for (let second = 0; second < 200; second += 1) {
      model.append(100);
      model.batch(true, 100, 2, fate);
      expect(model.save()).toBe(0);
    }
    model.check();
  });

  /** A sink that passes over some of the 20 records of each second; written each second. */
  function passedOver(
    seconds: number,
    isUnchanged: (offset: number) => boolean,
  ): { position: Position; bytes: number[] } {
    let position = Position.from(0);
    const bytes = Array.from({ length: seconds }, (_, second) => {
      for (let offset = 20 * second; offset < 20 * (second + 1); offset += 1) {
        if (isUnchanged(offset)) position.passOver(offset);
        else position.deliver(offset, offset + 1);
      }
      const json = JSON.stringify(position);
      position = new Position(JSON.parse(json) as PositionJson);
      return json.length;
    });
    return { position, bytes };
  }

  test('with a deadband it is written in some 300 bytes, after an hour as after a minute, and its account is exact', () => {
    const isUnchanged = (offset: number): boolean => (offset * 7919) % 13 < 6;
    const { position, bytes } = passedOver(3600, isUnchanged);
    expect(Math.max(...bytes)).toBeLessThan(400);
    const unchanged = Array.from({ length: 72_000 }, (_, offset) => offset).filter(isUnchanged).length;
    expect(position.account(72_000)).toEqual({
      appended: 72_000,
      delivered: 72_000 - unchanged,
      unchanged,
      rejected: 0,
      dropped: {},
      waiting: 0,
    });
  });

  test('a sink with a deadband that asks for its last records again gets not much more than those', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 3, maxLength: 40 }),
        fc.integer({ min: 1, max: 4000 }),
        (is, last) => {
          const { position } = passedOver(200, (offset) => is[offset % is.length] as boolean);
          const before = position.account(4000);
          position.resumeFrom(4000 - last);
          const after = position.account(4000);
          expect(after.waiting).toBeGreaterThanOrEqual(last);
          expect(after.waiting).toBeLessThanOrEqual(last + unchangedSpanPerDistance * last);
          expect(isBalanced(after)).toBe(true);
          expect(after.unchanged).toBeLessThanOrEqual(before.unchanged);
        },
      ),
    );
  });

  test('what is summed up comes back whole, and is counted once', () => {
    const position = Position.from(0);
    const next = 4 * runsMax;
    for (let offset = 0; offset < next; offset += 1) {
      position.deliver(offset, offset + 1);
      if (offset % 2 === 0) position.reject(offset);
    }
    const { rejected } = position.toJSON();
    const [from, to, count] = rejected[3] as (typeof rejected)[number];
    expect(count).toBeGreaterThan(1);
    position.resumeFrom(to - 1);
    expect(position.firstWaiting(next)).toEqual([from, next]);
    expect(position.account(next)).toMatchObject({ delivered: from / 2, rejected: from / 2, waiting: next - from });
  });

  test('with more holes than its limit it lets the shortest run between them wait again', () => {
    const position = Position.from(0);
    const next = 10 * (runsMax + 1);
    for (let hole = 0; hole <= runsMax; hole += 1) position.deliver(10 * hole + 1, 10 * hole + (hole === 50 ? 4 : 9));
    const before = position.account(next);
    expect(runsOf(position.toJSON())).toBe(runsMax);
    expect(position.account(next)).toMatchObject({ delivered: before.delivered - 3, waiting: before.waiting + 3 });
    expect(position.firstWaitingFrom(499, next)).toEqual([499, 511]);
  });

  test('reads what was written before runs were summed up, however long', () => {
    const singles = Array.from({ length: 1000 }, (_, index) => [10 + 2 * index, 11 + 2 * index] as const);
    const json: PositionJson = {
      addedAt: 5,
      settled: [[10, 3000]],
      rejected: singles,
      dropped: { damaged: [[2500, 2510]] },
      collapsed: { upTo: 8, delivered: 2, rejected: 1, dropped: {} },
    };
    const position = new Position(json);
    const account = {
      appended: 3000,
      delivered: 1982,
      unchanged: 0,
      rejected: 1001,
      dropped: { damaged: 10 },
      waiting: 7,
    };
    expect(position.account(3005)).toEqual(account);
    expect(runsOf(position.toJSON())).toBeLessThanOrEqual(runsMax);
    expect(position.account(3005)).toEqual(account);
  });
});
