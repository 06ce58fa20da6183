import type { z } from 'zod';
import { isObject } from './checked.js';
import { nearest } from './nearest.js';

type Issue = z.core.$ZodIssue;
type Alternative = readonly Issue[];

/** A union inside a union offers its alternatives as well. */
function dissolve(alternatives: readonly Alternative[]): Alternative[] {
  return alternatives.flatMap((issues) => {
    const [only, ...others] = issues;
    const isUnion = only?.code === 'invalid_union' && only.path.length === 0 && others.length === 0;
    return isUnion ? dissolve(only.errors) : [issues];
  });
}

/** For another kind of value than the one that was written. */
function isForeign(issues: Alternative, value: unknown): boolean {
  return issues.some(
    (issue) =>
      issue.path.length === 0 &&
      (issue.code === 'invalid_type' ||
        (issue.code === 'invalid_value' && issue.values.every((one) => typeof one !== typeof value))),
  );
}

/** How many keys are not as this alternative has them: unknown or missing ones, a misspelt one counted once. */
function strangeKeys(issues: Alternative, value: unknown): number {
  if (!isObject(value)) return 0;
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  );
  const missing = issues.flatMap(({ path: [key, ...rest] }) =>
    key !== undefined && rest.length === 0 && !Object.hasOwn(value, key) ? [String(key)] : [],
  );
  const misspelt = unknown.filter((key) => nearest(key, missing) !== undefined);
  return unknown.length + missing.length - misspelt.length;
}

/**
 * The issues of that alternative of a union that was most likely meant by `value`: the one whose keys it has, then the
 * one with the fewest issues. Undefined where all are for another kind of value.
 */
export function closest(alternatives: readonly Alternative[], value: unknown): Alternative | undefined {
  const near = dissolve(alternatives)
    .filter((issues) => issues.length > 0 && !isForeign(issues, value))
    .map((issues) => ({ issues, strange: strangeKeys(issues, value) }));
  return near.toSorted((a, b) => a.strange - b.strange || a.issues.length - b.issues.length)[0]?.issues;
}
