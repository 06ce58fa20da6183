import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { hasOverflowed, qualityOf, refusalStatus } from '../../../drivers/opcua/values/status-quality.js';
import { putVariant } from '../../../drivers/opcua/values/variant-value.js';
import {
  FrameBuilder,
  isBad,
  isGood,
  isUncertain,
  qualityName,
  type TagType,
} from '../../../gateway/contract/index.js';

const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);

const table = {
  number: 1,
  site: 's',
  link: 'l',
  device: 'd',
  profile: 'p',
  group: 'g',
  configuration: 'c',
  tags: [{ name: 't', type: 'number' as const, unit: '' }],
};

function put(variant: { dataType: number; arrayType?: number; value: unknown }, picked: object = {}) {
  const builder = new FrameBuilder(table);
  const what = { index: undefined, field: [], type: 'number' as TagType, ...picked };
  putVariant(builder, 0, what, { arrayType: 0, ...variant }, 1);
  const { values, quality, texts } = builder.build();
  return { value: texts?.get(0) ?? values[0], quality: qualityName(quality[0] as number) };
}

describe('a StatusCode', () => {
  test.each([
    [0x00000000, 'good'],
    [0x00960000, 'good-local-override'],
    [0x00300000, 'good'],
    [0x40000000, 'uncertain'],
    [0x40900000, 'uncertain-last-usable'],
    [0x40940000, 'uncertain'],
    [0x40940600, 'uncertain-over-range'],
    [0x40940500, 'uncertain-under-range'],
    [0x80340000, 'bad-configuration'],
    [0x808c0000, 'bad-sensor-failure'],
    [0x80310000, 'bad-no-answer'],
    [0x80320480, 'bad-waiting'],
    [0x80ab0000, 'bad'],
    [0xc0000000, 'bad'],
  ])('%d becomes %s', (status, name) => {
    expect(qualityName(qualityOf(status))).toBe(name);
  });

  test('of whatever number keeps its severity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (status) => {
        const severity = status >>> 30;
        const is = [isGood, isUncertain, isBad, isBad][severity] as (code: number) => boolean;
        return is(qualityOf(status));
      }),
      { numRuns: runs },
    );
  });

  test('tells that the queue ran over, and is found in an error that carries it', () => {
    expect([0x00000480, 0x00000080, 0x00000400].map(hasOverflowed)).toEqual([true, false, false]);
    const fault = { response: { responseHeader: { serviceResult: { value: 0x80560000 } } } };
    expect(refusalStatus(Object.assign(new Error('no'), fault))).toBe(0x80560000);
    expect(refusalStatus(new Error('BadTooManySessions'))).toBeUndefined();
  });
});

describe('a value', () => {
  test.each([
    [[0, 5], false, 5, 'good'],
    [[0xffffffff, 0xffffffff], true, -1, 'good'],
    [[0x001fffff, 0xffffffff], false, 9_007_199_254_740_991, 'good'],
    [[0x00200000, 0], false, 9_007_199_254_740_992, 'uncertain-precision'],
    [[0x80000000, 0], true, -9_223_372_036_854_775_808, 'uncertain-precision'],
  ])('of 64 bits %j, signed %s, is %d and %s', (value, signed, number, quality) => {
    expect(put({ dataType: signed ? 8 : 9, value })).toEqual({ value: number, quality });
  });

  test('of 64 bits is the number it is, or says that it is not exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (wide) => {
        const bits = BigInt.asUintN(64, wide);
        const halves = [Number(bits >> 32n), Number(bits & 0xffffffffn)];
        const { value, quality } = put({ dataType: 8, value: halves });
        expect(value).toBe(Number(wide));
        expect(quality).toBe(
          BigInt(Number(wide)) === wide && Number.isSafeInteger(value) ? 'good' : 'uncertain-precision',
        );
        expect(put({ dataType: 8, value: halves }, { type: 'text' }).value).toBe(String(wide));
      }),
      { numRuns: runs / 4 },
    );
  });

  test('that is no number is a failure of the sensor, one that is null bad', () => {
    expect(put({ dataType: 11, value: Number.NaN }).quality).toBe('bad-sensor-failure');
    expect(put({ dataType: 11, value: Number.POSITIVE_INFINITY }).quality).toBe('bad-sensor-failure');
    expect(put({ dataType: 0, value: null }).quality).toBe('bad');
    expect(put({ dataType: 12, value: null }, { type: 'text' }).quality).toBe('bad');
  });

  test('is taken out of an array, a structure, an array within a structure and a Variant', () => {
    const doubles = { dataType: 11, arrayType: 1, value: Float64Array.of(1, 2) };
    expect(put(doubles, { index: 1 })).toEqual({ value: 2, quality: 'good' });
    expect(put(doubles, { index: 2 }).quality).toBe('bad-configuration');
    expect(put({ dataType: 11, value: 1 }, { index: 0 }).quality).toBe('bad-configuration');
    const schema = {
      fields: [
        { name: 'speed', originalName: 'Speed', fieldType: 'Double' },
        { name: 'starts', originalName: 'Starts', fieldType: 'UInt64' },
        { name: 'samples', originalName: 'Samples', fieldType: 'Double' },
        { name: 'mode', originalName: 'Mode', fieldType: 'PumpMode' },
      ],
    };
    const pump = { schema, speed: 1480, starts: [0, 7], samples: [1.5, 2.5], mode: { key: 'Auto', value: 2 } };
    const structure = { dataType: 22, value: pump };
    const fieldsOf = (...names: string[]) => names.map((name) => put(structure, { field: name.split('.') }).value);
    expect(fieldsOf('Speed', 'Starts', 'Samples.1', 'Mode')).toEqual([1480, 7, 2.5, 2]);
    expect(put(structure, { field: ['Mode'], type: 'text' }).value).toBe('Auto');
    expect(put(structure, { field: ['Depth'] }).quality).toBe('bad-configuration');
    const variants = { dataType: 24, arrayType: 1, value: [{ dataType: 6, arrayType: 0, value: 9 }] };
    expect(put(variants, { index: 0 })).toEqual({ value: 9, quality: 'good' });
  });

  test('of whatever shape gives a good number only where there is one', () => {
    const types = fc.constantFrom<TagType>('number', 'integer', 'boolean', 'text');
    const shape = { dataType: fc.integer({ min: 0, max: 30 }), arrayType: fc.integer({ min: 0, max: 2 }) };
    const picks = { index: fc.option(fc.nat(3), { nil: undefined }), field: fc.array(fc.string(), { maxLength: 2 }) };
    fc.assert(
      fc.property(
        fc.record({ ...shape, value: fc.anything() }),
        fc.record({ ...picks, type: types }),
        (variant, pick) => {
          const { value, quality } = put(variant, pick);
          if (quality.startsWith('bad')) expect(value).toBeNaN();
          else if (pick.type === 'text') expect(typeof value).toBe('string');
          else expect(Number.isFinite(value)).toBe(true);
        },
      ),
      { numRuns: runs },
    );
  });
});
