import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality, qualityName } from '../../../gateway/contract/index.js';
import { buildTransforms, type DerivedTag } from '../../../pipelines/index.js';
import { frameOf, type Reading, tableOf } from '../../contracts/rule-inputs.js';
import { describeTransformContract } from '../../contracts/transform.js';
import { derivedTag, readTag } from '../tags.js';

const absent = { quality: Quality.absent };
const table = tableOf([
  { name: '温度', type: 'number', unit: '°C' },
  { name: 'pump-1.flow', type: 'number', unit: 'm³/h' },
  { name: 'running', type: 'boolean', unit: '' },
  { name: 'result', type: 'number', unit: '' },
  { name: 'twice', type: 'number', unit: '' },
]);
const build = (formula: string, more: Partial<DerivedTag> = {}) =>
  buildTransforms(
    {
      tags: [readTag('温度'), readTag('pump-1.flow'), readTag('running')],
      derived: [derivedTag('result', formula, more), derivedTag('twice', 'result * 2')],
    },
    table,
  );

/** Value and quality name of `result` for these three readings. */
function result(formula: string, ...readings: readonly [Reading, Reading, Reading]): [number | undefined, string] {
  const { values, quality } = build(formula).next(frameOf(table, 0, [...readings, absent, absent]));
  return [values[3], qualityName(quality[3] as number)];
}

describe('derived tags', () => {
  test('are computed from tags of any name', () => {
    expect(result("'温度' * 1.8 + 32", 25, 0, 0)).toEqual([77, 'good']);
    expect(result("'pump-1.flow' / 3.6", 0, 36, 0)).toEqual([10, 'good']);
    expect(result("max('温度', 'pump-1.flow') - min('温度', 'pump-1.flow')", 3, 10, 0)).toEqual([7, 'good']);
  });

  test('take logical tags as conditions and as numbers, and give 1 or 0 for a logical result', () => {
    expect(result("if running then 'pump-1.flow' else 0", 0, 36, 1)).toEqual([36, 'good']);
    expect(result("if running == 0 then 1 else 'pump-1.flow' * running", 0, 36, 1)).toEqual([36, 'good']);
    expect(result("'温度' > 20 and running", 25, 0, 1)).toEqual([1, 'good']);
    expect(result("('温度' > 20) + ('pump-1.flow' > 5) + running", 25, 0, 1)).toEqual([2, 'good']);
  });

  test('may use derived tags named before them', () => {
    const { values } = build("'温度' + 1").next(frameOf(table, 0, [4, 0, 0, absent, absent]));
    expect(values.slice(3)).toEqual(Float64Array.of(5, 10));
  });

  test('are computed anew when one input is said, from what was last said of the others', () => {
    const derive = build("'温度' + 'pump-1.flow'");
    const next = (...readings: readonly Reading[]): [number | undefined, string] => {
      const { values, quality } = derive.next(frameOf(table, 0, [...readings, absent, absent]));
      return [values[3], qualityName(quality[3] as number)];
    };
    expect(next(1, absent, absent)).toEqual([Number.NaN, 'absent']);
    expect(next(absent, 10, absent)).toEqual([11, 'good']);
    expect(next(2, absent, absent)).toEqual([12, 'good']);
    expect(next(absent, absent, 1)).toEqual([Number.NaN, 'absent']);
    expect(next({ quality: Quality['bad-no-answer'] }, absent, absent)).toEqual([Number.NaN, 'bad-formula']);
    expect(next(absent, 20, absent)).toEqual([Number.NaN, 'bad-formula']);
    expect(next(3, absent, absent)).toEqual([23, 'good']);
  });

  test('are as good as the worst of their inputs', () => {
    const sum = "'温度' + 'pump-1.flow'";
    expect(result(sum, 1, { value: 2, quality: Quality['uncertain-jump'] }, 0)).toEqual([3, 'uncertain-jump']);
    expect(result(sum, 1, { quality: Quality['bad-no-answer'] }, 0)).toEqual([Number.NaN, 'bad-formula']);
    expect(result(sum, absent, { quality: Quality['bad-no-answer'] }, 0)).toEqual([Number.NaN, 'bad-formula']);
    expect(result(sum, absent, 2, 0)).toEqual([Number.NaN, 'absent']);
    expect(result(sum, absent, { value: 2, quality: Quality['uncertain-over-range'] }, 0)).toEqual([
      Number.NaN,
      'absent',
    ]);
  });

  test('of an input over range are uncertain, not over range themselves: 100 − x would be wrong the other way', () => {
    const over = { value: 120, quality: Quality['uncertain-over-range'] };
    expect(result("100 - '温度'", over, 0, 0)).toEqual([-20, 'uncertain']);
  });

  test('that are no number are bad', () => {
    expect(result("'温度' / 'pump-1.flow'", 1, 0, 0)).toEqual([Number.NaN, 'bad-formula']);
    expect(result("sqrt('温度')", -1, 0, 0)).toEqual([Number.NaN, 'bad-formula']);
    expect(result("if '温度' then 1 else 0", 1, 0, 0)).toEqual([Number.NaN, 'bad-formula']);
  });

  test('have checks of their own', () => {
    const { quality } = build("'温度' * 2", { range: [0, 100] }).next(frameOf(table, 0, [60, 0, 0, absent, absent]));
    expect(qualityName(quality[3] as number)).toBe('uncertain-over-range');
  });

  test('a table without the tags of a formula is refused at once', () => {
    expect(() => build("'nowhere' + 1")).toThrow('the table of house-1/fast has no tag nowhere');
  });
});

describeTransformContract('derive', {
  create: () => build("'温度' / 'pump-1.flow' + running", { jumpPerSecond: 1 }),
  table,
  ownSlots: [3, 4],
  values: fc.integer({ min: 0, max: 3 }),
});
