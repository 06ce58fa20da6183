import { describe, expect, test } from '@jest/globals';
import { alikeReads, withDistinctShapes } from '../../../drivers/modbus/distinct-shapes.js';
import { nothingLearned } from '../../../drivers/modbus/learned-facts.js';
import { makeRead, type Item, type Poll } from '../../../drivers/modbus/poll.js';
import type { DeviceSettings } from '../../../drivers/modbus/device-schema.js';

const item = (slot: number, start: number, registers: number): Item => ({
  slot,
  range: { table: 'holding', start, end: start + registers },
  decode: () => undefined,
});

const pollOf = (...reads: (readonly Item[])[]): Poll => ({
  reads: reads.map((items) => {
    const start = Math.min(...items.map(({ range }) => range.start));
    const end = Math.max(...items.map(({ range }) => range.end));
    return makeRead('holding', start, end, items);
  }),
  refused: [],
  forbidden: [],
  isStatutory: false,
});

const settings = { unit: 1, holes: [], longestRead: 10 } as unknown as DeviceSettings;
const pairs = (start: number, count: number, slot = 0): Item[] =>
  Array.from({ length: count }, (_, n) => item(slot + n, start + 2 * n, 2));

const shapes = (polls: Iterable<Poll>): number[] => [...polls].flatMap(({ reads }) => reads).map(({ count }) => count);

describe('reads of one unit on a line', () => {
  test('that look alike are told apart by a longer one', () => {
    const polls = withDistinctShapes(new Map([['main', pollOf(pairs(0, 2), pairs(20, 2))]]), settings, nothingLearned);
    expect(shapes(polls.values())).toEqual([4, 5]);
    expect(alikeReads(polls.values()).size).toBe(0);
  });

  test('are made in two where a longer one is not to be had', () => {
    const facts = { ...nothingLearned, longest: { holding: 10 } };
    const group = pollOf(pairs(0, 5), pairs(20, 5, 5));
    const polls = withDistinctShapes(new Map([['main', group]]), settings, facts);
    expect(shapes(polls.values())).toEqual([10, 2, 8]);
    expect(alikeReads(polls.values()).size).toBe(0);
    const slots = [...polls.values()].flatMap(({ reads }) =>
      reads.flatMap(({ items }) => items.map(({ slot }) => slot)),
    );
    expect(slots.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('are named as alike where a single tag cannot be told from another', () => {
    const narrow = { ...settings, longestRead: 2 };
    const polls = withDistinctShapes(new Map([['main', pollOf(pairs(0, 1), pairs(20, 1, 1))]]), narrow, nothingLearned);
    expect(shapes(polls.values())).toEqual([2, 2]);
    expect([...alikeReads(polls.values())].map(({ start }) => start)).toEqual([20]);
  });
});
