import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { FirstOut } from '../../../../gateway/contract/index.js';
import { firstOutAfter } from '../../../../gateway/runtime/alarms/first-out.js';

const named = (all: readonly FirstOut[]): string[] =>
  all
    .reduce<readonly FirstOut[]>(firstOutAfter, [])
    .map(({ key }) => key)
    .toSorted();

const between = (key: string, from: number, to: number): FirstOut => ({ key, from, to });

describe('first-out', () => {
  test('one that may have come before the first is named with it; one that certainly came after is not', () => {
    expect(named([between('a', 0, 10), between('b', 10, 20), between('c', 11, 30)])).toEqual(['a', 'b']);
  });

  test('what turns out to have come before takes the place of those that certainly came after it', () => {
    expect(named([between('a', 0, 10), between('b', 8, 20), between('c', 0, 5)])).toEqual(['a', 'c']);
    expect(named([between('a', 10, 20), between('b', 1, 2)])).toEqual(['b']);
  });

  test('in whatever order they are told: those of which no other certainly came before', () => {
    const interval = fc.tuple(fc.nat(30), fc.nat(10)).map(([from, length]) => [from, from + length] as const);
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1, maxLength: 6 }), (intervals) => {
        const all = intervals.map(([from, to], index) => between(String(index), from, to));
        const isFirst = (one: FirstOut): boolean => all.every((other) => one.from <= other.to);
        expect(named(all)).toEqual(all.filter(isFirst).map(({ key }) => key));
      }),
    );
  });
});
