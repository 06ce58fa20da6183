import { describe, expect, test } from '@jest/globals';
import { take } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import type { Judgement, Rule } from '../../../gateway/contract/index.js';
import { IsolatedRule, judge, type RuleInput } from '../../../pipelines/index.js';
import { frameOf, tableOf } from '../../contracts/rule-inputs.js';

const tag = { name: 'a', type: 'number', unit: '' } as const;
const frameOfTable = (number: number) => ({ frame: frameOf(tableOf([tag], number), 1000 * number, [number]) });
const marbles = (run: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);

const judgementOf = (key: string): Judgement => ({ key, condition: true, value: 1, quality: 1, limit: 0, instant: 0 });

/** A rule that says its name at each input of the kinds it answers to. */
const saying = (name: string, answers: 'frames' | 'ticks' | 'both'): IsolatedRule => {
  const create = (): Rule => ({
    next: () => (answers === 'ticks' ? [] : [judgementOf(name)]),
    tick: () => (answers === 'frames' ? [] : [judgementOf(name)]),
    snapshot: () => null,
    restore: () => undefined,
  });
  return new IsolatedRule(create, () => undefined);
};

const given: Record<'f' | 'g' | 'h' | 't', RuleInput> = {
  f: frameOfTable(1),
  g: frameOfTable(2),
  h: frameOfTable(3),
  t: { tick: 1000 },
};
const rules = new Map([
  [1, [saying('one', 'frames'), saying('uno', 'both')]],
  [2, [saying('two', 'frames')]],
]);
const told = {
  a: { judgement: judgementOf('one'), cause: given.f },
  b: { judgement: judgementOf('uno'), cause: given.f },
  c: { judgement: judgementOf('two'), cause: given.g },
  d: { judgement: judgementOf('uno'), cause: given.t },
};

describe('judge', () => {
  test('gives a frame to the rules of its table and a tick to all, and tells the cause', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const input$ = hot('f----g-t-h-|', given);
      const expected = '  (ab)-c-d---|';
      const lifetime = '  ^----------!';
      expectObservable(input$.pipe(judge(rules))).toBe(expected, told);
      expectSubscriptions(input$.subscriptions).toBe(lifetime);
    });
  });

  test('keeps to an empty source, one that never ends, one that fails', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('|', given).pipe(judge(rules))).toBe('|');
      expectObservable(cold('--', given).pipe(judge(rules))).toBe('--');
      expectObservable(cold('g-#', given).pipe(judge(rules))).toBe('c-#', told);
    });
  });

  test('is left early without a trace', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const input$ = hot('g-g-g-', given);
      const left = '      ^--!';
      expectObservable(input$.pipe(judge(rules)), left).toBe('c-c-', told);
      expectSubscriptions(input$.subscriptions).toBe(left);
      const first$ = hot('f-f-', given);
      expectObservable(first$.pipe(judge(rules), take(1))).toBe('(a|)', told);
      expectSubscriptions(first$.subscriptions).toBe('(^!)');
    });
  });

  test('a rule that throws is told once; the others, and the stream, go on', () => {
    const failures: unknown[] = [];
    const create = (): Rule => ({
      next() {
        throw new Error('our bug');
      },
      tick: () => [],
      snapshot: () => null,
      restore: () => undefined,
    });
    const broken = new IsolatedRule(create, (error) => failures.push(error));
    marbles(({ hot, expectObservable }) => {
      const withBroken = new Map([[2, [broken, saying('two', 'frames')]]]);
      expectObservable(hot('g-g-|', given).pipe(judge(withBroken))).toBe('c-c-|', told);
    });
    expect(failures).toEqual([new Error('our bug')]);
  });
});
