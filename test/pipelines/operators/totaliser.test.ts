import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasNumber } from '../../../pipelines/operators/sample.js';
import { type Total, totaliser } from '../../../pipelines/operators/totaliser.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { expectClose, marbles, nothing, notTicks, sample, sampleRuns, tick, told } from './samples.js';

/** m³/h in, m³ out. */
const options = { perMs: 3_600_000, gapMaxMs: 600_000 };
const total = (of: ReturnType<typeof sample>, missedMs = 0): Total => ({ ...of, missedMs });

describe('totaliser', () => {
  test('an hour at 36 m³/h is 36 m³', () => {
    const hour = Array.from({ length: 3601 }, (_, second) => sample(second, 36));
    expectClose(notTicks(told(totaliser(options), hour)).at(-1)?.value as number, 36);
  });

  test('adds the mean of two readings times the time between them', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-t-b-c', { a: sample(0, 0), t: tick(60), b: sample(360, 20), c: sample(720, 20) });
      const expected = '    x-t-y-z';
      expectObservable(input$.pipe(totaliser({ ...options, factor: 1000 }))).toBe(expected, {
        t: tick(60),
        x: total(sample(0, 0)),
        y: total(sample(360, 1000)),
        z: total(sample(720, 3000)),
      });
    });
  });

  test('adds nothing across a gap, and says how much time is missing', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-c', { a: sample(0, 36), b: sample(601, 36), c: sample(701, 36) });
      const expected = '    x-y-z';
      expectObservable(input$.pipe(totaliser(options))).toBe(expected, {
        x: total(sample(0, 0)),
        y: total(sample(601, 0, 'uncertain'), 601_000),
        z: total(sample(701, 1), 601_000),
      });
    });
  });

  test('keeps the total over a bad reading and bridges it; a step is as uncertain as its ends', () => {
    const u = sample(300, 36, 'uncertain-over-range');
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-n-b-u-c-d', {
        a: sample(0, 36),
        n: nothing(50),
        b: sample(200, 36),
        u,
        c: sample(400, 36),
        d: sample(500, 36),
      });
      const expected = '    x-n-y-z-v-w';
      expectObservable(input$.pipe(totaliser(options))).toBe(expected, {
        x: total(sample(0, 0)),
        n: total(sample(50, 0, 'uncertain-last-usable')),
        y: total(sample(200, 2)),
        z: total(sample(300, 3, 'uncertain')),
        v: total(sample(400, 4, 'uncertain')),
        w: total(sample(500, 5)),
      });
    });
  });

  test('small steps onto a large total are not lost', () => {
    const rate = (instant: number, value: number) => ({ instant, value, quality: 1 });
    // 2^53 at once, beside which an eighth vanishes; then a thousand eighths.
    const small = Array.from({ length: 1001 }, (_, index) => rate(index + 3, 0.125));
    const run = [
      rate(0, 0),
      rate(1, 2 ** 53),
      rate(2, 0),
      ...small,
      rate(1004, 0),
      rate(1005, -(2 ** 53)),
      rate(1006, 0),
    ];
    const totals = notTicks(told(totaliser({ perMs: 1, gapMaxMs: 10 }), run));
    expect(totals.at(-1)?.value).toBe(1001 / 8);
  });

  test('is the exact sum of its steps', () => {
    fc.assert(
      fc.property(sampleRuns, fc.constantFrom(1000, 5000, 1e9), (run, gapMaxMs) => {
        const totals = notTicks(told(totaliser({ perMs: 1, gapMaxMs }), run));
        // In sixteenths of the rate's unit times ms everything is whole.
        let [sixteenths, missedMs] = [0n, 0];
        for (const [index, one] of totals.entries()) {
          const numbers = run.slice(0, index + 1).filter(hasNumber);
          const [before, after] = numbers.slice(-2);
          if (before !== undefined && after !== undefined && after === run[index]) {
            const ms = after.instant - before.instant;
            if (ms > gapMaxMs) missedMs += ms;
            else sixteenths += BigInt(before.value * 8 + after.value * 8) * BigInt(ms);
          }
          expect(one.value).toBe(Number(sixteenths) / 16);
          expect(one.missedMs).toBe(missedMs);
        }
      }),
    );
  });
});

describeTimedOperatorContract('totaliser', (memory) => totaliser({ perMs: 1000, gapMaxMs: 3000 }, memory));
