import { toJson } from '../schema/json.js';
import type { Path } from '../source/source.js';
import { isObject, valueAt } from './checked.js';
import { explain } from './explain.js';
import type { SiteCheck } from './site-check.js';

/**
 * The conditions of `alarm.suppress`, by key, as a rule of type `compound` parses its own; what it refuses is told where it
 * stands. `path` is that of the rule.
 */
export function checkSuppression(check: SiteCheck, path: Path, data: unknown): Readonly<Record<string, unknown>> {
  const { compound } = check.registries.rules;
  const suppress = valueAt(data, ['alarm', 'suppress']);
  if (!compound || !isObject(suppress)) return {};
  const condition = toJson(compound.config).properties?.['when'] ?? {};
  const parsed = ['when', 'unless'].flatMap((key) => {
    const written = suppress[key];
    if (written === undefined) return [];
    const { data: settings, error } = compound.config.safeParse({ when: written });
    if (!error) return [[key, valueAt(settings, ['when'])] as const];
    const issues = error.issues.map((issue) => ({ ...issue, path: [key, ...issue.path.slice(1)] }));
    const base = [...path, 'alarm', 'suppress'];
    const json = { properties: { [key]: condition } };
    check.problems.push(...explain({ source: check.source, base, data: suppress, json }, issues));
    return [];
  });
  return Object.fromEntries(parsed);
}
