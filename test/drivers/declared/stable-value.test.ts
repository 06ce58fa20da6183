import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { StableValue } from '../../../drivers/declared/stable-value.js';

const [within, forMs, pauseMaxMs] = [20, 1000, 400];

test('a stable value has stood within the band for the whole time, without a pause', () => {
  const steps = fc.array(
    fc.record({ afterMs: fc.integer({ min: 1, max: 500 }), value: fc.integer({ min: 0, max: 30 }) }),
    {
      maxLength: 60,
    },
  );
  let wasStable = 0;
  fc.assert(
    fc.property(steps, (noted) => {
      const stable = new StableValue({ within, for: forMs }, pauseMaxMs);
      const past: { atMs: number; value: number }[] = [];
      let atMs = 0;
      for (const { afterMs, value } of noted) {
        atMs += afterMs;
        stable.note(value, atMs);
        past.push({ atMs, value });
        if (!stable.isStable) continue;
        wasStable += 1;
        const first = past.findLastIndex((one) => one.atMs <= atMs - forMs);
        expect(first).toBeGreaterThanOrEqual(0);
        const run = past.slice(first);
        const values = run.map((one) => one.value);
        expect(Math.max(...values) - Math.min(...values)).toBeLessThanOrEqual(within);
        for (const [n, one] of run.entries()) {
          if (n > 0) expect(one.atMs - (run[n - 1]?.atMs ?? 0)).toBeLessThanOrEqual(pauseMaxMs);
        }
      }
    }),
    { numRuns: 5000 },
  );
  expect(wasStable).toBeGreaterThan(100);
});

test('steps of a tenth that span the band do not break it', () => {
  const stable = new StableValue({ within: 0.2, for: 100 }, 1000);
  for (const [n, value] of [12.1, 12.3, 12.2].entries()) stable.note(value, n * 50);
  expect(stable.isStable).toBe(true);
});

test('a value that is none begins anew', () => {
  const stable = new StableValue({ within: 1, for: 100 }, 1000);
  stable.note(5, 0);
  stable.note(Number.NaN, 50);
  stable.note(5, 100);
  expect(stable.isStable).toBe(false);
});
