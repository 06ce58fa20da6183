import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Intervals } from '../../../gateway/pool/intervals.js';

const range = fc.tuple(fc.nat(60), fc.nat(8)).map(([first, length]) => ({ first, last: first + length }));

test('is the set of everything added, as few intervals in order', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 25 }), range, (added, asked) => {
      const intervals = new Intervals();
      const set = new Set<number>();
      for (const { first, last } of added) {
        intervals.add(first, last);
        for (let offset = first; offset <= last; offset++) set.add(offset);
      }
      expect(intervals.count).toBe(set.size);
      for (let offset = 0; offset <= 70; offset++) expect(intervals.has(offset)).toBe(set.has(offset));
      intervals.list.forEach(({ first, last }, n) => {
        expect(first).toBeLessThanOrEqual(last);
        const next = intervals.list[n + 1];
        if (next) expect(next.first).toBeGreaterThan(last + 1);
      });
      const holes = intervals.missing(asked.first, asked.last);
      const named = holes.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
      const wanted = Array.from({ length: asked.last - asked.first + 1 }, (_, n) => asked.first + n);
      expect(named).toEqual(wanted.filter((offset) => !set.has(offset)));
    }),
  );
});

test('a lane without holes is one interval, however long', () => {
  const intervals = new Intervals();
  for (let offset = 0; offset < 100_000; offset++) intervals.add(offset);
  expect(intervals.list).toEqual([{ first: 0, last: 99_999 }]);
});
