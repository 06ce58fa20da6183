import type { z } from 'zod';
import type { SiteProblem } from '../problem.js';
import type { Path } from '../source/source.js';
import { type Checked, spotAt, valueAt } from './checked.js';
import { badName, missingKey, unknownKey } from './keys.js';
import { explainValue } from './values.js';

type Issue = z.core.$ZodIssue;

const stepsOf = (path: readonly PropertyKey[]): Path => path.map((step) => (typeof step === 'symbol' ? '' : step));

/** The issues of that alternative of a union that comes closest to what was written; undefined where all are foreign. */
function closest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const isForeign = (issue: Issue) => issue.code === 'invalid_type' && issue.path.length === 0;
  return alternatives
    .filter((issues) => issues.length > 0 && !issues.some(isForeign))
    .toSorted((a, b) => a.length - b.length)[0];
}

/** Unions told as the issues of their closest alternative, so that every issue has one cause and one path. */
function flatten(issues: readonly Issue[], prefix: readonly PropertyKey[] = []): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...prefix, ...issue.path];
    const inner = issue.code === 'invalid_union' && !issue.discriminator ? closest(issue.errors) : undefined;
    return inner ? flatten(inner, path) : [{ ...issue, path }];
  });
}

/**
 * What a schema refused, as problems at their places. A missing key that an unknown one beside it was meant to be is
 * told once, as the misspelling.
 */
export function explain(checked: Checked, issues: readonly Issue[]): SiteProblem[] {
  const meantKeys = new Set<string>();
  const problems: SiteProblem[] = [];
  const flat = flatten(issues);
  for (const issue of flat) {
    if (issue.code !== 'unrecognized_keys') continue;
    for (const key of issue.keys) {
      const { problem, meant } = unknownKey(checked, stepsOf(issue.path), key);
      problems.push(problem);
      if (meant) meantKeys.add([...stepsOf(issue.path), meant].join('\u0000'));
    }
  }
  for (const issue of flat) {
    const path = stepsOf(issue.path);
    const isMissing = path.length > 0 && valueAt(checked.data, path) === undefined && issue.code !== 'custom';
    if (issue.code === 'unrecognized_keys' || meantKeys.has(path.join('\u0000'))) continue;
    if (issue.code === 'invalid_key') problems.push(badName(checked, path));
    else if (!isMissing) {
      problems.push(checked.source.problem([...checked.base, ...path], explainValue(spotAt(checked, path), issue)));
    } else problems.push(missingKey(checked, path));
  }
  return problems;
}
