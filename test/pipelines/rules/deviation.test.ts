import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { deviation } from '../../../pipelines/rules/deviation.js';
import { describeRuleContract } from '../../contracts/rule.js';
import { compileOnly, feedAll, frameOf, inShort, type Reading, tableOf } from '../../contracts/rule-inputs.js';

const table = tableOf([
  { name: 'flow', type: 'number', unit: 'm³/h', resolution: 0.1 },
  { name: 'set-point', type: 'number', unit: 'm³/h' },
]);
const outlet = { ...tableOf([{ name: 'flow', type: 'number', unit: 'm³/h' }], 2), device: 'outlet' };
const bad = { quality: Quality['bad-no-answer'] };
const absent = { quality: Quality.absent };

const compile = (written: Record<string, unknown>) =>
  compileOnly(deviation, { tag: 'flow', from: { tag: 'set-point' }, ...written }, [table], [table, outlet]);

/** What is told for pairs of tag and reference in one frame, a second apart. */
const tell = (written: Record<string, unknown>, rows: readonly (readonly [Reading, Reading])[]): string[] => {
  const { rule } = compile(written);
  return inShort(
    feedAll(
      rule,
      rows.map((row, second) => ({ frame: frameOf(table, second * 1000, row) })),
    ),
  );
};

describe('a deviation', () => {
  test('is high above and low below the reference, reached at the difference', () => {
    expect(
      tell({ above: 2, below: 2 }, [
        [10, 10],
        [30.1, 28.1],
        [30, 29],
        [28, 30],
        [29, 30],
      ]),
    ).toEqual(['1 HIGH+', '2 HIGH-', '3 LOW+', '4 LOW-']);
  });

  test('ends behind the deadband alone', () => {
    expect(
      tell({ above: 2, deadband: 1 }, [
        [12, 10],
        [11, 10],
      ]),
    ).toEqual(['0 HIGH+']);
    expect(
      tell({ above: 2, deadband: 1 }, [
        [12, 10],
        [10.9, 10],
      ]),
    ).toEqual(['0 HIGH+', '1 HIGH-']);
  });

  test('in percent is a share of the reference, and unknown where that is zero', () => {
    expect(
      tell({ above: 10, percent: true }, [
        [109.9, 100],
        [110, 100],
        [5, 0],
        [-89, -100],
      ]),
    ).toEqual(['1 HIGH+', '2 HIGH?', '3 HIGH+']);
  });

  test('is unknown without a reading of either; a reference that was not read this time still stands', () => {
    expect(
      tell({ above: 2 }, [
        [12, 10],
        [bad, 10],
        [12, bad],
        [12, absent],
        [9, 10],
        [12, absent],
      ]),
    ).toEqual(['0 HIGH+', '1 HIGH?', '4 HIGH-', '5 HIGH+']);
  });

  test('from a tag of another device is judged with the latest reading of that, up to its age', () => {
    const { rule, tables, conditions } = compile({ from: { device: 'outlet', tag: 'flow' }, above: 2, maxAge: '5s' });
    expect(tables).toEqual([table, outlet]);
    expect(conditions).toMatchObject([
      {
        key: 'a-rule/house-1/flow/HIGH',
        limit: 2,
        unit: 'm³/h',
        message: {
          en: 'house-1 flow: 2 m³/h or more above outlet flow',
          zh: 'house-1 flow：比 outlet flow 高 2 m³/h 或以上',
        },
      },
    ]);
    const told = feedAll(rule, [
      { frame: frameOf(table, 0, [50, 0]) },
      { frame: frameOf(outlet, 1000, [40]) },
      { frame: frameOf(table, 2000, [50, 0]) },
      { frame: frameOf(table, 6000, [50, 0]) },
      { frame: frameOf(table, 6001, [50, 0]) },
    ]);
    expect(inShort(told)).toEqual(['0 HIGH?', '2 HIGH+', '6.001 HIGH?']);
    expect(told[1]).toMatchObject({ value: 10, limit: 2 });
  });

  test('is not compiled where the reference is nowhere', () => {
    const settings = deviation.config.parse({ tag: 'flow', from: { device: 'nowhere', tag: 'flow' }, above: 1 });
    expect(deviation.create('a-rule', settings, [table], [table, outlet])).toEqual([]);
  });

  test.each([
    [{ from: { tag: 'set-point' } }, [], 'no difference is given'],
    [{ from: { tag: 'flow' }, above: 1 }, ['from', 'tag'], 'the tag is compared with itself'],
  ])('settings %j are refused at %j', (written, path, message) => {
    const result = deviation.config.safeParse({ tag: 'flow', ...written });
    expect(result.error?.issues).toEqual([expect.objectContaining({ path, message })]);
  });
});

describeRuleContract('deviation', {
  definition: deviation,
  written: [
    { tag: 'flow', from: { tag: 'set-point' }, above: 3, below: 2, deadband: 1 },
    { tag: 'flow', from: { device: 'outlet', tag: 'flow' }, above: 4, maxAge: '10s', onDelay: '2s', offDelay: '3s' },
    { tag: 'flow', from: { device: 'outlet', tag: 'flow' }, below: 20, percent: true },
  ],
  tables: [table, outlet],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 3),
  slot: 0,
  values: fc.integer({ min: 0, max: 40 }).map((halves) => halves / 2),
  calm: (one) => one.tags.map(() => 10),
});
