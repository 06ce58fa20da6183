import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { stale } from '../../../pipelines/rules/stale.js';
import { describeRuleContract } from '../../contracts/rule.js';
import { compileOnly, feedAll, follow, frameOf, inShort, type Reading, tableOf } from '../../contracts/rule-inputs.js';

const table = tableOf([{ name: 'level', type: 'number', unit: 'm' }]);
const compile = (written: Record<string, unknown>) => compileOnly(stale, { tag: 'level', ...written }, [table]);
const tell = (readings: readonly (Reading | null)[]): string[] =>
  follow(compile({ after: '3s' }).rule, table, readings);
const bad = { quality: Quality['bad-no-answer'] };

describe('a stale tag', () => {
  test('is found when no reading came for longer than its time, and is over with the next', () => {
    expect(tell([1, null, null, null, null, null, 1, 1])).toEqual(['4 STALE+', '6 STALE-']);
    expect(tell([1, null, null, 1, null, null, 1])).toEqual([]);
  });

  test('is stale while only bad readings come', () => {
    expect(tell([1, bad, bad, bad, bad, 1])).toEqual(['4 STALE+', '5 STALE-']);
  });

  test('is not raised by a start: before the first frame, the time counts from the first second seen', () => {
    const { rule } = compile({ after: '3s' });
    const seconds = Array.from({ length: 6 }, (_, at) => ({ tick: 9_000_000 + at * 1000 }));
    expect(inShort(feedAll(rule, seconds))).toEqual(['9004 STALE+']);
    expect(inShort(rule.next(frameOf(table, 9_005_000, [1])))).toEqual(['9005 STALE-']);
  });

  test('tells the seconds without a reading', () => {
    const { rule, conditions } = compile({ after: '90s' });
    rule.next(frameOf(table, 500, [1]));
    expect(rule.tick(90_000)).toEqual([]);
    expect(rule.tick(91_000)).toMatchObject([{ condition: true, value: 90.5, limit: 90, instant: 91_000 }]);
    expect(conditions).toMatchObject([
      {
        key: 'a-rule/house-1/level/STALE',
        limit: 90,
        unit: 's',
        message: { en: 'house-1 level: no reading for more than 90 s', zh: 'house-1 level：超过 90 秒没有读数' },
      },
    ]);
    expect(compile({}).conditions[0]?.message.en).toContain('3 min');
    expect(stale.judges).toBe('presence');
  });
});

describeRuleContract('stale', {
  definition: stale,
  written: [{ tag: 'level', after: '2s' }, { tag: 'level', after: '25s' }, { tag: 'level' }],
  tables: [table],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 2),
  slot: undefined,
  values: fc.integer({ min: 0, max: 50 }),
  calm: () => [5],
});
