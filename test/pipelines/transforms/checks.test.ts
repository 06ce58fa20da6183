import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality, qualityName } from '../../../gateway/contract/index.js';
import { buildTransforms, type ReadTag } from '../../../pipelines/index.js';
import { frameOf, type Reading, tableOf } from '../../contracts/rule-inputs.js';
import { describeTransformContract } from '../../contracts/transform.js';
import { readTag } from '../tags.js';

const table = tableOf([{ name: 'level', type: 'number', unit: 'm' }]);
const bad = { quality: Quality['bad-no-answer'] };

/** Quality names of a run of readings, `everyMs` apart. */
function qualities(checks: Partial<ReadTag>, readings: readonly Reading[], everyMs = 1000): string[] {
  const transform = buildTransforms({ tags: [readTag('level', checks)], derived: [] }, table);
  return readings.map((reading, at) =>
    qualityName(transform.next(frameOf(table, at * everyMs, [reading])).quality[0] as number),
  );
}

describe('range', () => {
  test('what lies outside is over or under it; the ends belong to it', () => {
    expect(qualities({ range: [0, 4] }, [0, 4, 4.01, -0.01, bad])).toEqual([
      'good',
      'good',
      'uncertain-over-range',
      'uncertain-under-range',
      'bad-no-answer',
    ]);
  });

  test('half a step of the sensor is tolerated: 4.1 carried as a float32 is not above 4.1', () => {
    const carried = Math.fround(0.1);
    expect(carried).toBeGreaterThan(0.1);
    expect(qualities({ range: [0, 0.1], resolution: 0.1 }, [carried, 0.2])).toEqual(['good', 'uncertain-over-range']);
  });

  test('it outweighs any other doubt, since limit rules count on it', () => {
    const doubted = { value: 9, quality: Quality['uncertain-resync'] };
    expect(qualities({ range: [0, 4], jumpPerSecond: 0.1 }, [1, doubted])).toEqual(['good', 'uncertain-over-range']);
  });

  test('what the device said of its own range stands, even against its number', () => {
    const pegged = { value: -1, quality: Quality['uncertain-over-range'] };
    expect(qualities({ range: [0, 4] }, [pegged])).toEqual(['uncertain-over-range']);
  });

  test('text has no range', () => {
    const texts = tableOf([{ name: 'level', type: 'text', unit: '' }]);
    const transform = buildTransforms({ tags: [readTag('level', { range: [0, 4] })], derived: [] }, texts);
    const frame = frameOf(texts, 0, [{ quality: Quality.good }], { texts: new Map([[0, 'run']]) });
    expect(transform.next(frame)).toBe(frame);
  });
});

describe('jump', () => {
  test('a change faster than possible is doubted, the value after it believed again', () => {
    expect(qualities({ jumpPerSecond: 1 }, [2, 3, 5, 5, 4])).toEqual([
      'good',
      'good',
      'uncertain-jump',
      'good',
      'good',
    ]);
  });

  test('the time of a gap counts', () => {
    expect(qualities({ jumpPerSecond: 1 }, [2, bad, bad, 5])).toEqual([
      'good',
      'bad-no-answer',
      'bad-no-answer',
      'good',
    ]);
  });

  test('one step of the sensor is no jump, however fast it is polled', () => {
    const checks = { jumpPerSecond: 0.1, resolution: 0.1 };
    expect(qualities(checks, [1.1, 1.2, 1.3, 1.5], 100)).toEqual(['good', 'good', 'good', 'uncertain-jump']);
  });

  test('two frames of one millisecond are compared as one millisecond apart', () => {
    expect(qualities({ jumpPerSecond: 1000 }, [1, 2, 4], 0)).toEqual(['good', 'good', 'uncertain-jump']);
  });
});

describe('stuck', () => {
  test('a value that does not move is doubted after the time given, until it moves', () => {
    const moved = [5, 5, 5, 5, 5.1];
    expect(qualities({ stuckAfterMs: 3000 }, moved)).toEqual(['good', 'good', 'good', 'uncertain-stuck', 'good']);
  });

  test('half a step of the sensor is no movement, a slow drift is', () => {
    expect(qualities({ stuckAfterMs: 2000, resolution: 0.1 }, [5, Math.fround(5), 5.04])).toEqual([
      'good',
      'good',
      'uncertain-stuck',
    ]);
    expect(qualities({ stuckAfterMs: 3000, resolution: 0.1 }, [5, 5.04, 5.08, 5.12, 5.16])).not.toContain(
      'uncertain-stuck',
    );
  });

  test('an outage does not make the value before and after it stuck', () => {
    expect(qualities({ stuckAfterMs: 3000 }, [5, 5, bad, bad, bad, 5, 5, 5])).toEqual([
      'good',
      'good',
      'bad-no-answer',
      'bad-no-answer',
      'bad-no-answer',
      'good',
      'good',
      'uncertain-stuck',
    ]);
  });
});

test('a jump of 2 s before a restart is still compared after it; 59 s of standing still go on at 59', () => {
  const tags = [readTag('level', { jumpPerSecond: 1, stuckAfterMs: 60_000 })];
  const create = () => buildTransforms({ tags, derived: [] }, table);
  const before = create();
  before.next(frameOf(table, 0, [5]));
  before.next(frameOf(table, 59_000, [5]));
  const quality = (reading: number): string => {
    const after = create();
    after.restore(before.snapshot());
    return qualityName(after.next(frameOf(table, 60_000, [reading])).quality[0] as number);
  };
  expect(quality(5)).toBe('uncertain-stuck');
  expect(quality(7)).toBe('uncertain-jump');
  expect(quality(6)).toBe('good');
});

const two = tableOf([
  { name: 'level', type: 'number', unit: 'm' },
  { name: 'flow', type: 'number', unit: 'm³/h' },
]);
const checks: Partial<ReadTag> = { range: [1, 9], jumpPerSecond: 2, stuckAfterMs: 3000, resolution: 0.1 };
describeTransformContract('a chain of all checks', {
  create: () => buildTransforms({ tags: [readTag('level', checks), readTag('flow', checks)], derived: [] }, two),
  table: two,
  values: fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10),
});
