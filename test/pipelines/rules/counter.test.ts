import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { countStep } from '../../../pipelines/rules/count-step.js';
import { counter } from '../../../pipelines/rules/counter.js';
import { describeRuleContract } from '../../contracts/rule.js';
import { compileOnly, feedAll, follow, frameOf, type Reading, tableOf } from '../../contracts/rule-inputs.js';

const table = tableOf([{ name: 'volume', type: 'integer', unit: 'm³' }]);
const compile = (written: Record<string, unknown>) =>
  compileOnly(counter, { tag: 'volume', per: '1min', over: '2min', ...written }, [table]);
const tell = (written: Record<string, unknown>, readings: readonly Reading[]): string[] =>
  follow(compile(written).rule, table, readings, 10_000);

/** Counts ten seconds apart. */
const counts = (number: number, step: number, from = 0): number[] =>
  Array.from({ length: number }, (_, at) => from + at * step);

describe('a counter', () => {
  test('is judged by what it counted over the window, per time', () => {
    expect(tell({ above: 6 }, counts(12, 1))).toEqual(['0 HIGH?', '60 HIGH+']);
    expect(tell({ above: 6.1 }, counts(12, 1))).toEqual(['0 HIGH?', '60 HIGH-']);
    expect(tell({ above: 360, per: '1h' }, counts(12, 1))).toEqual(['0 HIGH?', '60 HIGH+']);
    expect(tell({ below: 3 }, counts(12, 1))).toEqual(['0 LOW?', '60 LOW-']);
  });

  test('that stands still is low at 0, and no more with the first count', () => {
    expect(tell({ below: 0 }, [...counts(12, 0, 50), 51, 52])).toEqual(['0 LOW?', '60 LOW+', '120 LOW-']);
    expect(compile({ below: 0 }).conditions).toMatchObject([
      { kind: 'LOW', limit: 0, message: { en: 'house-1 volume: does not count', zh: 'house-1 volume：计数停止' } },
    ]);
  });

  test('goes on across its rollover', () => {
    const rolling = counts(20, 7, 65_450).map((count) => count % 65_536);
    expect(Math.min(...rolling.slice(1))).toBeLessThan(10);
    expect(tell({ above: 43, below: 41, rollover: 65_536 }, rolling)).toEqual([
      '0 HIGH?',
      '0 LOW?',
      '60 HIGH-',
      '60 LOW-',
    ]);
  });

  test('that was set back is watched anew, and never seen to have counted thousands at once', () => {
    const replaced = [...counts(12, 7, 60_000), ...counts(12, 7, 0)];
    for (const rollover of [undefined, 65_536, 4_294_967_296]) {
      const written = rollover === undefined ? {} : { rollover };
      expect(tell({ above: 50, ...written }, replaced)).toEqual(['0 HIGH?', '60 HIGH-', '120 HIGH?', '180 HIGH-']);
    }
  });

  test('is unknown without a reading, and counts on over the gap', () => {
    const gap: Reading[] = counts(15, 1);
    gap[9] = { quality: Quality['bad-no-answer'] };
    gap[10] = { quality: Quality.absent };
    expect(tell({ above: 6 }, gap)).toEqual(['0 HIGH?', '60 HIGH+', '90 HIGH?', '110 HIGH+']);
  });

  test('tells its rate with limit and unit', () => {
    const { rule, conditions } = compile({ above: 30, below: 1 });
    const told = feedAll(
      rule,
      counts(7, 7.3).map((count, at) => ({ frame: frameOf(table, at * 10_000, [count]) })),
    );
    expect(told).toContainEqual(expect.objectContaining({ condition: true, value: 43.8, limit: 30 }));
    expect(conditions).toMatchObject([
      { unit: 'm³/min', message: { en: 'house-1 volume: counts 30 m³/min or more' } },
      { unit: 'm³/min', message: { zh: 'house-1 volume：计数速度不高于 1 m³/min' } },
    ]);
  });

  test('any small step across the rollover is that step', () => {
    const habits = { rollover: 65_536, fastest: undefined };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 16_384 }), (before, step) => {
        expect(countStep(before, (before + step) % 65_536, 1000, habits)).toBe(step);
      }),
    );
    expect(countStep(70_000, 10, 1000, habits)).toBeUndefined();
  });

  test.each([
    [{}, [], 'no limit is given'],
    [{ above: 5, below: 5 }, ['below'], 'below is not under above'],
  ])('settings %j are refused at %j', (written, path, message) => {
    const result = counter.config.safeParse({ tag: 'volume', ...written });
    expect(result.error?.issues).toEqual([expect.objectContaining({ path, message })]);
  });
});

describeRuleContract('counter', {
  definition: counter,
  written: [
    { tag: 'volume', above: 100, per: '1min', over: '20s' },
    { tag: 'volume', above: 500, below: 10, rollover: 64, per: '1min', over: '1min', deadband: 5 },
    { tag: 'volume', above: 500, rollover: 64, per: '1min', over: '10s', onDelay: '3s', offDelay: '4s' },
  ],
  tables: [table],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 2),
  slot: 0,
  values: fc.integer({ min: 0, max: 63 }),
  calm: (_, second) => [second],
});
