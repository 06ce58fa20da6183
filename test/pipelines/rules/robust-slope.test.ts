import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { medianInPlace } from '../../../pipelines/median.js';
import { isLessSteep, robustLevel, robustSlope, stepsLessSteep } from '../../../pipelines/robust-slope.js';
import { TrailingWindow, windowReadingsMax } from '../../../pipelines/rules/trailing-window.js';

test('the median is that of sorted numbers', () => {
  const numbers = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true })), { minLength: 1 });
  fc.assert(
    fc.property(numbers, (some) => {
      const sorted = some.toSorted((a, b) => a - b);
      const middle = some.length >> 1;
      const upper = sorted[middle] as number;
      const median = some.length % 2 === 1 ? upper : (sorted[middle - 1] as number) / 2 + upper / 2;
      // Sorting tells 0 and −0 apart, a median need not.
      expect(medianInPlace(Float64Array.from(some), some.length) + 0).toBe(median + 0);
    }),
  );
});

test('a straight line with less than three wild readings in ten has its own slope and level', () => {
  const line = fc.record({
    slope: fc.integer({ min: -50, max: 50 }),
    offset: fc.integer({ min: -1000, max: 1000 }),
    count: fc.integer({ min: 4, max: windowReadingsMax }),
    wild: fc.array(fc.record({ at: fc.nat(31), by: fc.integer({ min: -9999, max: 9999 }) }), { maxLength: 8 }),
  });
  fc.assert(
    fc.property(line, ({ slope, offset, count, wild }) => {
      const instants = Array.from({ length: count }, (_, at) => at * 1000);
      const values = instants.map((instant) => offset + slope * instant);
      for (const { at, by } of wild.slice(0, Math.floor((count - 1) * 0.29))) {
        values[at % count] = (values[at % count] as number) + by;
      }
      const found = robustSlope(instants, values);
      expect(found).toBeCloseTo(slope, 6);
      expect(robustLevel(instants, values, found, 40_000)).toBeCloseTo(offset + slope * 40_000, 3);
    }),
  );
});

test('a window keeps the newest reading, nothing older than its time, and no more than it may', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1000, max: 120_000 }), (afters, overMs) => {
      const window = new TrailingWindow(overMs);
      let instant = 0;
      for (const [at, after] of afters.entries()) {
        instant += after;
        window.add(instant, at);
        const { instants, values } = window;
        expect(instants.length).toBe(values.length);
        expect(instants.length).toBeLessThanOrEqual(windowReadingsMax);
        expect([instants.at(-1), values.at(-1)]).toEqual([instant, at]);
        expect(instants[0]).toBeGreaterThanOrEqual(instant - overMs);
        expect(new Set(instants).size).toBe(instants.length);
      }
      // Thinning leaves no hole wider than two spans where readings came that often.
      const widest = Math.max(...afters, 0) + (2 * overMs) / (windowReadingsMax - 1);
      const gaps = window.instants.slice(1).map((one, at) => one - (window.instants[at] as number));
      for (const gap of gaps) expect(gap).toBeLessThanOrEqual(widest);
    }),
  );
});

const side = fc.constantFrom<1 | -1>(1, -1);
/** Few different slopes, so that limits are met exactly. */
const small = fc.integer({ min: -6, max: 6 });
const gaps = (minLength: number) =>
  fc.array(fc.integer({ min: 1, max: 3 }), { minLength, maxLength: windowReadingsMax - 1 });
const instantsAfter = (after: readonly number[]): number[] =>
  after.reduce((instants, gap) => [...instants, (instants.at(-1) as number) + gap], [0]);
const valuesOf = (instants: readonly number[], pool: readonly number[]): number[] =>
  instants.map((_, at) => pool[at % pool.length] as number);

test('a slope that is found less steep without being computed is so', () => {
  let found = 0;
  fc.assert(
    fc.property(
      gaps(1),
      fc.array(small, { minLength: 3, maxLength: 40 }),
      side,
      fc.integer({ min: 1, max: 6 }),
      (after, pool, to, limit) => {
        const instants = instantsAfter(after);
        const values = valuesOf(instants, pool);
        if (!isLessSteep({ instants, values, side: to, steepness: limit })) return;
        found += 1;
        expect(to * robustSlope(instants, values)).toBeLessThan(limit);
      },
    ),
    { numRuns: 1000 },
  );
  expect(found).toBeGreaterThan(100);
});

test('a slope stays less steep for so many steps whatever is read in them', () => {
  let found = 0;
  const come = fc.record({
    after: gaps(4),
    pool: fc.array(small, { minLength: 1, maxLength: 40 }),
    to: side,
    limit: fc.integer({ min: 1, max: 6 }),
    read: fc.array(fc.constantFrom(-1e6, -20, 0, 20, 1e6, 2e6), { minLength: 8, maxLength: 8 }),
    part: fc.nat(7),
    forgotten: fc.nat(8),
  });
  fc.assert(
    fc.property(come, ({ after, pool, to, limit, read, part, forgotten }) => {
      const instants = instantsAfter(after);
      const values = valuesOf(instants, pool);
      const steps = stepsLessSteep({ instants, values, side: to, steepness: limit }, 8);
      if (steps === 0) return;
      found += 1;
      // The first takes the last one's place, the others are added; some of the oldest are forgotten.
      values[values.length - 1] = to * (read[0] as number);
      for (const value of read.slice(1, 1 + (part % steps))) {
        instants.push((instants.at(-1) as number) + 1);
        values.push(to * value);
      }
      const left = Math.min(forgotten, steps);
      expect(to * robustSlope(instants.slice(left), values.slice(left))).toBeLessThan(limit);
    }),
    { numRuns: 3000 },
  );
  expect(found).toBeGreaterThan(300);
});

test('a window that is open takes the last reading of each span for all of them, and forgets no more than it says', () => {
  let found = 0;
  const given = fc.record({
    overMs: fc.integer({ min: 20_000, max: 120_000 }),
    before: fc.oneof(
      fc.array(fc.integer({ min: 200, max: 3000 }), { minLength: 40, maxLength: 120 }),
      fc.integer({ min: 200, max: 3000 }).map((gap) => Array.from({ length: 120 }, () => gap)),
    ),
    after: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 10, maxLength: 60 }),
    steps: fc.integer({ min: 1, max: 8 }),
  });
  fc.assert(
    fc.property(given, ({ overMs, before, after, steps }) => {
      const [all, last] = [new TrailingWindow(overMs), new TrailingWindow(overMs)];
      let instant = 0;
      for (const gap of before) {
        instant += gap;
        for (const window of [all, last]) window.add(instant, instant);
      }
      const kept = all.instants[steps];
      const until = all.openUntil(3, steps);
      if (until === undefined || kept === undefined) return;
      const spans = new Map<number, number>();
      for (const gap of after) {
        instant += gap;
        if (instant >= until) break;
        all.add(instant, instant);
        expect(all.holds(3)).toBe(true);
        expect(all.instants[0]).toBeLessThanOrEqual(kept);
        spans.set(Math.floor(instant / all.spanMs), instant);
      }
      expect(spans.size).toBeLessThanOrEqual(steps);
      for (const one of spans.values()) last.add(one, one);
      expect(last.snapshot()).toEqual(all.snapshot());
      if (spans.size > 1) found += 1;
    }),
    { numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(50);
});
