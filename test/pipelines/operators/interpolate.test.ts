import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { interpolate } from '../../../pipelines/operators/interpolate.js';
import { hasNumber, type Sample } from '../../../pipelines/operators/sample.js';
import { describeOperatorContract } from './operator-contract.js';
import { expectClose, marbles, nothing, sample, sampleRuns, tick, timedRuns, told, withSeconds } from './samples.js';

const options = { everyMs: 10_000, gapMaxMs: 30_000 };

describe('interpolate', () => {
  test('gives the grid instants between two readings when the second comes', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a---b-----c--', { a: sample(5, 10), b: sample(25, 30), c: sample(40, 0) });
      const expected = '    ----(xy)--(zc)';
      expectObservable(input$.pipe(interpolate(options))).toBe(expected, {
        x: sample(10, 15),
        y: sample(20, 25),
        z: sample(30, 20),
        c: sample(40, 0),
      });
    });
  });

  test('says nothing of a gap, as soon as no reading can be near enough', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a--s--t-------b', { a: sample(10, 1), s: tick(40), t: tick(41), b: sample(60, 2) });
      const expected = '    a-----(uvw)---(xb)';
      expectObservable(input$.pipe(interpolate(options))).toBe(expected, {
        a: sample(10, 1),
        u: nothing(20, 'absent'),
        v: nothing(30, 'absent'),
        w: nothing(40, 'absent'),
        x: nothing(50, 'absent'),
        b: sample(60, 2),
      });
    });
  });

  test('is uncertain beside an uncertain reading and across a bad one', () => {
    const u = sample(5, 0, 'uncertain-jump');
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  u-b-n-c', { u, b: sample(15, 10), n: nothing(18), c: sample(25, 20) });
      const expected = '    --x---y';
      expectObservable(input$.pipe(interpolate(options))).toBe(expected, {
        x: sample(10, 5, 'uncertain'),
        y: sample(20, 15, 'uncertain'),
      });
    });
  });

  test('before the first reading nobody was watching', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  t---a', { t: tick(10), a: sample(25, 1) });
      const expected = '    ----(xy)';
      expectObservable(input$.pipe(interpolate(options))).toBe(expected, {
        x: nothing(10, 'absent'),
        y: nothing(20, 'absent'),
      });
    });
  });

  test('of a year without ticks, the last 10,000 grid instants are given', () => {
    const given = told(interpolate(options), [sample(0, 1), sample(365 * 86_400, 1)]);
    expect(given).toHaveLength(10_001);
    expect(given.at(-1)).toEqual(sample(365 * 86_400, 1));
  });

  /** What the standard says of one grid instant, looking at the whole run. */
  function naive(run: readonly Sample[], instant: number): Sample {
    const none = { instant, value: Number.NaN, quality: Quality.absent };
    const numbers = run.filter(hasNumber);
    const exact = numbers.find((one) => one.instant === instant);
    if (exact !== undefined) return exact;
    const before = numbers.findLast((one) => one.instant < instant);
    const after = numbers.find((one) => one.instant > instant);
    if (before === undefined || after === undefined || after.instant - before.instant > 6000) return none;
    const slope = (after.value - before.value) / (after.instant - before.instant);
    const between = run.slice(run.indexOf(before) + 1, run.indexOf(after));
    const isGood = before.quality < 64 && after.quality < 64 && between.every(hasNumber);
    return {
      instant,
      value: before.value + slope * (instant - before.instant),
      quality: isGood ? Quality.good : Quality.uncertain,
    };
  }

  test('agrees with the definition, with ticks and without', () => {
    fc.assert(
      fc.property(sampleRuns, fc.boolean(), (run, isTicked) => {
        const given = told(interpolate({ everyMs: 700, gapMaxMs: 6000 }), isTicked ? withSeconds(run, 20) : run);
        for (const [index, one] of given.entries()) {
          const expected = naive(run, one.instant);
          expectClose(one.value, expected.value);
          expect(one.quality).toBe(expected.quality);
          expect(one.instant % 700).toBe(0);
          expect(one.instant).toBe((given[0]?.instant as number) + 700 * index);
        }
      }),
    );
  });
});

describeOperatorContract('interpolate', {
  create: (memory) => interpolate({ everyMs: 700, gapMaxMs: 6000 }, memory),
  runs: timedRuns,
});
