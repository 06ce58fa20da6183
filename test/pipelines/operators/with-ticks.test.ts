import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { from, NEVER, of, Subject, take } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { type RuleInput, ticksAtOnceMax, withTicks } from '../../../pipelines/index.js';
import { frameOf, tableOf, weaveTicks } from '../../contracts/rule-inputs.js';

const table = tableOf([{ name: 'a', type: 'number', unit: '' }]);
const frameAt = (instant: number) => frameOf(table, instant, [instant]);
const marbles = (run: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);

/** Frames and instants by letter, and what comes of them. */
const frames = { a: frameAt(500), b: frameAt(1000), c: frameAt(3200) };
const instants = { t: 1000, u: 2000, v: 3000, w: 4000 };
const inputs = {
  a: { frame: frames.a },
  b: { frame: frames.b },
  c: { frame: frames.c },
  t: { tick: 1000 },
  u: { tick: 2000 },
  v: { tick: 3000 },
  w: { tick: 4000 },
};

describe('withTicks', () => {
  test('gives every whole second once, as it passes or at the latest before the frame of that instant', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const frame$ = hot('-a---b-----c----|', frames);
      const now$ = hot('  ---------u-----w-', instants);
      const expected = '  -a---(tb)u-(vc)w|';
      const lifetime = '  ^---------------!';
      expectObservable(frame$.pipe(withTicks(now$))).toBe(expected, inputs);
      expectSubscriptions(frame$.subscriptions).toBe(lifetime);
      expectSubscriptions(now$.subscriptions).toBe(lifetime);
    });
  });

  test('goes on after a restart with the tick after the last one given', () => {
    marbles(({ hot, expectObservable }) => {
      const frame$ = hot('--c------|', frames);
      const expected = '  --(uvc)--|';
      expectObservable(frame$.pipe(withTicks(NEVER, 1000))).toBe(expected, inputs);
    });
  });

  test('completes with an empty source, and never with one that never does', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const now$ = hot('  -t-----', instants);
      const empty$ = cold('---|', frames);
      const expected = '  -t-|';
      expectObservable(empty$.pipe(withTicks(now$))).toBe(expected, inputs);
      expectSubscriptions(now$.subscriptions).toBe('^--!');
      expectObservable(cold('----', frames).pipe(withTicks(NEVER))).toBe('----');
    });
  });

  test('ends with an error of either stream, and leaves the other', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const good$ = hot('  a-----', frames);
      const failing$ = hot('--#', instants);
      expectObservable(good$.pipe(withTicks(failing$))).toBe('a-#', inputs);
      expectSubscriptions(good$.subscriptions).toBe('^-!');

      const now$ = hot('   -t----', instants);
      const broken$ = hot('a--#', frames);
      expectObservable(broken$.pipe(withTicks(now$))).toBe('at-#', inputs);
      expectSubscriptions(now$.subscriptions).toBe('^--!');
    });
  });

  test('goes on when the instants end', () => {
    marbles(({ hot, expectObservable }) => {
      const frame$ = hot('a---b-----|', frames);
      const now$ = hot('  --|', instants);
      const expected = '  a---(tb)--|';
      expectObservable(frame$.pipe(withTicks(now$))).toBe(expected, inputs);
    });
  });

  test('is left early without a trace, also between two ticks', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const frame$ = hot('a--b--c--', frames);
      const now$ = hot('  ---------', instants);
      const left = '      ^----!';
      expectObservable(frame$.pipe(withTicks(now$)), left).toBe('a--(tb)', inputs);
      expectSubscriptions(frame$.subscriptions).toBe(left);
      expectSubscriptions(now$.subscriptions).toBe(left);
    });
    const seen: RuleInput[] = [];
    const frame$ = new Subject<typeof frames.a>();
    frame$.pipe(withTicks(NEVER, 0), take(2)).subscribe((input) => seen.push(input));
    frame$.next(frames.c);
    expect(seen).toEqual([inputs.t, inputs.u]);
    expect(frame$.observed).toBe(false);
  });

  test('instants between change when a tick is given, never which', () => {
    const steps = fc.array(fc.record({ afterMs: fc.nat({ max: 3500 }), isFrame: fc.boolean() }), { maxLength: 50 });
    fc.assert(
      fc.property(steps, (run) => {
        const frame$ = new Subject<typeof frames.a>();
        const now$ = new Subject<number>();
        const seen: RuleInput[] = [];
        frame$.pipe(withTicks(now$, -1)).subscribe((input) => seen.push(input));
        let instant = 0;
        const given = run.flatMap(({ afterMs, isFrame }) => {
          instant += afterMs;
          if (!isFrame) now$.next(instant);
          const frame = frameAt(instant);
          if (isFrame) frame$.next(frame);
          return isFrame ? [frame] : [];
        });
        frame$.next(frameAt(instant));
        expect(seen).toEqual(weaveTicks([...given, frameAt(instant)]));
      }),
    );
  });

  test('ticks through a day without frames, and through the last week of a longer one', () => {
    const ticksUntil = (instant: number): number[] => {
      const ticks: number[] = [];
      of(frameAt(instant))
        .pipe(withTicks(NEVER, 0))
        .subscribe((input) => 'tick' in input && ticks.push(input.tick));
      return ticks;
    };
    expect(ticksUntil(86_400_000)).toHaveLength(86_400);
    const month = ticksUntil(30 * 86_400_000);
    expect(month).toHaveLength(ticksAtOnceMax);
    expect(month.at(-1)).toBe(30 * 86_400_000);
    expect(month.at(0)).toBe(23 * 86_400_000 + 1000);
  });

  test('subscribes anew with its own count', () => {
    const inputs$ = from([frames.b, frames.c]).pipe(withTicks(NEVER));
    const runs = [1, 2].map(() => {
      const seen: RuleInput[] = [];
      inputs$.subscribe((input) => seen.push(input));
      return seen;
    });
    expect(runs[0]).toEqual([inputs.t, inputs.b, inputs.u, inputs.v, inputs.c]);
    expect(runs[1]).toEqual(runs[0]);
  });
});
