import { describe, expect, test } from '@jest/globals';
import { of, take } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import type { Judgement, Rule } from '../../../gateway/contract/index.js';
import { type DevicePhase, type HostedRule, IsolatedRule, judge, type RuleInput } from '../../../pipelines/index.js';
import { frameOf, tableOf } from '../../contracts/rule-inputs.js';

const tag = { name: 'a', type: 'number', unit: '' } as const;
const frameOfTable = (number: number) => ({ frame: frameOf(tableOf([tag], number), 1000 * number, [number]) });
const marbles = (run: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(run);

const judgementOf = (key: string): Judgement => ({
  key,
  condition: true,
  value: 1,
  quality: 1,
  limit: 0,
  instant: 0,
  since: 0,
});

/** A rule that says its name at each input of the kinds it answers to. */
const saying = (name: string, answers: 'frames' | 'ticks' | 'both'): IsolatedRule => {
  const create = (): Rule => ({
    next: () => (answers === 'ticks' ? [] : [judgementOf(name)]),
    tick: () => (answers === 'frames' ? [] : [judgementOf(name)]),
    snapshot: () => null,
    restore: () => undefined,
    isActive: () => false,
    assumeActive: () => undefined,
  });
  return new IsolatedRule(create, () => undefined);
};

const given: Record<'f' | 'g' | 'h' | 't', RuleInput> = {
  f: frameOfTable(1),
  g: frameOfTable(2),
  h: frameOfTable(3),
  t: { tick: 1000 },
};
const hosted = (rule: IsolatedRule, table: number, more: Partial<HostedRule> = {}): HostedRule => ({
  rule,
  tables: [table],
  settles: false,
  needsDevice: false,
  ...more,
});
const rules = [
  hosted(saying('one', 'frames'), 1),
  hosted(saying('uno', 'both'), 1),
  hosted(saying('two', 'frames'), 2),
];
// What was never judged before may always have been so; what was, since the frame before.
const told = {
  a: { spreadMs: 1005, finding: judgementOf('one'), cause: given.f },
  b: { spreadMs: 1005, finding: judgementOf('uno'), cause: given.f },
  c: { spreadMs: 2005, finding: judgementOf('two'), cause: given.g },
  d: { spreadMs: 1005, finding: judgementOf('uno'), cause: given.t },
  e: { spreadMs: 5, finding: judgementOf('two'), cause: given.g },
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
      expectObservable(input$.pipe(judge(rules)), left).toBe('c-e-', told);
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
      isActive: () => false,
      assumeActive: () => undefined,
    });
    const broken = new IsolatedRule(create, (error) => failures.push(error));
    marbles(({ hot, expectObservable }) => {
      const withBroken = [hosted(broken, 2), hosted(saying('two', 'frames'), 2)];
      expectObservable(hot('g-g-|', given).pipe(judge(withBroken))).toBe('c-e-|', told);
    });
    expect(failures).toEqual([new Error('our bug')]);
  });

  describe('below a link', () => {
    const values = hosted(saying('values', 'both'), 1, { settles: true });
    const presence = hosted(saying('presence', 'both'), 1, { settles: true, needsDevice: true });
    const toxic = hosted(saying('toxic', 'both'), 1);
    const asked = (phase: DevicePhase, input: RuleInput): string[] => {
      const names: string[] = [];
      const told$ = of(input).pipe(judge([values, presence, toxic], new Map([[1, phase]])));
      told$.subscribe(({ finding }) => names.push((finding as Judgement).key));
      return names;
    };
    const frame = given.f;
    const tick: RuleInput = { tick: 1000 };

    test('while a device is out, nobody asks whether there are readings; values are told of the gap, and delays stand still', () => {
      expect(asked({ isOut: true, settledFrom: 0 }, frame)).toEqual(['values', 'toxic']);
      expect(asked({ isOut: true, settledFrom: 0 }, tick)).toEqual(['toxic']);
    });

    test('while its values settle, only what lives depend on is judged', () => {
      expect(asked({ isOut: false, settledFrom: 1001 }, frame)).toEqual(['toxic']);
      expect(asked({ isOut: false, settledFrom: 1001 }, tick)).toEqual(['toxic']);
    });

    test('when they have settled, everything is', () => {
      expect(asked({ isOut: false, settledFrom: 1000 }, frame)).toEqual(['values', 'presence', 'toxic']);
      expect(asked({ isOut: false, settledFrom: 1000 }, tick)).toEqual(['values', 'presence', 'toxic']);
    });
  });
});
