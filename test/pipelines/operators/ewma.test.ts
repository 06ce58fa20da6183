import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ewma } from '../../../pipelines/operators/ewma.js';
import { isTick } from '../../../pipelines/operators/timed.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { eighths, expectClose, marbles, nothing, sample, tick, told } from './samples.js';

const options = { tauMs: 10_000, gapMaxMs: 60_000 };

describe('ewma', () => {
  test('begins with the first value and goes 63 % of a step in one time constant', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-t-c', { a: sample(0, 0), b: sample(10, 100), t: tick(11), c: sample(20, 100) });
      const expected = '    a-x-t-y';
      expectObservable(input$.pipe(ewma(options))).toBe(expected, {
        a: sample(0, 0),
        x: sample(10, 100 * (1 - Math.exp(-1))),
        t: tick(11),
        y: { ...sample(20, 0), value: expect.closeTo(100 * (1 - Math.exp(-2)), 9) },
      });
    });
  });

  test('lets a bad reading pass, and keeps the quality of each', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-n-b', { a: sample(0, 5), n: nothing(5), b: sample(10, 5, 'uncertain-over-range') });
      expectObservable(input$.pipe(ewma(options))).toBe('a-n-b', {
        a: sample(0, 5),
        n: nothing(5),
        b: sample(10, 5, 'uncertain-over-range'),
      });
    });
  });

  test('begins anew after a gap', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b', { a: sample(0, 0), b: sample(61, 100) });
      expectObservable(input$.pipe(ewma(options))).toBe('a-b', { a: sample(0, 0), b: sample(61, 100) });
    });
  });

  const readings = fc.array(fc.record({ afterMs: fc.integer({ min: 1, max: 9000 }), value: eighths }), {
    minLength: 1,
  });
  const runOf = (parts: readonly { afterMs: number; value: number }[]) => {
    let instant = 0;
    return parts.map(({ afterMs, value }) => {
      instant += afterMs;
      return { instant, value, quality: 1 };
    });
  };
  const means = (run: ReturnType<typeof runOf>) =>
    told(ewma(options), run).flatMap((one) => (isTick(one) ? [] : [one.value]));

  test('is the mean with weights that fade by the time that has gone', () => {
    fc.assert(
      fc.property(readings, (parts) => {
        const run = runOf(parts);
        const [first] = run;
        const last = run.at(-1)?.instant as number;
        const fade = (instant: number) => Math.exp((instant - last) / options.tauMs);
        let expected = (first?.value as number) * fade(first?.instant as number);
        for (const [index, { instant, value }] of run.entries())
          if (index > 0) expected += value * (fade(instant) - fade(run[index - 1]?.instant as number));
        expectClose(means(run).at(-1) as number, expected);
      }),
    );
  });

  test('polling more often smooths no more: values read twice change nothing', () => {
    fc.assert(
      fc.property(readings, (parts) => {
        const doubled = parts.flatMap(({ afterMs, value }) => [
          { afterMs: afterMs / 2, value },
          { afterMs: afterMs / 2, value },
        ]);
        const every = means(runOf(doubled)).filter((_, index) => index % 2 === 1);
        for (const [index, mean] of means(runOf(parts)).entries()) expectClose(every[index] as number, mean);
      }),
    );
  });
});

describeTimedOperatorContract('ewma', (memory) => ewma({ tauMs: 3000, gapMaxMs: 5000 }, memory));
