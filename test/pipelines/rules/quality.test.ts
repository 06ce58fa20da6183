import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { quality } from '../../../pipelines/rules/quality.js';
import { describeRuleContract } from '../../contracts/rule.js';
import { compileOnly, follow, frameOf, type Reading, tableOf } from '../../contracts/rule-inputs.js';

const table = tableOf([{ name: 'h2s', type: 'number', unit: 'ppm' }]);
const compile = (written: Record<string, unknown>) => compileOnly(quality, { tag: 'h2s', ...written }, [table]);
const tell = (written: Record<string, unknown>, readings: readonly (Reading | null)[]): string[] =>
  follow(compile(written).rule, table, readings);
const bad = { quality: Quality['bad-sensor-failure'] };
const absent = { quality: Quality.absent };
const stuck = { value: 5, quality: Quality['uncertain-stuck'] };

describe('a bad reading', () => {
  test('raises at once, and is over with the next reading', () => {
    expect(tell({}, [5, bad, bad, 5])).toEqual(['1 BAD+', '3 BAD-']);
  });

  test('that is uncertain counts on demand', () => {
    expect(tell({}, [5, stuck])).toEqual([]);
    expect(tell({ uncertain: true }, [5, stuck, 5])).toEqual(['1 BAD+', '2 BAD-']);
  });

  test('must last for the delay; a slot that was not read this time says nothing', () => {
    expect(tell({ onDelay: '3s' }, [bad, absent, bad, bad])).toEqual(['3 BAD+']);
    expect(tell({ onDelay: '3s' }, [bad, 5, bad, bad])).toEqual([]);
    expect(tell({}, [bad, absent, absent])).toEqual(['0 BAD+']);
  });

  test('names what is wrong', () => {
    const { rule, conditions } = compile({});
    expect(rule.next(frameOf(table, 0, [bad]))).toMatchObject([
      { condition: true, value: Number.NaN, quality: Quality['bad-sensor-failure'] },
    ]);
    expect(conditions).toMatchObject([
      {
        key: 'a-rule/house-1/h2s/BAD',
        limit: Number.NaN,
        message: { en: 'house-1 h2s: the reading is bad', zh: 'house-1 h2s：读数无效' },
      },
    ]);
    expect(quality.judges).toBe('presence');
  });
});

describeRuleContract('quality', {
  definition: quality,
  written: [
    { tag: 'h2s' },
    { tag: 'h2s', uncertain: true, onDelay: '3s', offDelay: '5s' },
    { tag: 'h2s', onDelay: '1500ms' },
  ],
  tables: [table],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 2),
  slot: undefined,
  values: fc.integer({ min: 0, max: 50 }),
  calm: () => [5],
});
