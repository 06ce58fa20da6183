import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { state } from '../../../pipelines/rules/state.js';
import { describeRuleContract } from '../../contracts/rule.js';
import { compileOnly, follow, type Reading, tableOf } from '../../contracts/rule-inputs.js';

const table = tableOf([{ name: 'mode', type: 'integer', unit: '' }]);
const compile = (written: Record<string, unknown>) => compileOnly(state, { tag: 'mode', ...written }, [table]);
const tell = (written: Record<string, unknown>, readings: readonly (Reading | null)[]): string[] =>
  follow(compile(written).rule, table, readings);

describe('a discrete state', () => {
  test('is one value, or one of several, or none of them', () => {
    expect(tell({ is: 3 }, [0, 3, 4, 3])).toEqual(['1 STATE+', '2 STATE-', '3 STATE+']);
    expect(tell({ is: [3, 4] }, [0, 3, 4, 5])).toEqual(['1 STATE+', '3 STATE-']);
    expect(tell({ isNot: [3, 4] }, [3, 0, 4])).toEqual(['1 STATE+', '2 STATE-']);
    expect(tell({ is: true }, [0, 1])).toEqual(['1 STATE+']);
    expect(tell({ isNot: false }, [0, 1])).toEqual(['1 STATE+']);
  });

  test('is delayed, also without further frames, and unknown without a reading', () => {
    expect(tell({ is: 3, onDelay: '2s' }, [3, 3, 3])).toEqual(['2 STATE+']);
    expect(tell({ is: 3, onDelay: '2s' }, [3, null, null, null])).toEqual(['3 STATE+']);
    expect(tell({ is: 3 }, [3, { quality: Quality['bad-no-answer'] }, 3])).toEqual([
      '0 STATE+',
      '1 STATE?',
      '2 STATE+',
    ]);
  });

  test('is told in words', () => {
    expect(compile({ is: 3 }).conditions).toMatchObject([
      { limit: 3, message: { en: 'house-1 mode: is 3', zh: 'house-1 mode：状态为 3' } },
    ]);
    expect(compile({ isNot: [1, 2, 5] }).conditions).toMatchObject([
      { limit: Number.NaN, message: { en: 'house-1 mode: is not 1, 2 or 5', zh: 'house-1 mode：状态不为 1、2、5' } },
    ]);
  });

  test.each([
    [{}, 'no state is given'],
    [{ is: 1, isNot: 2 }, 'is and isNot are both given'],
  ])('settings %j are refused', (written, message) => {
    const result = state.config.safeParse({ tag: 'mode', ...written });
    expect(result.error?.issues).toEqual([expect.objectContaining({ path: [], message })]);
  });
});

describeRuleContract('state', {
  definition: state,
  written: [
    { tag: 'mode', is: 2 },
    { tag: 'mode', isNot: [0, 1], onDelay: '2s', offDelay: '4s' },
    { tag: 'mode', is: [2, true], onDelay: '1500ms' },
  ],
  tables: [table],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 2),
  slot: 0,
  values: fc.integer({ min: 0, max: 3 }),
  calm: () => [0],
});
