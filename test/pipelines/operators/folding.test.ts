import { describe, expect, test } from '@jest/globals';
import { Subject, take } from 'rxjs';
import { z } from 'zod';
import type { Json } from '../../../gateway/contract/index.js';
import { foldTimed } from '../../../pipelines/operators/fold-timed.js';
import { type Folding, fold } from '../../../pipelines/operators/folding.js';
import { mapTimed } from '../../../pipelines/operators/map-timed.js';
import type { Sample } from '../../../pipelines/operators/sample.js';
import type { Timed } from '../../../pipelines/operators/timed.js';
import { withoutTicks } from '../../../pipelines/operators/without-ticks.js';
import { marbles, sample, tick } from './samples.js';

/** Says each letter as often as it has heard letters. */
const echo: Folding<number, string, string> = {
  initial: 0,
  stateSchema: z.int(),
  next: (heard, letter) => ({ state: heard + 1, out: Array.from({ length: heard + 1 }, () => letter) }),
};

describe('fold', () => {
  test('says what follows from each input, all of it before the next', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const input$ = hot('  a-b---c----|');
      const expected = '    a-(bb)(ccc)|';
      expectObservable(input$.pipe(fold(echo))).toBe(expected);
      expectSubscriptions(input$.subscriptions).toBe('^----------!');
    });
  });

  test('goes on from a state, and remembers one after each input, before saying what follows', () => {
    const happened: Json[] = [];
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a---b', { a: 'a', b: 'b' });
      const expected = '    (aa)(bbb)';
      expectObservable(input$.pipe(fold(echo, { restored: 1, remember: (state) => happened.push(state) }))).toBe(
        expected,
      );
    });
    expect(happened).toEqual([2, 3]);
  });

  test('an input that comes while it speaks waits for its turn', () => {
    const input$ = new Subject<string>();
    const said: string[] = [];
    input$.pipe(fold(echo)).subscribe((letter) => {
      if (said.length === 1) input$.next('c');
      said.push(letter);
    });
    for (const letter of ['a', 'b']) input$.next(letter);
    expect(said.join('')).toBe('abbccc');
  });

  test('is left in the middle of what it says', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const input$ = hot('a-b---');
      expectObservable(input$.pipe(fold(echo), take(2))).toBe('a-(b|)');
      expectSubscriptions(input$.subscriptions).toBe('^-!');
    });
  });

  test('what the folding throws errors the stream', () => {
    const broken: Folding<number, string, string> = {
      ...echo,
      next() {
        throw new Error('our bug');
      },
    };
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const input$ = hot('--a-b-');
      expectObservable(input$.pipe(fold(broken))).toBe('--#', {}, new Error('our bug'));
      expectSubscriptions(input$.subscriptions).toBe('^-!');
    });
  });
});

describe('foldTimed', () => {
  const passing: Folding<number, Timed<Sample>, Sample> = {
    initial: 0,
    stateSchema: z.int(),
    next: (state, input) => ({ state, out: 'tick' in input ? [] : [input] }),
  };
  const values = { a: sample(1, 1), b: sample(3, 2), s: tick(2), t: tick(3) };

  test('keeps to the order of time, and hands ticks on', () => {
    marbles(({ hot, expectObservable }) => {
      const input$ = hot('  a-b-s-a-t-b', values);
      const expected = '    a-b-----t-b';
      expectObservable(input$.pipe(foldTimed(passing))).toBe(expected, values);
    });
  });

  test('still knows after a restart what is old', () => {
    let state: Json | undefined;
    const remember = (one: Json): void => {
      state = one;
    };
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('b|', values).pipe(foldTimed(passing, { remember }))).toBe('b|', values);
    });
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot('a-t|', values).pipe(foldTimed(passing, { restored: state }))).toBe('--t|', values);
    });
  });
});

describe('ticks', () => {
  const values = { a: sample(1, 1), t: tick(2), x: sample(1, 2) };

  test('go past a plain function', () => {
    const doubled = mapTimed((one: Sample) => ({ ...one, value: one.value * 2 }));
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot<Timed<Sample>>('a-t-|', values).pipe(doubled)).toBe('x-t-|', values);
    });
  });

  test('end where they are no longer wanted', () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot<Timed<Sample>>('a-t-|', values).pipe(withoutTicks())).toBe('a---|', values);
    });
  });
});
