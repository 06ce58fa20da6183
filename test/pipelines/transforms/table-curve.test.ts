import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality, type QualityName, qualityName } from '../../../gateway/contract/index.js';
import { buildTransforms, type CurvePoint } from '../../../pipelines/index.js';
import { frameOf, type Reading, tableOf } from '../../contracts/rule-inputs.js';
import { describeTransformContract } from '../../contracts/transform.js';
import { derivedCurve, readTag } from '../tags.js';

const table = tableOf([
  { name: 'level', type: 'number', unit: 'm' },
  { name: 'storage', type: 'number', unit: 'm³' },
]);
const absent: Reading = { quality: Quality.absent };
const build = (curve: readonly CurvePoint[]) =>
  buildTransforms({ tags: [readTag('level')], derived: [derivedCurve('storage', 'level', curve)] }, table);

function readOff(curve: readonly CurvePoint[], level: Reading): [number | undefined, QualityName] {
  const { values, quality } = build(curve).next(frameOf(table, 0, [level, absent]));
  return [values[1], qualityName(quality[1] as number)];
}

const marked = (value: number, name: QualityName): Reading => ({ value, quality: Quality[name] });

/** Storage of a small reservoir over its level. */
const reservoir: readonly CurvePoint[] = [
  [100, 0],
  [105, 120],
  [110, 560],
];
/** A 90° V-notch weir at a few heads, Q = 1.38 h^2.5. */
const weir: readonly CurvePoint[] = [0, 0.1, 0.2, 0.3].map((head) => [head, 1.38 * head ** 2.5]);
/** Room left in a tank over its level. */
const ullage: readonly CurvePoint[] = [
  [0, 50],
  [4, 0],
];
/** A lying tank's strapping never falls; what a faulty survey gives both rises and falls. */
const wavy: readonly CurvePoint[] = [
  [0, 0],
  [1, 5],
  [2, 4],
];

describe('a table', () => {
  test.each([
    [100, 0],
    [102.5, 60],
    [105, 120],
    [107.5, 340],
    [110, 560],
  ])('of storage gives at %d m %d m³', (level, storage) => {
    expect(readOff(reservoir, level)).toEqual([storage, 'good']);
  });

  test('of a weir lies on its points and above the curve between them', () => {
    expect(readOff(weir, 0.2)[0]).toBeCloseTo(0.02469, 5);
    expect(readOff(weir, 0.25)[0]).toBeGreaterThan(1.38 * 0.25 ** 2.5);
  });

  test.each([99.999, 110.001, -1e9])('gives nothing at %d, which is outside it', (level) => {
    expect(readOff(reservoir, level)).toEqual([Number.NaN, 'bad-formula']);
  });

  test('keeps a value beyond the measuring range on its side, where the table has one', () => {
    expect(readOff(reservoir, marked(110, 'uncertain-over-range'))).toEqual([560, 'uncertain-over-range']);
    expect(readOff(reservoir, marked(100, 'uncertain-under-range'))).toEqual([0, 'uncertain-under-range']);
    expect(readOff(ullage, marked(4, 'uncertain-over-range'))).toEqual([0, 'uncertain-under-range']);
    expect(readOff(wavy, marked(1, 'uncertain-over-range'))).toEqual([5, 'uncertain']);
    expect(readOff(reservoir, marked(111, 'uncertain-over-range'))).toEqual([Number.NaN, 'bad-formula']);
  });

  test.each<[QualityName, QualityName]>([
    ['uncertain-jump', 'uncertain-jump'],
    ['bad-no-answer', 'bad-formula'],
    ['absent', 'absent'],
  ])('of %s gives %s', (code, result) => {
    expect(readOff(reservoir, marked(105, code))[1]).toBe(result);
  });

  test('stays between its neighbours, and rises where it rises', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 900 })), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (grown, share, at) => {
        let [x, y] = [0, 0];
        const points = grown.map(([dx, dy]): CurvePoint => [(x += dx), (y += dy)]);
        const from = points[at % (points.length - 1)] as CurvePoint;
        const to = points[(at % (points.length - 1)) + 1] as CurvePoint;
        const [value] = readOff(points, from[0] + share * (to[0] - from[0]));
        expect(value).toBeGreaterThanOrEqual(from[1]);
        expect(value).toBeLessThanOrEqual(to[1]);
      }),
    );
  });
});

describe('context in formulas', () => {
  const of = (formula: string, known: Readonly<Record<string, number>>, level: Reading = 10) => {
    const derived = [{ ...readTag('storage'), formula }];
    const transform = buildTransforms(
      { tags: [readTag('level')], derived },
      table,
      (name) => known[name] ?? Number.NaN,
    );
    const { values, quality } = transform.next(frameOf(table, 0, [level, absent]));
    return [values[1], qualityName(quality[1] as number)];
  };

  test('is read as it is at each frame', () => {
    const known: Record<string, number> = { zero: 1, span: 2 };
    expect(of('(level - context.zero) * context.span', known)).toEqual([18, 'good']);
    expect(of("(level - 'context.batch-start') * context.span", { 'batch-start': 4, span: 3 })).toEqual([18, 'good']);
  });

  test('that is not known leaves no number, also where it would not have come to it', () => {
    expect(of('level - context.zero', {})).toEqual([Number.NaN, 'bad-formula']);
    expect(of('if level > context.zero then 1 else 0', {})).toEqual([Number.NaN, 'bad-formula']);
    expect(of('level - context.zero', { zero: 1 }, marked(1, 'bad-no-answer'))).toEqual([Number.NaN, 'bad-formula']);
  });
});

describeTransformContract('a table', {
  create: () => build(reservoir),
  table,
  ownSlots: [1],
  values: fc.integer({ min: 95, max: 115 }),
});
