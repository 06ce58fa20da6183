import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CounterDelta, counterDelta } from '../../../pipelines/operators/counter-delta.js';
import { describeTimedOperatorContract } from './operator-contract.js';
import { marbles, nothing, notTicks, sample, tick, told } from './samples.js';

/** A register of 16 bits on a meter of at most 100 pulses a second. */
const options = { modulus: 65_536, perSecondMax: 100 };
const delta = (of: ReturnType<typeof sample>, kind: CounterDelta['kind'] = 'counted'): CounterDelta => ({
  ...of,
  kind,
});

describe('counterDelta', () => {
  test('tells what was counted from reading to reading, also over the roll-over', () => {
    const readings = { a: sample(0, 65_500), b: sample(1, 65_530), c: sample(2, 14), d: sample(3, 14), t: tick(2) };
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-t-c-d', readings);
      const expected = '    --x-t-y-z';
      expectObservable(input$.pipe(counterDelta(options))).toBe(expected, {
        t: tick(2),
        x: delta(sample(1, 30)),
        y: delta(sample(2, 20), 'rolled-over'),
        z: delta(sample(3, 0)),
      });
    });
  });

  test('a counter that began again counts from 0, and what it had before is not known', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-c', { a: sample(0, 30_000), b: sample(1, 40), c: sample(2, 70) });
      const expected = '    --x-y';
      expectObservable(input$.pipe(counterDelta(options))).toBe(expected, {
        x: delta(sample(1, 40, 'uncertain'), 'reset'),
        y: delta(sample(2, 30)),
      });
    });
  });

  test('another meter in its place gives no number, whether it shows more or less', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-c', { a: sample(0, 30_000), b: sample(1, 50_000), c: sample(2, 20_000) });
      const expected = '    --x-y';
      expectObservable(input$.pipe(counterDelta(options))).toBe(expected, {
        x: delta(nothing(1, 'bad'), 'reset'),
        y: delta(nothing(2, 'bad'), 'reset'),
      });
    });
  });

  test('the next delta spans a bad reading; after a hole it may have gone all the way round', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-n-b-c', { a: sample(0, 10), n: nothing(1), b: sample(2, 110), c: sample(1000, 120) });
      const expected = '    --x-y-z';
      expectObservable(input$.pipe(counterDelta(options))).toBe(expected, {
        x: delta(nothing(1), 'unread'),
        y: delta(sample(2, 100)),
        z: delta(sample(1000, 10, 'uncertain')),
      });
    });
  });

  test('whatever the meter did, the deltas add up to it', () => {
    const steps = fc.array(
      fc.record({ seconds: fc.integer({ min: 1, max: 60 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    );
    fc.assert(
      fc.property(steps, fc.nat({ max: 65_535 }), fc.array(fc.nat()), (parts, start, unread) => {
        let [counted, seconds] = [0, 0];
        const run = parts.map((part, index) => {
          seconds += part.seconds;
          counted += Math.floor(part.share * 100 * part.seconds);
          const isUnread = unread.some((where) => where % parts.length === index && index < parts.length - 1);
          return isUnread && seconds < 600 ? nothing(seconds) : sample(seconds, (start + counted) % 65_536);
        });
        const deltas = notTicks(told(counterDelta(options), [sample(0, start), ...run]));
        const sum = deltas.reduce((total, { kind, value }) => (kind === 'unread' ? total : total + value), 0);
        expect(sum).toBe(counted);
        expect(deltas.some(({ kind }) => kind === 'reset')).toBe(false);
      }),
    );
  });
});

describeTimedOperatorContract('counterDelta', (memory) => counterDelta({ modulus: 200, perSecondMax: 20 }, memory));
