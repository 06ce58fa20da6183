import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LineBuffer } from '../../../../gateway/sinks/influxdb/line-buffer.js';

function written(write: (into: LineBuffer) => void): string {
  const buffer = new LineBuffer();
  write(buffer);
  return Buffer.from(buffer.bytes).toString('utf8');
}

describe('numbers in lines', () => {
  test('are written as the language writes them, whatever they are', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.tuple(fc.integer(), fc.integer({ min: 0, max: 9 })).map(([units, decimals]) => units / 10 ** decimals),
      fc
        .tuple(fc.integer({ min: -32768, max: 32767 }), fc.constantFrom(0.1, 0.01, 0.001))
        .map(([raw, scale]) => raw * scale),
      fc.constantFrom(0, -0, 2 ** 31, -(2 ** 31), 2 ** 31 - 1, 2 ** 53, 1e21, 1e-7, 0.000001, -0.000001, 5e-324),
    );
    fc.assert(
      fc.property(number, (value) => {
        expect(written((into) => into.number(value))).toBe(String(Object.is(value, -0) ? 0 : value));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('a buffer of lines', () => {
  test('grows with what is written and forgets what is taken back', () => {
    const long = '温度'.repeat(20_000);
    expect(
      written((into) => {
        into.text('a');
        const before = into.length;
        into.text(long);
        into.truncate(before);
        into.text('b');
        into.text(long);
      }),
    ).toBe(`ab${long}`);
  });
});
