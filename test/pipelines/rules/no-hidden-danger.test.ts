import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasValue, Quality } from '../../../gateway/contract/index.js';
import { buildTransforms, rules } from '../../../pipelines/index.js';
import {
  compileOnly,
  feedAll,
  frameOf,
  judgementsOf,
  readings,
  tableOf,
  weaveTicks,
} from '../../contracts/rule-inputs.js';
import { readTag } from '../tags.js';

/** Checks lower quality, they never hide danger: a plausibility check must not silence a gas alarm. */
describe('behind any chain of checks', () => {
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const chain = fc.record({
    range: optional(
      fc
        .tuple(fc.integer({ min: -10, max: 30 }), fc.integer({ min: 0, max: 60 }))
        .map(([low, span]) => [low, low + span] as const),
    ),
    jumpPerSecond: optional(fc.integer({ min: 0, max: 10 })),
    stuckAfterMs: optional(fc.integer({ min: 0, max: 5000 })),
    resolution: optional(fc.constantFrom(0.1, 1, 5)),
  });
  const run = fc.array(readings(fc.double({ min: -20, max: 120, noNaN: true })), { maxLength: 40 });

  test('HH holds at every reading at or above HH or over range, LL at every one at or below LL or under range', () => {
    fc.assert(
      fc.property(chain, fc.integer({ min: 10, max: 90 }), run, (checks, HH, values) => {
        const LL = HH - 30;
        const tag = { name: 'gas', type: 'number', unit: 'ppm' } as const;
        const table = tableOf([checks.resolution === undefined ? tag : { ...tag, resolution: checks.resolution }]);
        const transform = buildTransforms({ tags: [readTag('gas', checks)], derived: [] }, table);
        const { rule } = compileOnly(rules.limits, { tag: 'gas', HH, LL, deadband: 5 }, [table]);
        const standing = new Map<string, unknown>();
        for (const [second, reading] of values.entries()) {
          const frame = frameOf(table, second * 1000, [reading]);
          for (const { key, condition } of judgementsOf(rule.next(transform.next(frame)))) {
            standing.set(key.slice(-2), condition);
          }
          const value = frame.values[0] as number;
          const quality = frame.quality[0] as number;
          if (!hasValue(quality)) continue;
          if (value >= HH || quality === Quality['uncertain-over-range']) expect(standing.get('HH')).toBe(true);
          if (value <= LL || quality === Quality['uncertain-under-range']) expect(standing.get('LL')).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('hydrogen sulphide rises from 0 to 60 ppm in two minutes', () => {
  const table = tableOf([{ name: 'h2s', type: 'number', unit: 'ppm', resolution: 0.1, range: [0, 50] }]);
  const HH = 20;
  const rise = (second: number): number => Math.min(60, second / 2);

  for (const [sensor, top] of [
    ['0–50 ppm, pegged at its end', 50],
    ['0–50 ppm, reading beyond its end', 60],
    ['0–100 ppm', 100],
  ] as const) {
    test.each([10, 30, 60])(`${sensor}, polled each %d s: HH within one poll, and as long as it stays`, (pollS) => {
      const range = [0, top === 60 ? 50 : top] as const;
      const checks = { range, jumpPerSecond: 0.2, stuckAfterMs: 120_000, resolution: 0.1 };
      const transform = buildTransforms({ tags: [readTag('h2s', checks)], derived: [] }, table);
      const { rule } = compileOnly(rules.limits, { tag: 'h2s', HH, offDelay: '60s' }, [table]);
      const polls = Array.from({ length: 600 / pollS }, (_, poll) => poll * pollS);
      const frames = polls.map((second) =>
        transform.next(frameOf(table, second * 1000, [Math.min(top, rise(second))])),
      );
      const told = judgementsOf(feedAll(rule, weaveTicks(frames)));
      expect(told).toMatchObject([{ condition: true }]);
      expect(told[0]?.instant).toBeLessThanOrEqual(40_000 + pollS * 1000);
    });
  }
});
