import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { rate } from '../../../pipelines/rules/rate.js';
import { describeRuleContract } from '../../contracts/rule.js';
import { compileOnly, follow, frameOf, type Reading, tableOf, throughDisk } from '../../contracts/rule-inputs.js';

const table = tableOf([{ name: 'pressure', type: 'number', unit: 'bar' }]);
const compile = (written: Record<string, unknown>) => compileOnly(rate, { tag: 'pressure', ...written }, [table]);
const bad = { quality: Quality['bad-no-answer'] };

/** What is told for readings ten seconds apart. */
const tell = (written: Record<string, unknown>, readings: readonly Reading[]): string[] =>
  follow(compile(written).rule, table, readings, 10_000);

const ramp = (count: number, step: number, from = 5): number[] =>
  Array.from({ length: count }, (_, at) => from + at * step);

describe('a rate of change', () => {
  test('is not judged before three readings cover half the window', () => {
    expect(tell({ rising: 0.6 }, ramp(7, 0.1))).toEqual(['0 RISING?', '60 RISING+']);
    expect(tell({ rising: 0.6, over: '10s' }, ramp(3, 0.1))).toEqual(['0 RISING?']);
  });

  test('is reached at the rate given, as on paper, in the unit of the tag per time', () => {
    expect(tell({ rising: 0.6 }, ramp(13, 0.1))).toEqual(['0 RISING?', '60 RISING+']);
    expect(tell({ rising: 0.61 }, ramp(13, 0.1))).toEqual(['0 RISING?', '60 RISING-']);
    expect(tell({ rising: 36, per: '1h' }, ramp(13, 0.1))).toEqual(['0 RISING?', '60 RISING+']);
    expect(tell({ falling: 0.6 }, ramp(13, -0.1))).toEqual(['0 FALLING?', '60 FALLING+']);
    expect(tell({ falling: 0.6 }, ramp(13, 0.1))).toEqual(['0 FALLING?', '60 FALLING-']);
  });

  test('is not moved by single wild readings', () => {
    const wild = ramp(30, 0).map((value, at) => (at % 7 === 5 ? value + 90 : value));
    expect(tell({ rising: 0.1, falling: 0.1 }, wild)).toEqual(['0 RISING?', '0 FALLING?', '60 RISING-', '60 FALLING-']);
  });

  test('ends behind the deadband alone', () => {
    const slowing = [...ramp(13, 0.1), ...ramp(13, 0.09, 6.29)];
    expect(tell({ rising: 0.6, deadband: 0.1 }, slowing)).toEqual(['0 RISING?', '60 RISING+']);
    expect(tell({ rising: 0.6 }, slowing).at(-1)).toMatch(/RISING-$/u);
  });

  test('is unknown without a reading, which is left out of the slope', () => {
    const gap: Reading[] = ramp(20, 0.1);
    gap[9] = bad;
    expect(tell({ rising: 0.6 }, gap)).toEqual(['0 RISING?', '60 RISING+', '90 RISING?', '100 RISING+']);
  });

  test('tells the slope with its sign, the limit and the unit', () => {
    const { rule, conditions } = compile({ falling: 0.5 });
    const told = ramp(7, -0.1).flatMap((value, at) => [...rule.next(frameOf(table, at * 10_000, [value]))]);
    expect(told.at(-1)).toMatchObject({ condition: true, value: -0.6, limit: -0.5, quality: Quality.good });
    expect(conditions).toMatchObject([
      {
        key: 'a-rule/house-1/pressure/FALLING',
        limit: -0.5,
        unit: 'bar/min',
        message: {
          en: 'house-1 pressure: falling fast, 0.5 bar/min or more',
          zh: 'house-1 pressure：下降过快，达到 0.5 bar/min 或以上',
        },
      },
    ]);
  });

  test('remembers no more than 32 readings, however fast they come', () => {
    const { rule } = compile({ rising: 0.6, over: '1h' });
    for (let at = 0; at < 5000; at++) rule.next(frameOf(table, at * 1000, [at]));
    expect(JSON.stringify(rule.snapshot()).length).toBeLessThan(1000);
    const after = compile({ rising: 0.6, over: '1h' }).rule;
    after.restore(throughDisk(rule.snapshot()));
    expect(after.next(frameOf(table, 5_000_000, [50_000]))).toEqual([]);
    expect(after.isActive('a-rule/house-1/pressure/RISING')).toBe(true);
  });

  test('without a rate is refused', () => {
    const issues = rate.config.safeParse({ tag: 'pressure' }).error?.issues;
    expect(issues).toMatchObject([{ path: [], message: 'no rate is given' }]);
  });
});

describeRuleContract('rate', {
  definition: rate,
  written: [
    { tag: 'pressure', rising: 10 },
    { tag: 'pressure', rising: 5, falling: 2, over: '8s', per: '10s', deadband: 1 },
    { tag: 'pressure', falling: 30, over: '30s', onDelay: '3s', offDelay: '5s' },
  ],
  tables: [table],
  foreignTable: tableOf([{ name: 'flow', type: 'number', unit: 'm³/h' }], 2),
  slot: 0,
  values: fc.integer({ min: 0, max: 40 }).map((halves) => halves / 2),
  calm: () => [7],
});
