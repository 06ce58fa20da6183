import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasNumber, type Sample } from '../../../pipelines/operators/sample.js';
import { sessionWindow } from '../../../pipelines/operators/session-window.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { marbles, notTicks, nothing, sample, sampleRuns, tick, told, withSeconds } from './samples.js';

/** A pump runs while it draws current; less than ten seconds of rest is one run. */
const isRunning = (one: Sample): boolean => one.value > 1;
const options = { gapMs: 10_000, samplesMax: 100, belongs: isRunning };

describe('sessionWindow', () => {
  const o = sample(1, 0);
  const a = sample(2, 8);
  const p = sample(4, 0);
  const b = sample(11, 9);
  const n = nothing(15);
  const c = sample(21, 8);

  test('tells a run from its first to its last sample when the gap is over', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  o-a-p-b-n-c---t', { o, a, p, b, n, c, t: tick(31) });
      const expected = '    ----------w---(vt)';
      expectObservable(input$.pipe(sessionWindow(options))).toBe(expected, {
        t: tick(31),
        w: { from: 2000, to: 11_000, isWhole: true, before: null, samples: [a, p, b] },
        v: { from: 21_000, to: 21_000, isWhole: true, before: null, samples: [c] },
      });
    });
  });

  test('a tick one second before the end of the gap leaves it open', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-t-b-u', { a, t: tick(11), b, u: tick(21) });
      const expected = '    --t---(wu)';
      expectObservable(input$.pipe(sessionWindow(options))).toBe(expected, {
        t: tick(11),
        u: tick(21),
        w: { from: 2000, to: 11_000, isWhole: true, before: null, samples: [a, b] },
      });
    });
  });

  test('without a predicate, what has a number belongs', () => {
    const d = sample(40, 0);
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  n-o-n-d', { o: sample(16, 0), n, d });
      const expected = '    ------w';
      expectObservable(input$.pipe(sessionWindow({ gapMs: 10_000, samplesMax: 9 }))).toBe(expected, {
        w: { from: 16_000, to: 16_000, isWhole: true, before: null, samples: [sample(16, 0)] },
      });
    });
  });

  test('a full one is told in parts', () => {
    const d = sample(6, 7);
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-p-d-t', { a, p, d, t: tick(40) });
      const expected = '    ----w-(vt)';
      expectObservable(input$.pipe(sessionWindow({ ...options, samplesMax: 2 }))).toBe(expected, {
        t: tick(40),
        w: { from: 2000, to: 2000, isWhole: false, before: null, samples: [a] },
        v: { from: 6000, to: 6000, isWhole: false, before: null, samples: [d] },
      });
    });
  });

  test('windows part the samples that belong, lie a gap apart unless cut, and do not depend on ticks', () => {
    fc.assert(
      fc.property(sampleRuns, fc.integer({ min: 1, max: 6 }), (samples, samplesMax) => {
        const operator = sessionWindow({ gapMs: 3000, samplesMax });
        const end = { tick: (samples.at(-1)?.instant ?? 0) + 4000 };
        const windows = notTicks(told(operator, [...samples, end]));
        expect(windows.flatMap((window) => window.samples.filter(hasNumber))).toEqual(samples.filter(hasNumber));
        for (const [index, window] of windows.entries()) {
          expect(window.samples.length).toBeLessThanOrEqual(samplesMax);
          expect([window.samples[0]?.instant, window.samples.at(-1)?.instant]).toEqual([window.from, window.to]);
          const previous = windows[index - 1];
          if (previous?.isWhole === true) expect(window.from - previous.to).toBeGreaterThanOrEqual(3000);
        }
        expect(notTicks(told(operator, [...withSeconds(samples), end]))).toEqual(windows);
      }),
    );
  });
});

describeTimedOperatorContract('sessionWindow', (memory) => sessionWindow({ gapMs: 3000, samplesMax: 4 }, memory));
