import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ByteOrder, decodeFrom, encodeInto, type ValueType, widthOf } from '../../firmware-sim/index.js';

function hexOf(value: number, type: ValueType, order: ByteOrder = 'ABCD'): string {
  const words = new Uint16Array(widthOf(type));
  encodeInto(words, 0, value, type, order);
  return [...words].map((word) => word.toString(16).padStart(4, '0')).join(' ');
}

describe('values in registers', () => {
  test.each<[number, ValueType, ByteOrder, string]>([
    [123.4, 'float32', 'ABCD', '42f6 cccd'],
    [123.4, 'float32', 'CDAB', 'cccd 42f6'],
    [123.4, 'float32', 'BADC', 'f642 cdcc'],
    [123.4, 'float32', 'DCBA', 'cdcc f642'],
    [-205, 'int16', 'ABCD', 'ff33'],
    [-205, 'int16', 'BADC', '33ff'],
    [305, 'uint16', 'ABCD', '0131'],
    [0x01020304, 'uint32', 'ABCD', '0102 0304'],
    [0x01020304, 'uint32', 'CDAB', '0304 0102'],
    [-2, 'int32', 'ABCD', 'ffff fffe'],
    [-2, 'int64', 'CDAB', 'fffe ffff ffff ffff'],
    [0x0001020304050607, 'uint64', 'ABCD', '0001 0203 0405 0607'],
    [0x0001020304050607, 'uint64', 'CDAB', '0607 0405 0203 0001'],
    [0x0001020304050607, 'uint64', 'DCBA', '0706 0504 0302 0100'],
    [1, 'float64', 'ABCD', '3ff0 0000 0000 0000'],
    [1234, 'bcd16', 'ABCD', '1234'],
    [87654321, 'bcd32', 'CDAB', '4321 8765'],
  ])('%d as %s %s is %s', (value, type, order, hex) => {
    expect(hexOf(value, type, order)).toBe(hex);
  });

  test('an integer too large for its register stays at the end of the range', () => {
    expect(hexOf(40_000, 'int16')).toBe('7fff');
    expect(hexOf(-1, 'uint16')).toBe('0000');
    expect(hexOf(10_000, 'bcd16')).toBe('9999');
  });

  test('no reading is NaN in floats and beyond any measurement in integers', () => {
    expect(hexOf(Number.NaN, 'float32')).toBe('7fc0 0000');
    expect(hexOf(Number.NaN, 'int16')).toBe('8000');
    expect(hexOf(Number.NaN, 'uint16')).toBe('ffff');
    expect(hexOf(Number.NaN, 'int32', 'CDAB')).toBe('0000 8000');
  });

  test('what is written is read back, in every type and order', () => {
    const ranges: readonly (readonly [ValueType, fc.Arbitrary<number>])[] = [
      ['int16', fc.integer({ min: -0x8000, max: 0x7fff })],
      ['uint16', fc.integer({ min: 0, max: 0xffff })],
      ['int32', fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })],
      ['uint32', fc.integer({ min: 0, max: 0xffff_ffff })],
      ['int64', fc.maxSafeInteger()],
      ['uint64', fc.maxSafeNat()],
      ['float32', fc.float({ noNaN: true })],
      ['float64', fc.double({ noNaN: true })],
      ['bcd16', fc.integer({ min: 0, max: 9999 })],
      ['bcd32', fc.integer({ min: 0, max: 99_999_999 })],
    ];
    const cases = fc.oneof(...ranges.map(([type, values]) => fc.tuple(fc.constant(type), values)));
    const orders = fc.constantFrom<ByteOrder>('ABCD', 'CDAB', 'BADC', 'DCBA');
    fc.assert(
      fc.property(cases, orders, ([type, value], order) => {
        const words = new Uint16Array(widthOf(type));
        encodeInto(words, 0, value, type, order);
        expect(decodeFrom(words, 0, type, order)).toBe(value);
      }),
      { numRuns: 500 },
    );
  });
});
