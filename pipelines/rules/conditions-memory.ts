import type { Json } from '../../gateway/contract/index.js';
import type { WatchedCondition } from './watched-condition.js';

/** What conditions remember, by kind: a change of a rule's name or limits leaves it fitting. */
export const conditionsSnapshot = (conditions: readonly WatchedCondition[]): Json =>
  Object.fromEntries(conditions.map((one) => [one.description.kind, one.snapshot()]));

/** Gives back what fits; a condition without a memory that fits begins normal. */
export function restoreConditions(conditions: readonly WatchedCondition[], state: Json | undefined): void {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return;
  const saved = state as { readonly [kind: string]: Json };
  for (const one of conditions) {
    const { kind } = one.description;
    one.restore(Object.hasOwn(saved, kind) ? saved[kind] : undefined);
  }
}

export const isActiveAmong = (conditions: readonly WatchedCondition[], key: string): boolean =>
  conditions.some(({ description, isActive }) => description.key === key && isActive);

export function assumeActiveAmong(conditions: readonly WatchedCondition[], key: string): void {
  conditions.find(({ description }) => description.key === key)?.assumeActive();
}
