import type { Condition } from '../../gateway/contract/index.js';

/** Three-valued logic (Kleene 1952): unknown only where what is not known could still decide. */

/** At least `count` of these are true. */
export function atLeastTrue(count: number, conditions: readonly Condition[]): Condition {
  const known = conditions.filter((one) => one === true).length;
  if (known >= count) return true;
  const possible = known + conditions.filter((one) => one === 'unknown').length;
  return possible >= count ? 'unknown' : false;
}

export const allTrue = (conditions: readonly Condition[]): Condition => atLeastTrue(conditions.length, conditions);
export const anyTrue = (conditions: readonly Condition[]): Condition => atLeastTrue(1, conditions);
export const negated = (condition: Condition): Condition => (condition === 'unknown' ? condition : !condition);
