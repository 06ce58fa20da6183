import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { timeToLimit } from '../../../pipelines/rules/time-to-limit.js';
import { describeRuleContract } from '../../contracts/rule.js';
import { compileOnly, feedAll, follow, frameOf, type Reading, tableOf } from '../../contracts/rule-inputs.js';

const table = tableOf([{ name: 'level', type: 'number', unit: 'm' }]);
const compile = (written: Record<string, unknown>) => compileOnly(timeToLimit, { tag: 'level', ...written }, [table]);
/** What is told for readings a minute apart. */
const tell = (written: Record<string, unknown>, readings: readonly Reading[]): string[] =>
  follow(compile(written).rule, table, readings, 60_000);
const ramp = (count: number, step: number, from: number): number[] =>
  Array.from({ length: count }, (_, at) => from + at * step);

describe('a limit that comes near', () => {
  test('is told when the forecast reaches it in time, and not before', () => {
    // 10 cm a minute from 1 m: 3.5 m is reached after 25 minutes, 20 minutes ahead is minute 5.
    expect(tell({ limit: 3.5 }, ramp(8, 0.1, 1))).toEqual(['0 SOON?', '300 SOON+']);
    expect(tell({ limit: 3.8 }, ramp(10, 0.1, 1))).toEqual(['0 SOON?', '300 SOON-', '480 SOON+']);
    expect(tell({ limit: 0.5, direction: 'falling', within: '5min' }, ramp(9, -0.1, 1.5))).toEqual([
      '0 SOON?',
      '300 SOON+',
    ]);
  });

  test('is not told when the value goes the other way or stands, nor for a single wild reading', () => {
    expect(tell({ limit: 3.5 }, ramp(9, -0.1, 3.4))).toEqual(['0 SOON?', '300 SOON-']);
    expect(tell({ limit: 3.5 }, ramp(9, 0, 3.4))).toEqual(['0 SOON?', '300 SOON-']);
    expect(tell({ limit: 3.5 }, [1, 1, 1, 1, 1, 1, 3.4, 1, 1])).toEqual(['0 SOON?', '300 SOON-']);
  });

  test('stays told when the limit is reached, with no minute left', () => {
    const { rule } = compile({ limit: 3.5 });
    const told = feedAll(
      rule,
      ramp(20, 0.1, 3.3).map((value, at) => ({ frame: frameOf(table, at * 60_000, [value]) })),
    );
    expect(told).toMatchObject([{ condition: 'unknown' }, { condition: true, value: 0, limit: 20 }]);
  });

  test('tells the minutes left, to a tenth', () => {
    const { rule, conditions } = compile({ limit: 3.5, onDelay: '90s' });
    const told = feedAll(
      rule,
      ramp(9, 0.1, 1).map((value, at) => ({ frame: frameOf(table, at * 60_000, [value]) })),
    );
    expect(told.at(-1)).toMatchObject({ condition: true, value: 18, limit: 20, instant: 420_000, since: 300_000 });
    expect(conditions).toMatchObject([
      {
        key: 'a-rule/house-1/level/SOON',
        limit: 20,
        unit: 'min',
        message: { en: 'house-1 level: will reach 3.5 m within 20 min', zh: 'house-1 level：预计 20 分钟内达到 3.5 m' },
      },
    ]);
  });

  test('is unknown without a reading', () => {
    const gap: Reading[] = ramp(9, 0.1, 1);
    gap[7] = { quality: Quality['bad-no-answer'] };
    expect(tell({ limit: 3.5 }, gap)).toEqual(['0 SOON?', '300 SOON+', '420 SOON?', '480 SOON+']);
  });
});

describeRuleContract('timeToLimit', {
  definition: timeToLimit,
  written: [
    { tag: 'level', limit: 15, over: '10s', within: '5s' },
    { tag: 'level', limit: 2, direction: 'falling', over: '30s', within: '1min', onDelay: '3s', offDelay: '4s' },
    { tag: 'level', limit: 12, over: '1min' },
  ],
  tables: [table],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 2),
  slot: 0,
  values: fc.integer({ min: 0, max: 40 }).map((halves) => halves / 2),
  calm: () => [7],
});
