import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planReads, type PlanOptions, type TagRange } from '../../../drivers/modbus/reading-plan.js';
import type { RegisterRange, Table } from '../../../drivers/modbus/register-reference.js';
import { exchangeMs, rtuTiming, tcpTiming, type WireTiming } from '../../../drivers/modbus/wire-time.js';

const line = rtuTiming({ baud: 9600, parity: 'none', dataBits: 8, stopBits: 1 }, 4);
const bytesOf = (table: Table, count: number): number =>
  table === 'coil' || table === 'discrete' ? (count + 7) >> 3 : count * 2;

const options = (of: Partial<PlanOptions> & { timing?: WireTiming } = {}): PlanOptions => ({
  cost: (table, count) => exchangeMs(of.timing ?? line, bytesOf(table, count)),
  longest: () => 125,
  holes: [],
  avoid: [],
  ...of,
});

const holding = (start: number, count = 1): TagRange => ({ table: 'holding', start, end: start + count });
const readsOf = (tags: readonly TagRange[], of?: Parameters<typeof options>[0]) =>
  planReads(tags, options(of)).reads.map(({ table, start, count }) => `${table} ${start}+${count}`);

describe('a reading plan', () => {
  test('reads across a gap that is cheaper than a request, and no other', () => {
    expect(readsOf([holding(0, 2), holding(10, 2)])).toEqual(['holding 0+12']);
    expect(readsOf([holding(0, 2), holding(40, 2)])).toEqual(['holding 0+2', 'holding 40+2']);
    expect(readsOf([holding(0, 2), holding(40, 2)], { timing: tcpTiming(0) })).toEqual(['holding 0+42']);
  });

  test('keeps tables apart and splits no tag', () => {
    const tags: TagRange[] = [holding(0, 2), { table: 'input', start: 0, end: 2 }, { table: 'coil', start: 3, end: 4 }];
    expect(readsOf(tags)).toEqual(['coil 3+1', 'holding 0+2', 'input 0+2']);
    expect(readsOf([holding(0, 2), holding(2, 2), holding(4, 2)], { longest: () => 3 })).toEqual([
      'holding 0+2',
      'holding 2+2',
      'holding 4+2',
    ]);
  });

  test('reads around holes and around what is refused, and says what it cannot read', () => {
    const tags = [holding(0), holding(2), holding(5)];
    expect(readsOf(tags, { holes: [holding(3, 2)] })).toEqual(['holding 0+3', 'holding 5+1']);
    expect(readsOf(tags, { avoid: [holding(1)] })).toEqual(['holding 0+1', 'holding 2+4']);
    const plan = planReads(tags, options({ avoid: [holding(2)], holes: [holding(5, 9)] }));
    expect(plan.unreadable).toEqual([1, 2]);
  });
});

/** The cheapest of all ways to part the tags into requests, tried one and all. */
function bruteForceCost(tags: readonly TagRange[], { cost, longest, holes, avoid }: PlanOptions): number {
  const touches = (a: RegisterRange, b: RegisterRange) => a.table === b.table && a.start < b.end && b.start < a.end;
  const costOf = (subset: number): number => {
    const members = tags.filter((_, n) => subset & (1 << n));
    const { table } = members[0] as TagRange;
    if (members.some((tag) => tag.table !== table)) return Number.POSITIVE_INFINITY;
    const start = Math.min(...members.map((tag) => tag.start));
    const end = Math.max(...members.map((tag) => tag.end));
    const whole = { table, start, end };
    if (end - start > longest(table) || holes.some((hole) => touches(hole, whole))) return Number.POSITIVE_INFINITY;
    if (avoid.some((range) => range.table === table && start <= range.start && range.end <= end))
      return Number.POSITIVE_INFINITY;
    return cost(table, end - start);
  };
  const best = new Float64Array(1 << tags.length).fill(Number.POSITIVE_INFINITY);
  best[0] = 0;
  for (let set = 1; set < best.length; set += 1) {
    const lowest = set & -set;
    for (let part = set; part > 0; part = (part - 1) & set) {
      if (!(part & lowest)) continue;
      const before = best[set ^ part] as number;
      if (before < (best[set] as number)) best[set] = Math.min(best[set] as number, before + costOf(part));
    }
  }
  return best[best.length - 1] as number;
}

const tables: readonly Table[] = ['holding', 'holding', 'input', 'coil'];
const rangeOf = (lengthMax: number) =>
  fc
    .record({ table: fc.constantFrom(...tables), start: fc.nat(90), length: fc.integer({ min: 1, max: lengthMax }) })
    .map(({ table, start, length }) => ({ table, start, end: start + length }));

describe('for any map', () => {
  const maps = fc.record({
    tags: fc.array(rangeOf(4), { minLength: 1, maxLength: 12 }),
    holes: fc.array(rangeOf(3), { maxLength: 3 }),
    avoid: fc.array(rangeOf(6), { maxLength: 3 }),
    longest: fc.integer({ min: 4, max: 125 }),
    timing: fc.constantFrom(
      line,
      tcpTiming(0),
      rtuTiming({ baud: 1200, parity: 'even', dataBits: 8, stopBits: 1 }, 50),
    ),
  });

  test('of at most 12 tags the plan costs as little as the best of all plans', () => {
    fc.assert(
      fc.property(maps, ({ tags, holes, avoid, longest, timing }) => {
        const given = options({ holes, avoid, longest: () => longest, timing });
        const { reads, unreadable } = planReads(tags, given);
        const readable = tags.filter((_, n) => !unreadable.includes(n));
        const planned = reads.reduce((sum, { table, count }) => sum + given.cost(table, count), 0);
        expect(planned).toBeCloseTo(bruteForceCost(readable, given), 9);
      }),
      { numRuns: 60 },
    );
  });

  test('every tag is in exactly one read, whole, or is said to be unreadable', () => {
    fc.assert(
      fc.property(maps, fc.array(rangeOf(4), { maxLength: 200 }), ({ holes, avoid, longest }, tags) => {
        const { reads, unreadable } = planReads(tags, options({ holes, avoid, longest: () => longest }));
        const placed = [...reads.flatMap((read) => read.tags), ...unreadable].toSorted((a, b) => a - b);
        expect(placed).toEqual(tags.map((_, n) => n));
        for (const { table, start, count, tags: indices } of reads) {
          expect(count).toBeLessThanOrEqual(longest);
          for (const index of indices) {
            const tag = tags[index] as TagRange;
            expect(tag.table === table && tag.start >= start && tag.end <= start + count).toBe(true);
          }
        }
      }),
    );
  });
});
