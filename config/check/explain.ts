import type { z } from 'zod';
import type { SiteProblem } from '../problem.js';
import type { Path } from '../source/source.js';
import { type Checked, isObject, spotAt, valueAt } from './checked.js';
import { closest } from './closest.js';
import { badName, missingKey, unknownKey } from './keys.js';
import { explainValue } from './values.js';

type Issue = z.core.$ZodIssue;

const stepsOf = (path: readonly PropertyKey[]): Path => path.map((step) => (typeof step === 'symbol' ? '' : step));
const placeOf = (path: readonly PropertyKey[]): string => stepsOf(path).join('\u0000');

/** Unions told as the issues of their closest alternative, so that every issue has one cause and one path. */
function flatten(issues: readonly Issue[], data: unknown, prefix: readonly PropertyKey[] = []): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...prefix, ...issue.path];
    const isUnion = issue.code === 'invalid_union' && !issue.discriminator;
    const inner = isUnion ? closest(issue.errors, valueAt(data, stepsOf(path))) : undefined;
    return inner ? flatten(inner, data, path) : [{ ...issue, path }];
  });
}

/**
 * What a schema refused, as problems at their places. A missing key that an unknown one beside it was meant to be is
 * told once, as the misspelling, and a section with a misspelt key is not judged as a whole.
 */
export function explain(checked: Checked, issues: readonly Issue[]): SiteProblem[] {
  const meantKeys = new Set<string>();
  const misspeltSections = new Set<string>();
  const problems: SiteProblem[] = [];
  const flat = flatten(issues, checked.data);
  for (const issue of flat) {
    if (issue.code !== 'unrecognized_keys') continue;
    for (const key of issue.keys) {
      const { problem, meant } = unknownKey(checked, stepsOf(issue.path), key);
      problems.push(problem);
      if (meant === undefined) continue;
      meantKeys.add(placeOf([...issue.path, meant]));
      misspeltSections.add(placeOf(issue.path));
    }
  }
  for (const issue of flat) {
    const path = stepsOf(issue.path);
    const isCustom = issue.code === 'custom';
    if (issue.code === 'unrecognized_keys' || meantKeys.has(placeOf(path))) continue;
    if (isCustom && misspeltSections.has(placeOf(path))) continue;
    const isMissing = path.length > 0 && valueAt(checked.data, path) === undefined && !isCustom;
    if (issue.code === 'invalid_key') problems.push(badName(checked, path));
    else if (!isMissing) {
      const spot = spotAt(checked, path);
      // What is wrong with a section as a whole is told where the section begins.
      const atKey = isCustom && isObject(spot.value);
      problems.push(checked.source.problem([...checked.base, ...path], explainValue(spot, issue), { atKey }));
    } else problems.push(missingKey(checked, path));
  }
  return problems;
}
