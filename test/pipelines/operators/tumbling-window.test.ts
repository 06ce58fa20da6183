import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tumblingWindow } from '../../../pipelines/operators/tumbling-window.js';
import type { Window } from '../../../pipelines/operators/window.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { marbles, notTicks, nothing, sample, sampleRuns, tick, told, withSeconds } from './samples.js';

const options = { lengthMs: 60_000, samplesMax: 100 };
const minute = (nth: number, before: Window['before'], samples: Window['samples']): Window => ({
  from: nth * 60_000,
  to: (nth + 1) * 60_000,
  isWhole: true,
  before,
  samples,
});

describe('tumblingWindow', () => {
  const a = sample(10, 1);
  const b = sample(59.999, 2);
  const c = sample(60, 3);
  const d = nothing(130);

  test('tells a minute when a sample of the next one comes; its beginning belongs to it, its end to the next', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b---c---d--|', { a, b, c, d });
      const expected = '    ------w---v--|';
      expectObservable(input$.pipe(tumblingWindow(options))).toBe(expected, {
        w: minute(0, null, [a, b]),
        v: minute(1, b, [c]),
      });
    });
  });

  test('tells it at the tick of its end when no sample comes, and then minutes of silence', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-s---t-----u', { a, s: tick(59), t: tick(60), u: tick(120) });
      const expected = '    --s---(wt)--(vu)';
      expectObservable(input$.pipe(tumblingWindow(options))).toBe(expected, {
        s: tick(59),
        t: tick(60),
        u: tick(120),
        w: minute(0, null, [a]),
        v: minute(1, a, []),
      });
    });
  });

  test('a full window ends early, and its rest is told as a window of its own', () => {
    const e = sample(20, 5);
    const f = sample(30, 6);
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-e-f---c---t', { a, e, f, c, t: tick(120) });
      const expected = '    ----w---v---(ut)';
      expectObservable(input$.pipe(tumblingWindow({ lengthMs: 60_000, samplesMax: 2 }))).toBe(expected, {
        w: { from: 0, to: 30_000, isWhole: false, before: null, samples: [a, e] },
        v: { from: 30_000, to: 60_000, isWhole: false, before: e, samples: [f] },
        u: minute(1, f, [c]),
        t: tick(120),
      });
    });
  });

  test('of a year without ticks, the last 10,000 minutes are told, and the one that was open', () => {
    const windows = notTicks(told(tumblingWindow(options), [a, sample(365 * 86_400, 1)]));
    expect(windows).toHaveLength(10_001);
    expect(windows[0]).toEqual(minute(0, null, [a]));
    expect(windows.at(-1)).toEqual(minute(365 * 1440 - 1, a, []));
  });

  test('windows part the samples, follow one another without a gap, and do not depend on ticks', () => {
    fc.assert(
      fc.property(sampleRuns, fc.integer({ min: 1, max: 5 }), (samples, samplesMax) => {
        const operator = tumblingWindow({ lengthMs: 7000, samplesMax });
        const end = { tick: (Math.floor((samples.at(-1)?.instant ?? 0) / 7000) + 1) * 7000 };
        const windows = notTicks(told(operator, [...samples, end]));
        expect(windows.flatMap((window) => window.samples)).toEqual(samples);
        for (const [index, window] of windows.entries()) {
          expect(window.samples.length).toBeLessThanOrEqual(samplesMax);
          expect(window.from).toBe(windows[index - 1]?.to ?? window.from);
          for (const { instant } of window.samples) {
            expect(instant).toBeGreaterThanOrEqual(window.from);
            expect(instant).toBeLessThanOrEqual(window.to);
            if (window.isWhole) expect(instant).toBeLessThan(window.to);
          }
        }
        const ticked = notTicks(told(operator, [...withSeconds(samples), end]));
        const filled = (all: readonly Window[]) => all.filter((window) => window.samples.length > 0);
        expect(filled(ticked)).toEqual(filled(windows));
      }),
    );
  });
});

describeTimedOperatorContract('tumblingWindow', (memory) => tumblingWindow({ lengthMs: 7000, samplesMax: 4 }, memory));
