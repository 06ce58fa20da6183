import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { buildTransforms } from '../../../pipelines/index.js';
import { frameOf, tableOf } from '../../contracts/rule-inputs.js';
import { describeTransformContract } from '../../contracts/transform.js';
import { readTag } from '../tags.js';

const table = tableOf([
  { name: 'temperature', type: 'number', unit: '°C' },
  { name: 'humidity', type: 'number', unit: '%' },
]);
const scaling = (scale: number, offset = 0) =>
  buildTransforms({ tags: [readTag('temperature', { scale, offset }), readTag('humidity')], derived: [] }, table);
const scaled = (raw: number, scale: number, offset = 0) =>
  scaling(scale, offset).next(frameOf(table, 0, [raw, 50])).values[0];

describe('scale', () => {
  test('an integer register gives the number on the display', () => {
    expect(scaled(234, 0.1)).toBe(23.4);
    expect(scaled(-205, 0.1)).toBe(-20.5);
    expect(scaled(3, 0.1)).toBe(0.3);
    expect(scaled(7, 0.001, -0.2)).toBe(-0.193);
    expect(scaled(4095, 0.00390625, -4)).toBe(11.99609375);
    expect(scaled(0, -0.1)).toBe(0);
    expect(scaled(12, 10, 0.5)).toBe(120.5);
  });

  test('every 16-bit register with any decimal scale and offset is the double nearest to the decimal number', () => {
    const decimals = fc.integer({ min: 0, max: 6 });
    const digits = fc.integer({ min: -9999, max: 9999 }).filter((number) => number !== 0);
    fc.assert(
      fc.property(fc.integer({ min: -32768, max: 65535 }), digits, digits, decimals, (raw, scale, offset, places) => {
        const decimal = decimalText(BigInt(raw) * BigInt(scale) + BigInt(offset), places);
        expect(scaled(raw, Number(`${scale}e-${places}`), Number(`${offset}e-${places}`))).toBe(Number(decimal));
      }),
      { numRuns: 1000 },
    );
  });

  test('numbers that are no integers, and scales without short decimals, are computed as doubles', () => {
    expect(scaled(1.5, 2)).toBe(3);
    expect(scaled(3, 1 / 3)).toBeCloseTo(1, 12);
    expect(scaled(2 ** 53, 0.30000000000000004)).toBe(2 ** 53 * 0.30000000000000004);
    expect(scaled(5, 1e-30)).toBe(5 * 1e-30);
  });

  test('a tag without scale is left alone, and a table without any costs nothing', () => {
    const frame = frameOf(table, 0, [234, 50]);
    expect(scaling(1).next(frame)).toBe(frame);
    expect(scaling(0.1).next(frame).quality).toBe(frame.quality);
    expect(scaling(0.1).next(frame).values[1]).toBe(50);
  });

  test('what is bad or absent stays so', () => {
    const bad = { quality: Quality['bad-no-answer'] };
    expect(scaling(0.1, 5).next(frameOf(table, 0, [bad, 1])).values[0]).toBeNaN();
  });

  test('statutory tags are scaled like any other and nothing else', () => {
    const statutory = tableOf([{ name: 'methane', type: 'number', unit: '%', statutory: true }]);
    const transform = buildTransforms(
      { tags: [readTag('methane', { scale: 0.01, range: [0, 4], jumpPerSecond: 0.1, stuckAfterMs: 1 })], derived: [] },
      statutory,
    );
    expect([1, 900, 900].map((raw, at) => transform.next(frameOf(statutory, at * 1000, [raw])).values[0])).toEqual([
      0.01, 9, 9,
    ]);
  });
});

describeTransformContract('scale', {
  create: () => scaling(0.1, -4),
  table,
  altersValues: true,
  values: fc.integer({ min: -32768, max: 65535 }),
});

function decimalText(digits: bigint, places: number): string {
  return `${digits}e-${places}`;
}
