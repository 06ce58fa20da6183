import { expect, test } from '@jest/globals';
import { deliveredText, numberText } from '../../../gateway/cli/explain-number.js';
import { reading, valueText } from '../../../gateway/cli/numbers.js';

test.each([
  [23.599998474121094, '23.6'],
  [123_456_789, '123456789'],
  [4_294_967_295, '4294967295'],
  [12_345_678.25, '12345678.25'],
  [-12_345_678.25, '-12345678.25'],
  [0.000_123_456_789, '0.0001234568'],
])('%p is shown as %s: no digit before the point is lost', (value, text) => {
  expect(valueText(value)).toBe(text);
  expect(reading(value, 'kWh')).toBe(`${text} kWh`);
});

test('explained, a long total keeps its digits', () => {
  expect(numberText(1_234_567_890_123.456)).toBe('1234567890123.456');
  expect(deliveredText(429_496_729.5, { scale: 0.1, offset: 0 })).toBe('429496729.5');
});
