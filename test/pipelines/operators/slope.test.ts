import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasNumber } from '../../../pipelines/operators/sample.js';
import { slope } from '../../../pipelines/operators/slope.js';
import { robustSlope } from '../../../pipelines/robust-slope.js';
import { isTick } from '../../../pipelines/operators/timed.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { eighths, expectClose, marbles, nothing, sample, sampleRuns, tick, told } from './samples.js';

const options = { windowMs: 60_000, samplesMin: 3, samplesMax: 30 };

describe('slope', () => {
  const rising = { a: sample(0, 10), b: sample(10, 15), c: sample(20, 20), d: sample(30, 25) };

  test('tells the rise a second, as soon as there are enough readings', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-t-c-d', { ...rising, t: tick(15) });
      const expected = '    x-y-t-z-w';
      expectObservable(input$.pipe(slope(options))).toBe(expected, {
        x: nothing(0, 'bad-waiting'),
        y: nothing(10, 'bad-waiting'),
        t: tick(15),
        z: sample(20, 0.5),
        w: sample(30, 0.5),
      });
    });
  });

  test('or in the unit of time that is given', () => {
    expect(told(slope({ ...options, perMs: 60_000 }), Object.values(rising)).at(-1)).toEqual(sample(30, 30));
  });

  test('one wild reading moves it not at all', () => {
    const wild = { ...rising, d: sample(30, 900), e: sample(40, 30), f: sample(50, 35) };
    expect(told(slope(options), Object.values(wild)).at(-1)).toEqual(sample(50, 0.5));
  });

  test('is as uncertain as its window, and none where there is no reading', () => {
    const f = { ...rising, c: sample(20, 20, 'uncertain-over-range'), n: nothing(25) };
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-c-n-d', f);
      const expected = '    x-y-z-n-w';
      expectObservable(input$.pipe(slope(options))).toBe(expected, {
        x: nothing(0, 'bad-waiting'),
        y: nothing(10, 'bad-waiting'),
        z: sample(20, 0.5, 'uncertain'),
        n: nothing(25),
        w: sample(30, 0.5, 'uncertain'),
      });
    });
  });

  test('forgets what is older than its window', () => {
    const run = [sample(30, 500), sample(70, 7), sample(80, 8), sample(90, 9)];
    expect(told(slope(options), run).at(-1)).toEqual(sample(90, 0.1));
  });

  test('readings of one instant have no slope', () => {
    const run = [sample(0, 1), sample(0, 2), sample(0, 9)];
    expect(told(slope(options), run).at(-1)).toEqual(nothing(0, 'bad-waiting'));
  });

  /** The middle of all slopes, sorted. */
  const naive = (points: readonly { instant: number; value: number }[]): number => {
    const pairs = points.flatMap((one, index) => points.slice(index + 1).map((other) => [one, other] as const));
    const slopes = pairs
      .filter(([one, other]) => one.instant !== other.instant)
      .map(([one, other]) => (one.value - other.value) / (one.instant - other.instant))
      .toSorted((one, other) => one - other);
    if (slopes.length === 0) return Number.NaN;
    const low = slopes[Math.floor((slopes.length - 1) / 2)] as number;
    return (low + (slopes[Math.floor(slopes.length / 2)] as number)) / 2;
  };

  test('agrees with the definition over the window', () => {
    fc.assert(
      fc.property(
        sampleRuns,
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 2, max: 4 }),
        (run, samplesMax, samplesMin) => {
          const slopes = told(slope({ windowMs: 8000, samplesMin, samplesMax, perMs: 1000 }), run);
          for (const [index, one] of slopes.entries()) {
            if (isTick(one)) throw new Error('there was no tick');
            const { instant } = run[index] as { instant: number };
            const points = run
              .slice(0, index + 1)
              .filter((point) => hasNumber(point) && point.instant > instant - 8000)
              .slice(-samplesMax);
            const isThere = points.length >= samplesMin && run[index] !== undefined && hasNumber(run[index]);
            expectClose(one.value, isThere ? naive(points) * 1000 : Number.NaN);
          }
        },
      ),
    );
  });

  test('of a line is the line, whatever its distances, with up to a quarter of wild readings', () => {
    const line = fc.record({
      rise: eighths,
      gaps: fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 8, maxLength: 30 }),
    });
    fc.assert(
      fc.property(line, fc.infiniteStream(fc.double({ min: -1e6, max: 1e6, noNaN: true })), ({ rise, gaps }, wild) => {
        let instant = 0;
        const instants = gaps.map((gap) => (instant += gap));
        const values = instants.map((at, index) => (index % 5 === 2 ? (wild.next().value as number) : rise * at));
        expectClose(robustSlope(instants, values), rise);
      }),
    );
  });
});

describeTimedOperatorContract('slope', (memory) => slope({ windowMs: 8000, samplesMin: 3, samplesMax: 6 }, memory));
