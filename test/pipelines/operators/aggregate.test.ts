import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality, qualityName } from '../../../gateway/contract/index.js';
import { type AggregateOptions, aggregate } from '../../../pipelines/operators/aggregate.js';
import { mapTimed } from '../../../pipelines/operators/map-timed.js';
import { hasNumber, type Sample } from '../../../pipelines/operators/sample.js';
import { tumblingWindow } from '../../../pipelines/operators/tumbling-window.js';
import { withoutTicks } from '../../../pipelines/operators/without-ticks.js';
import { marbles, nothing, sample, sampleRuns, tick } from './samples.js';

/** The aggregates of a minute. */
const minute = (samples: readonly Sample[], before: Sample | null = null, options?: AggregateOptions) => {
  const { quality, ...numbers } = aggregate({ from: 0, to: 60_000, isWhole: true, before, samples }, options);
  return { ...numbers, quality: qualityName(quality) };
};

describe('aggregate', () => {
  test('of readings that came unevenly tells the plain mean from the mean over time', () => {
    expect(minute([sample(0, 10), sample(45, 20), sample(50, 30), sample(55, 40)])).toEqual({
      from: 0,
      to: 60_000,
      isWhole: true,
      count: 4,
      mean: 25,
      min: 10,
      max: 40,
      range: 30,
      standardDeviation: Math.sqrt(500 / 3),
      sum: 100,
      timeMean: (10 * 45 + 20 * 5 + 30 * 5 + 40 * 5) / 60,
      percentGood: 100,
      quality: 'good',
    });
  });

  test('of a minute without a reading is no number, and never 0', () => {
    const none = {
      count: 0,
      mean: Number.NaN,
      min: Number.NaN,
      max: Number.NaN,
      range: Number.NaN,
      standardDeviation: Number.NaN,
      sum: Number.NaN,
      timeMean: Number.NaN,
      percentGood: 0,
    };
    expect(minute([])).toMatchObject({ ...none, quality: 'absent' });
    expect(minute([nothing(0), nothing(30)], sample(-1, 5))).toMatchObject({ ...none, quality: 'bad' });
  });

  test('what was read before holds until the first reading, and no longer than a reading may', () => {
    const before = sample(-10, 8);
    expect(minute([sample(30, 2)], before)).toMatchObject({ count: 1, mean: 2, timeMean: 5, percentGood: 100 });
    expect(minute([], before)).toMatchObject({ count: 0, mean: Number.NaN, timeMean: 8, quality: 'good' });
    expect(minute([sample(30, 2)], before, { holdMaxMs: 25_000 })).toMatchObject({
      timeMean: (8 * 15 + 2 * 25) / 40,
      percentGood: (100 * 40) / 60,
      quality: 'uncertain',
    });
    expect(minute([sample(30, 2)], sample(-10, 8, 'uncertain-stuck'))).toMatchObject({ quality: 'uncertain' });
    expect(minute([], sample(-60, 8), { holdMaxMs: 30_000 })).toMatchObject({ percentGood: 0, quality: 'absent' });
  });

  test('a bad reading ends what held; a first one before the minute was watched leaves a hole', () => {
    expect(minute([sample(0, 4), nothing(15), sample(45, 6)])).toMatchObject({
      count: 2,
      mean: 5,
      timeMean: 5,
      percentGood: 50,
      quality: 'uncertain',
    });
    expect(minute([sample(15, 4)])).toMatchObject({ timeMean: 4, percentGood: 75, quality: 'uncertain' });
  });

  test('uncertain readings count, unless they are to be treated as bad', () => {
    const samples = [sample(0, 4), sample(30, 90, 'uncertain-over-range')];
    expect(minute(samples)).toMatchObject({ max: 90, timeMean: 47, percentGood: 100, quality: 'uncertain' });
    expect(minute(samples, null, { treatUncertainAsBad: true })).toMatchObject({
      count: 1,
      max: 4,
      timeMean: 4,
      percentGood: 50,
      quality: 'uncertain',
    });
    expect(minute(samples.slice(1), null, { treatUncertainAsBad: true })).toMatchObject({
      percentGood: 0,
      quality: 'bad',
    });
  });

  test('of a window without length has values, but no share of time', () => {
    const { mean, timeMean, percentGood, quality } = aggregate({
      from: 5000,
      to: 5000,
      isWhole: true,
      before: null,
      samples: [sample(5, 3)],
    });
    expect({ mean, timeMean, percentGood, quality }).toEqual({
      mean: 3,
      timeMean: Number.NaN,
      percentGood: Number.NaN,
      quality: Quality.good,
    });
  });

  test('the deviation survives a large offset, and one value has none', () => {
    const offset = 1e9;
    const { standardDeviation } = minute([4, 7, 13, 16].map((value, index) => sample(index, offset + value)));
    expect(standardDeviation).toBeCloseTo(Math.sqrt(30), 9);
    expect(minute([sample(0, 4)]).standardDeviation).toBe(Number.NaN);
  });

  test('lifted over windows makes a derived series', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-t-u', { a: sample(0, 1), b: sample(30, 3), t: tick(60), u: tick(120) });
      const expected = '    ----m-n';
      const meanOf$ = input$.pipe(
        tumblingWindow({ lengthMs: 60_000, samplesMax: 100 }),
        mapTimed((window) => aggregate(window, { holdMaxMs: 60_000 })),
        mapTimed(({ to, timeMean, quality }): Sample => ({ instant: to, value: timeMean, quality })),
        withoutTicks(),
      );
      expectObservable(meanOf$).toBe(expected, { m: sample(60, 2), n: sample(120, 3, 'uncertain') });
    });
  });

  test('agrees with sums over every millisecond', () => {
    const window = fc.record({ samples: sampleRuns, holdMaxMs: fc.integer({ min: 1, max: 6000 }) });
    fc.assert(
      fc.property(window, ({ samples: all, holdMaxMs }) => {
        const [from, to] = [2000, 6000];
        const samples = all.filter(({ instant }) => instant >= from && instant < to);
        const before = all.findLast(({ instant }) => instant < from) ?? null;
        const { timeMean, percentGood, ...others } = aggregate(
          { from, to, isWhole: true, before, samples },
          { holdMaxMs },
        );
        let [sum, good] = [0, 0];
        for (let ms = from; ms < to; ms++) {
          const held = all.findLast(({ instant }) => instant <= ms);
          if (held === undefined || !hasNumber(held) || ms - held.instant >= holdMaxMs) continue;
          sum += held.value;
          good++;
        }
        expect(percentGood).toBe((100 * good) / (to - from));
        expect(timeMean).toBe(sum / good);
        const values = samples.filter(hasNumber).map(({ value }) => value);
        const total = values.reduce((one, other) => one + other, 0);
        expect(others.count).toBe(values.length);
        expect(others.sum).toBe(values.length === 0 ? Number.NaN : total);
        if (values.length > 0) {
          expect([others.min, others.max]).toEqual([Math.min(...values), Math.max(...values)]);
          expect(others.mean).toBeCloseTo(total / values.length, 9);
        }
      }),
      { numRuns: 60 },
    );
  });
});
