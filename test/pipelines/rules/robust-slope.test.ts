import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { medianInPlace } from '../../../pipelines/median.js';
import { robustLevel, robustSlope } from '../../../pipelines/robust-slope.js';
import { TrailingWindow, windowReadingsMax } from '../../../pipelines/rules/trailing-window.js';

test('the median is that of sorted numbers', () => {
  const numbers = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true })), { minLength: 1 });
  fc.assert(
    fc.property(numbers, (some) => {
      const sorted = some.toSorted((a, b) => a - b);
      const middle = some.length >> 1;
      const upper = sorted[middle] as number;
      const median = some.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
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
