import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deliveredText, numberText, rawText } from '../../../gateway/cli/explain-number.js';

const float32 = () => fc.float({ noNaN: true, noDefaultInfinity: true });

describe('a number that a 32-bit float holds', () => {
  test.each([
    [Math.fround(3.507), '3.507'],
    [Math.fround(0.1), '0.1'],
    [Math.fround(-273.15), '-273.15'],
    [Math.fround(16_777_217), '16777216'],
    [Math.fround(1.17549435e-38), '1.1754944e-38'],
    [2 ** 31, '2147483648'],
  ])('%d is told as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  test('is told by what is read back as the same 32 bits, in nine digits at most or exactly', () => {
    fc.assert(
      fc.property(float32(), (value) => {
        const text = numberText(value);
        expect(Math.fround(Number(text))).toBe(value === 0 ? 0 : value);
        const { length } = text.replace(/e.*$/, '').replaceAll(/[-.]/g, '').replace(/^0+/, '');
        expect(length <= 9 || Number(text) === value).toBe(true);
      }),
    );
  });
});

describe('any other number', () => {
  test.each([
    [0.1, '0.1'],
    [Math.PI, '3.14159265359'],
    [100_000.0625, '100000.0625'],
    [1_234_567_890_123, '1234567890123'],
    [0, '0'],
  ])('%d is told as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});

describe('a number that was scaled', () => {
  test('is told by the digits of the float it was made of, and so is what the device gave', () => {
    const scaling = { scale: 0.1, offset: 2 };
    const delivered = Math.fround(3.507) * scaling.scale + scaling.offset;
    expect(deliveredText(delivered, scaling)).toBe('2.3507');
    expect(rawText(delivered, scaling)).toBe('3.507');
  });

  test('of whole registers is told as it is', () => {
    expect(deliveredText(285 * 0.1 - 5, { scale: 0.1, offset: -5 })).toBe('23.5');
    expect(rawText(285 * 0.1 - 5, { scale: 0.1, offset: -5 })).toBe('285');
    expect(rawText(123_456_789_012 * 0.001, { scale: 0.001, offset: 0 })).toBe('123456789012');
  });
});
