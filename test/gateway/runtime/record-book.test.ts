import { describe, expect, test } from '@jest/globals';
import type { Happening } from '../../../gateway/contract/index.js';
import type { Storing } from '../../../gateway/journal/index.js';
import { idsMax, RecordBook } from '../../../gateway/runtime/record-book.js';

const weighing = (id: string): Happening => ({
  device: 'bridge-1',
  name: 'weighing',
  at: undefined,
  id,
  fields: { net: 1 },
});

function kept(happenings: readonly Happening[]): string[] {
  const ids: string[] = [];
  const book = new RecordBook(({ id }) => (ids.push(id) ? 'stored' : 'no room'));
  for (const happening of happenings) book.take(happening);
  return ids;
}

describe('records', () => {
  test('are kept once, however often they are told', () => {
    expect(kept(['1', '2', '1', '2', '3'].map(weighing))).toEqual(['1', '2', '3']);
  });

  test('of another sort, or of another device, are others', () => {
    const others = [{ ...weighing('1'), name: 'tare' }, weighing('1'), { ...weighing('1'), device: 'bridge-2' }];
    expect(kept(others)).toEqual(['1', '1', '1']);
  });

  test('without an id are kept each time', () => {
    expect(kept([weighing(''), weighing('')])).toEqual(['', '']);
  });

  test(`are known among the last ${idsMax}; one that is told over and over is not forgotten`, () => {
    const many = Array.from({ length: idsMax }, (_, at) => weighing(String(at)));
    const told = [...many, weighing('0'), weighing('new'), weighing('0'), weighing('1')];
    expect(kept(told).slice(idsMax)).toEqual(['new', '1']);
  });

  test('one that could not be kept is kept when it is told again', () => {
    const ids: string[] = [];
    let isDeep = true;
    const book = new RecordBook(({ id }) => {
      if (isDeep) throw new Error('too deep');
      ids.push(id);
      return 'stored';
    });
    expect(() => book.take(weighing('1'))).toThrow('too deep');
    isDeep = false;
    book.take(weighing('1'));
    expect(ids).toEqual(['1']);
  });

  test.each(['no room', 'too long'] as const)('with %s are not known when they are told again', (fate) => {
    const fates: Storing[] = [fate, 'stored'];
    const book = new RecordBook(() => fates.shift() as Storing);
    expect([1, 2, 3].map(() => book.take(weighing('1')))).toEqual([fate, 'stored', 'stored']);
    expect(fates).toEqual([]);
  });
});
