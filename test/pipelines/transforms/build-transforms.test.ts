import { describe, expect, test } from '@jest/globals';
import type { GroupConfig } from '../../../config/site.js';
import { Quality, qualityName } from '../../../gateway/contract/index.js';
import { buildTransforms } from '../../../pipelines/index.js';
import { frameOf, tableOf } from '../../contracts/rule-inputs.js';
import { derivedTag, readTag } from '../tags.js';

const table = tableOf([
  { name: 'level', type: 'number', unit: 'm' },
  { name: 'volume', type: 'number', unit: 'm³' },
]);
const absent = { quality: Quality.absent };

describe('buildTransforms', () => {
  test('scales, then checks in the unit of the tag, then derives from what was checked', () => {
    const transform = buildTransforms(
      {
        tags: [readTag('level', { scale: 0.01, range: [0, 5], stuckAfterMs: 1000 })],
        derived: [derivedTag('volume', 'level * 100', { range: [0, 450] })],
      },
      table,
    );
    const seen = [450, 480, 520, 300, 300].map((raw, second) => {
      const { values, quality } = transform.next(frameOf(table, second * 1000, [raw, absent]));
      return [...values, ...Array.from(quality, qualityName)];
    });
    expect(seen).toEqual([
      [4.5, 450, 'good', 'good'],
      [4.8, 480, 'good', 'uncertain-over-range'],
      [5.2, 520, 'uncertain-over-range', 'uncertain-over-range'],
      [3, 300, 'good', 'good'],
      [3, 300, 'uncertain-stuck', 'uncertain-stuck'],
    ]);
  });

  test('costs nothing where nothing is to be done, and shares the columns it leaves alone', () => {
    const frame = frameOf(table, 0, [1, 2]);
    const nothing = { tags: [readTag('level'), readTag('volume')], derived: [] };
    expect(buildTransforms(nothing, table).next(frame)).toBe(frame);
    const checked = { tags: [readTag('level', { range: [0, 0.5] }), readTag('volume')], derived: [] };
    const { values, quality } = buildTransforms(checked, table).next(frame);
    expect(values).toBe(frame.values);
    expect(quality).not.toBe(frame.quality);
  });

  test('takes a poll group as the checked configuration has it', () => {
    const group: GroupConfig = {
      name: 'fast',
      everyMs: 1000,
      tags: [
        { ...readTag('level', { scale: 2 }), type: 'number', unit: 'm', statutory: false, formerly: [], address: {} },
      ],
      derived: [{ ...derivedTag('volume', 'level + 1'), unit: 'm³', statutory: false, formerly: [] }],
    };
    expect(buildTransforms(group, table).next(frameOf(table, 0, [3, absent])).values).toEqual(Float64Array.of(6, 7));
  });

  test('memory outlives a table with other slots', () => {
    const jumping = readTag('level', { jumpPerSecond: 1 });
    const before = buildTransforms({ tags: [jumping], derived: [] }, table);
    before.next(frameOf(table, 0, [1, 0]));
    const swapped = tableOf([...table.tags].reverse(), 2);
    const after = buildTransforms({ tags: [readTag('volume'), jumping], derived: [] }, swapped);
    after.restore(before.snapshot());
    expect(after.next(frameOf(swapped, 1000, [0, 9])).quality[1]).toBe(Quality['uncertain-jump']);
  });
});
