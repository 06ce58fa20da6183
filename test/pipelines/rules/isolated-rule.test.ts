import { describe, expect, test } from '@jest/globals';
import type { Rule } from '../../../gateway/contract/index.js';
import { IsolatedRule } from '../../../pipelines/index.js';
import { frameOf, tableOf } from '../../contracts/rule-inputs.js';

const frame = frameOf(tableOf([{ name: 'a', type: 'number', unit: '' }]), 0, [1]);
const broken = (): never => {
  throw new Error('division of a herd by zero');
};

const idle: Rule = {
  next: () => [],
  tick: () => [],
  snapshot: () => null,
  restore: () => undefined,
  isActive: () => false,
  assumeActive: () => undefined,
};

describe('an isolated rule', () => {
  test('that throws is told once, starts afresh, and gives nothing for that input', () => {
    const failures: unknown[] = [];
    let made = 0;
    const rule = new IsolatedRule(
      () => {
        made += 1;
        return { ...idle, next: broken, tick: broken };
      },
      (error) => failures.push(error),
    );
    expect(rule.next(frame)).toEqual([]);
    expect(rule.tick(1000)).toEqual([]);
    expect(made).toBe(3);
    expect(failures).toEqual([new Error('division of a herd by zero')]);
  });

  test.each(['snapshot', 'restore', 'isActive', 'exceeding', 'assumeActive'] as const)(
    'that throws in %s rests no more: the fresh one is asked with the next frame',
    (what) => {
      const rule = new IsolatedRule(
        () => ({ ...idle, [what]: broken }),
        () => undefined,
      );
      let roused = 0;
      rule.onUnrest(() => (roused += 1));
      const asked = { snapshot: [], restore: [null], isActive: ['a'], exceeding: [], assumeActive: ['a'] }[what];
      (rule[what] as (...of: unknown[]) => unknown)(...asked);
      expect(roused).toBeGreaterThan(0);
    },
  );

  test('forgets what the failed one remembered', () => {
    const create = (): Rule => {
      let seen = 0;
      return {
        ...idle,
        next: () => (++seen === 3 ? broken() : []),
        snapshot: () => seen,
        restore(state) {
          seen = state as number;
        },
      };
    };
    const rule = new IsolatedRule(create, () => undefined);
    rule.restore(1);
    rule.next(frame);
    expect(rule.snapshot()).toBe(2);
    rule.next(frame);
    expect(rule.snapshot()).toBe(0);
  });

  test('cannot fail a snapshot, a restore or a question either', () => {
    const failures: unknown[] = [];
    const rule = new IsolatedRule(
      () => ({ ...idle, snapshot: broken, restore: broken, isActive: broken, assumeActive: broken }),
      (error) => failures.push(error),
    );
    rule.restore({});
    rule.assumeActive('a');
    expect(rule.isActive('a')).toBe(false);
    expect(rule.snapshot()).toBeNull();
    expect(failures).toHaveLength(1);
  });
});
