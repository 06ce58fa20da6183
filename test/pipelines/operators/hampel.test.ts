import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isGood, Quality } from '../../../gateway/contract/index.js';
import { hampel } from '../../../pipelines/operators/hampel.js';
import { hasNumber } from '../../../pipelines/operators/sample.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { marbles, nothing, sample, sampleRuns, tick, told } from './samples.js';

const options = { samples: 5, deviationsMax: 3, resolution: 0.1, gapMaxMs: 60_000 };

describe('hampel', () => {
  const level = {
    a: sample(0, 20.1),
    b: sample(1, 20),
    c: sample(2, 20.2),
    d: sample(3, 20.1),
    e: sample(4, 20),
  };
  const spike = sample(5, 85);
  const after = sample(6, 20.1);

  test('marks a spike at once, leaves its value, and gives the values after it no mark', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  abcde-s-f', { ...level, s: spike, f: after });
      const expected = '    abcde-x-f';
      expectObservable(input$.pipe(hampel(options))).toBe(expected, {
        ...level,
        x: sample(5, 85, 'uncertain-jump'),
        f: after,
      });
    });
  });

  test('puts the median in its place when it is asked to, and says that it did', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  abcde-s', { ...level, s: spike });
      const expected = '    abcde-x';
      expectObservable(input$.pipe(hampel({ ...options, replacesOutliers: true }))).toBe(expected, {
        ...level,
        x: sample(5, 20.1, 'uncertain-substitute'),
      });
    });
  });

  test('never covers what is uncertain already: a peg at the end of the range stays one', () => {
    const over = sample(5, 85, 'uncertain-over-range');
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  abcde-s', { ...level, s: over });
      expectObservable(input$.pipe(hampel({ ...options, replacesOutliers: true }))).toBe('abcde-s', {
        ...level,
        s: over,
      });
    });
  });

  test('says nothing before its window is full, nor after a gap', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  abcd-s-t-u', { ...level, s: spike, t: sample(90, 20), u: sample(91, 99) });
      const expected = '    abcd-x-t-u';
      expectObservable(input$.pipe(hampel(options))).toBe(expected, {
        ...level,
        x: sample(5, 85, 'uncertain-jump'),
        t: sample(90, 20),
        u: sample(91, 99),
      });
    });
  });

  test('one step of the sensor from a flat line is no outlier', () => {
    const flat = [0, 1, 2, 3, 4, 5].map((second) => sample(second, 20));
    expect(told(hampel(options), [...flat, sample(6, 20.1)]).at(-1)).toEqual(sample(6, 20.1));
    expect(told(hampel(options), [...flat, sample(6, 20.4)]).at(-1)).toEqual(sample(6, 20.4, 'uncertain-jump'));
  });

  test('lets a bad reading and ticks pass, without a trace', () => {
    const n = nothing(4.5);
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  abcd-n-te-s', { ...level, n, t: tick(4), s: spike });
      // The tick is older than the bad reading before it.
      const expected = '    abcd-n----x';
      expectObservable(input$.pipe(hampel(options))).toBe(expected, {
        ...level,
        n,
        x: sample(5, 85, 'uncertain-jump'),
      });
    });
  });

  /** The median as anyone would do it by hand. */
  const middle = (values: readonly number[]): number => {
    const sorted = values.toSorted((one, other) => one - other);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1
      ? (sorted[half] as number)
      : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
  };

  test('agrees with the definition', () => {
    const settings = fc.record({
      samples: fc.integer({ min: 3, max: 8 }),
      deviationsMax: fc.constantFrom(0.5, 1, 3),
      resolution: fc.constantFrom(0, 0.125, 10),
      gapMaxMs: fc.constantFrom(2000, 1e9),
      replacesOutliers: fc.boolean(),
    });
    fc.assert(
      fc.property(sampleRuns, settings, (run, given) => {
        const numbers = run.filter(hasNumber);
        const expected = run.map((one) => {
          const index = numbers.indexOf(one);
          const trailing = numbers.slice(Math.max(index - given.samples + 1, 0), index + 1);
          const hasGap = trailing.some(
            ({ instant }, at) => instant - (trailing[at - 1]?.instant ?? instant) > given.gapMaxMs,
          );
          if (index < 0 || trailing.length < given.samples || hasGap || !isGood(one.quality)) return one;
          const values = trailing.map(({ value }) => value);
          const mid = middle(values);
          const mad = middle(values.map((value) => Math.abs(value - mid)));
          const isOutlier = Math.abs(one.value - mid) > given.deviationsMax * Math.max(1.4826 * mad, given.resolution);
          if (!isOutlier) return one;
          return given.replacesOutliers
            ? { ...one, value: mid, quality: Quality['uncertain-substitute'] }
            : { ...one, quality: Quality['uncertain-jump'] };
        });
        expect(told(hampel(given), run)).toEqual(expected);
      }),
    );
  });
});

describeTimedOperatorContract('hampel', (memory) => hampel({ ...options, gapMaxMs: 5000 }, memory));
