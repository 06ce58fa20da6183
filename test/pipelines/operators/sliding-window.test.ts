import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { slidingWindow } from '../../../pipelines/operators/sliding-window.js';
import { instantOf, isTick } from '../../../pipelines/operators/timed.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { marbles, notTicks, sample, tick, timedRuns, told } from './samples.js';

const options = { lengthMs: 10_000, samplesMax: 100 };

describe('slidingWindow', () => {
  const a = sample(1, 90);
  const b = sample(5, 20);
  const c = sample(11, 30);
  const d = sample(12, 40);

  test('tells the last ten seconds at each sample; what is ten seconds old is out', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a--b--c--d--|', { a, b, c, d });
      const expected = '    x--y--z--w--|';
      expectObservable(input$.pipe(slidingWindow(options))).toBe(expected, {
        x: { from: -9000, to: 1000, isWhole: true, before: null, samples: [a] },
        y: { from: -5000, to: 5000, isWhole: true, before: null, samples: [a, b] },
        z: { from: 1000, to: 11_000, isWhole: true, before: a, samples: [b, c] },
        w: { from: 2000, to: 12_000, isWhole: true, before: a, samples: [b, c, d] },
      });
    });
  });

  test('an old peak goes with the tick that puts it out; other ticks tell nothing', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a--b--s--t---', { a, b, s: tick(10), t: tick(11) });
      const expected = '    x--y--s--(zt)';
      expectObservable(input$.pipe(slidingWindow(options))).toBe(expected, {
        s: tick(10),
        t: tick(11),
        x: { from: -9000, to: 1000, isWhole: true, before: null, samples: [a] },
        y: { from: -5000, to: 5000, isWhole: true, before: null, samples: [a, b] },
        z: { from: 1000, to: 11_000, isWhole: true, before: a, samples: [b] },
      });
    });
  });

  test('a full one lets the oldest go before its time, and says so', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b', { a, b });
      const expected = '    x-y';
      expectObservable(input$.pipe(slidingWindow({ lengthMs: 10_000, samplesMax: 1 }))).toBe(expected, {
        x: { from: -9000, to: 1000, isWhole: true, before: null, samples: [a] },
        y: { from: 1000, to: 5000, isWhole: false, before: a, samples: [b] },
      });
    });
  });

  test('holds exactly what was read in its time, as far as there is room', () => {
    fc.assert(
      fc.property(timedRuns, fc.integer({ min: 1, max: 6 }), (inputs, samplesMax) => {
        const operator = slidingWindow({ lengthMs: 10_000, samplesMax });
        for (const [index, input] of inputs.entries()) {
          const come = inputs.slice(0, index + 1);
          const to = instantOf(input);
          const inTime = notTicks(come).filter(({ instant }) => instant > to - 10_000);
          const window = notTicks(told(operator, come)).at(-1);
          if (window?.to === to) expect(window.samples).toEqual(inTime.slice(-samplesMax));
          else expect(isTick(input)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describeTimedOperatorContract('slidingWindow', (memory) => slidingWindow({ lengthMs: 10_000, samplesMax: 5 }, memory));
