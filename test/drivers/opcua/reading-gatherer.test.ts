import { describe, expect, test } from '@jest/globals';
import type { Target } from '../../../drivers/opcua/items.js';
import { ReadingGatherer } from '../../../drivers/opcua/values/reading-gatherer.js';
import type { Reading, TagTable } from '../../../gateway/contract/index.js';

const table = (number: number): TagTable => ({
  number,
  site: 's',
  link: 'l',
  device: `d${number}`,
  profile: 'p',
  group: 'g',
  configuration: 'c',
  tags: ['a', 'b'].map((name) => ({ name, type: 'number', unit: '' })),
});

const target = (sheet: number, slot: number): Target => ({ sheet, slot, index: undefined, field: [], type: 'number' });

/** A DataValue as the library gives it, of which this much is read. */
const value = (number: number, at: number) =>
  ({
    statusCode: { value: 0 },
    sourceTimestamp: new Date(at),
    value: { dataType: 11, arrayType: 0, value: number },
  }) as never;

describe('what one notification brings', () => {
  test('is one reading a table, and one more each time a slot comes again, in order', () => {
    const told: Reading[] = [];
    const gatherer = new ReadingGatherer([table(0), table(1)], (reading) => told.push(reading));
    const came: readonly (readonly [number, number, number])[] = [
      [0, 0, 1],
      [0, 0, 2],
      [1, 1, 10],
      [0, 1, 5],
      [0, 0, 3],
    ];
    for (const [sheet, slot, number] of came) gatherer.put(target(sheet, slot), value(number, 1000), 1000, 0);
    gatherer.flush();
    expect(told.map(({ table: { number }, values }) => [number, ...values])).toEqual([
      [0, 1, Number.NaN],
      [0, 2, 5],
      [0, 3, Number.NaN],
      [1, Number.NaN, 10],
    ]);
    gatherer.flush();
    expect(told).toHaveLength(4);
  });

  test('has the time of each value, but of one that has stood for long only that it is now so', () => {
    const told: Reading[] = [];
    const gatherer = new ReadingGatherer([table(0)], (reading) => told.push(reading));
    gatherer.put(target(0, 0), value(1, 100_000), 130_000, 0);
    gatherer.put(target(0, 1), value(2, 99_999), 130_000, 0);
    gatherer.flush();
    gatherer.put(target(0, 0), value(1, 99_000), 130_000, 1000);
    gatherer.flush();
    expect(told.map(({ times }) => [...(times ?? [])])).toEqual([
      [100_000, Number.NaN],
      [99_000, Number.NaN],
    ]);
  });
});
