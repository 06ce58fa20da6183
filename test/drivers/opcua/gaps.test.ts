import { describe, expect, test } from '@jest/globals';
import { lateReadings } from '../../../drivers/opcua/history/history-window.js';
import { inBatches } from '../../../drivers/opcua/operation-limits.js';
import { SeenTimes } from '../../../drivers/opcua/history/seen-times.js';
import type { TagTable } from '../../../gateway/contract/index.js';
import { Facts } from './opcua-link.js';

const table: TagTable = {
  number: 1,
  site: 's',
  link: 'l',
  device: 'd',
  profile: 'p',
  group: 'g',
  configuration: 'c',
  tags: ['a', 'b'].map((name) => ({ name, type: 'number', unit: '' })),
};

const at = (time: number, value: number) =>
  ({
    statusCode: { value: 0 },
    sourceTimestamp: new Date(time),
    sourcePicoseconds: Math.round((time % 1) * 1e9),
    value: { dataType: 11, arrayType: 0, value },
  }) as never;
const targets = (slot: number) => [{ sheet: 0, slot, index: undefined, field: [], type: 'number' as const }];

describe('history of a window', () => {
  test('is told in order of time, without the ends of the gap, up to where all is known', () => {
    const gap = { sheet: 0, from: Float64Array.of(10, 10), to: Float64Array.of(50, 40) };
    const histories = [
      { targets: targets(0), values: [at(10, 1), at(20, 2), at(30, 3), at(45, 4), at(50, 5)] },
      { targets: targets(1), values: [at(20, 6), at(25, 7), at(40, 8)] },
    ];
    const { readings, values } = lateReadings(table, gap, histories, 45);
    expect(readings.map(({ late, times, values: row }) => [late, ...(times ?? []), ...row])).toEqual([
      [true, 20, 20, 2, 6],
      [true, Number.NaN, 25, Number.NaN, 7],
      [true, 30, Number.NaN, 3, Number.NaN],
    ]);
    expect(values).toBe(4);
  });

  test('with values of one millisecond, or even of one time, makes a reading of each', () => {
    const gap = { sheet: 0, from: Float64Array.of(5.25, 0), to: Float64Array.of(5.75, 99) };
    const values = [at(5.25, 0), at(5.5, 1), at(5.5, 2), at(5.625, 3), at(5.75, 4)];
    const { readings } = lateReadings(table, gap, [{ targets: targets(0), values }], 99);
    expect(readings.map(({ values: row, times }) => [row[0], times?.[0]])).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
    ]);
  });
});

describe('the times seen', () => {
  test('make a gap from the last before a loss to the first after it', async () => {
    const seen = new SeenTimes([table], new Facts());
    seen.note(0, 0, 100);
    seen.note(0, 0, 90);
    const { gaps, closed } = seen.beginGaps();
    seen.note(0, 1, 500);
    seen.note(0, 0, 300);
    seen.note(0, 0, 400);
    await closed;
    expect(gaps).toEqual([{ sheet: 0, from: Float64Array.of(100, Number.NaN), to: Float64Array.of(300, 500) }]);
  });

  test('are learned when they changed, and known after a restart', () => {
    const facts = new Facts();
    const seen = new SeenTimes([table], facts);
    seen.save(facts);
    expect(facts.byDevice.size).toBe(0);
    seen.note(0, 1, 700);
    seen.save(facts);
    expect(facts.get('d')).toEqual({ seen: { g: { b: 700 } } });
    expect(new SeenTimes([table], facts).beginGaps().gaps[0]?.from).toEqual(Float64Array.of(Number.NaN, 700));
    facts.set('d', { seen: { g: 'spoilt' } });
    expect(new SeenTimes([table], facts).beginGaps().gaps[0]?.from).toEqual(Float64Array.of(Number.NaN, Number.NaN));
  });
});

test('a server that finds a request too large gets halves until it does not', async () => {
  const sizes: number[] = [];
  const results = await inBatches([...Array(20).keys()], 16, (batch) => {
    sizes.push(batch.length);
    if (batch.length <= 5) return Promise.resolve(batch.map((n) => n * 2));
    const refusal = { responseHeader: { serviceResult: { value: 0x80100000 } } };
    return Promise.reject(Object.assign(new Error('too many'), { response: refusal }));
  });
  expect(results).toEqual([...Array(20).keys()].map((n) => n * 2));
  expect(sizes).toEqual([16, 8, 4, 4, 4, 4, 4]);
});
