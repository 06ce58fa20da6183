import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers } from '../../../gateway/console/topic-filter.js';

const level = fc.constantFrom('a', 'b', '');
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen || levels.length === 0 ? ['#'] : [])].join('/'));

describe('topic filters', () => {
  test.each([
    ['farm/#', 'farm/a/b', true],
    ['farm/#', 'farm', true],
    ['farm/#', 'farms', false],
    ['farm/+/level', 'farm/1/level', true],
    ['farm/+/level', 'farm/1/2/level', false],
    ['+', '/a', false],
    ['/+', '/a', true],
    ['+/+', '/a', true],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
    ['farm/+', 'farm/#', false],
    ['farm/#', 'farm/+', true],
    ['farm/+', 'farm/+', true],
    ['farm/1', 'farm/+', false],
  ])('%s and %s: %s', (filter, other, expected) => {
    expect(covers(filter, other)).toBe(expected);
  });

  test('one that covers another stands for all of its topics', () => {
    fc.assert(
      fc.property(filters, filters, topics, (filter, other, topic) => {
        if (covers(filter, other) && covers(other, topic)) expect(covers(filter, topic)).toBe(true);
      }),
    );
  });

  test('every filter covers itself', () => {
    fc.assert(fc.property(filters, (filter) => expect(covers(filter, filter)).toBe(true)));
  });
});
