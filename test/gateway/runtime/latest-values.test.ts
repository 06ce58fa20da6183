import { describe, expect, test } from '@jest/globals';
import { Quality } from '../../../gateway/contract/index.js';
import { LatestValues } from '../../../gateway/runtime/latest-values.js';
import { frameOf, type Reading, tableOf } from '../../contracts/rule-inputs.js';

const table = tableOf(['temperature', 'humidity', 'battery'].map((name) => ({ name, type: 'number', unit: '' })));
const absent: Reading = { quality: Quality.absent };

/** What each tag says, and when that was said. */
const shown = (latest: LatestValues): [number | undefined, number][] =>
  latest
    .readings('house-1')
    .flatMap(({ frame, said }) =>
      frame.table.tags.map((_, slot): [number | undefined, number] => [said(slot).values[slot], said(slot).instant]),
    );

describe('what is known now', () => {
  test('is what was last said of each tag', () => {
    const latest = new LatestValues();
    latest.set(frameOf(table, 0, [20, 60, absent]));
    latest.set(frameOf(table, 1000, [absent, 61, absent]));
    latest.set(frameOf(table, 2000, [21, absent, absent]));
    expect(shown(latest)).toEqual([
      [21, 2000],
      [61, 1000],
      [Number.NaN, 2000],
    ]);
  });

  test('is told anew by a whole frame, and not by history', () => {
    const latest = new LatestValues();
    latest.set(frameOf(table, 0, [20, 60, 12]));
    latest.set(frameOf(table, 1000, [absent, 61, absent]));
    latest.set({ ...frameOf(table, 1500, [0, 0, 0]), late: true });
    expect(shown(latest).map(([value]) => value)).toEqual([20, 61, 12]);
    latest.set(frameOf(table, 2000, [22, 62, 11]));
    expect(shown(latest)).toEqual([
      [22, 2000],
      [62, 2000],
      [11, 2000],
    ]);
  });
});
