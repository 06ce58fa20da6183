import { expect, test } from '@jest/globals';
import { parseZone } from '../../../drivers/streams/index.js';

test.each([
  ['+08:00', 480],
  ['-03:30', -210],
  ['+00:00', 0],
  ['+14:00', 840],
  ['+15:00', undefined],
  ['+08:60', undefined],
  ['8', undefined],
  ['Asia/Shanghai', undefined],
])('a zone of %s is %s minutes', (text, minutes) => {
  expect(parseZone(text)).toBe(minutes);
});
