import type { z } from 'zod';
import type { SiteProblem } from '../problem.js';
import { keysOf, toJson } from '../schema/json.js';
import { mergeHalves } from '../schema/merge.js';
import type { Path, Source } from '../source/source.js';
import { isObject } from './checked.js';
import { explain } from './explain.js';

/** One flat object of which each half has its own schema. */
export interface HalvesSpec<Common> {
  readonly source: Source;
  readonly path: Path;
  readonly data: unknown;
  /** What holds for the other half where `data` does not say it. */
  readonly under?: Readonly<Record<string, unknown>> | undefined;
  readonly common: z.ZodType<Common>;
  /** The other half; undefined where nothing says which one it is. */
  readonly own: z.ZodType | undefined;
  /** All that the other half could be: its keys are let pass while it is not known. */
  readonly possible: readonly z.ZodType[];
  /** Keys of the common half that the other one wants to see too. */
  readonly shared?: readonly string[];
}

export interface Halves<Common> {
  readonly common: Common | undefined;
  readonly own: unknown;
  /** Both halves are right. */
  readonly isWhole: boolean;
  readonly problems: readonly SiteProblem[];
}

type Issue = z.core.$ZodIssue;

/** Keys that no half knows, whatever the other half turns out to be. */
function foreignKeys(rest: Readonly<Record<string, unknown>>, possible: readonly z.ZodType[]): Issue[] {
  const known = new Set(possible.flatMap((schema) => keysOf(toJson(schema))));
  const keys = Object.keys(rest).filter((key) => !known.has(key));
  return keys.length > 0 ? [{ code: 'unrecognized_keys', keys, path: [], message: '', input: rest }] : [];
}

function explainHalves<Common>(spec: HalvesSpec<Common>, issues: readonly Issue[]): readonly SiteProblem[] {
  if (issues.length === 0) return [];
  const own = spec.own ? toJson(spec.own) : { anyOf: spec.possible.map(toJson) };
  const json = mergeHalves(toJson(spec.common), own);
  return explain({ source: spec.source, base: spec.path, data: spec.data, json }, issues);
}

/** Parses both halves of an object and tells all problems of both. */
export function checkHalves<Common>(spec: HalvesSpec<Common>): Halves<Common> {
  const { data } = spec;
  if (!isObject(data)) {
    const issue: Issue = { code: 'invalid_type', expected: 'object', path: [], message: '', input: data };
    return { common: undefined, own: undefined, isWhole: false, problems: explainHalves(spec, [issue]) };
  }
  const commonKeys = new Set(keysOf(toJson(spec.common)));
  const entries = Object.entries(data);
  const shared = new Set(spec.shared ?? []);
  const common = spec.common.safeParse(Object.fromEntries(entries.filter(([key]) => commonKeys.has(key))));
  const given = Object.fromEntries(entries.filter(([key]) => !commonKeys.has(key) || shared.has(key)));
  const rest = { ...spec.under, ...given };
  const own = spec.own?.safeParse(rest);
  const ownIssues = own ? (own.error?.issues ?? []) : foreignKeys(rest, spec.possible);
  return {
    common: common.data,
    own: own?.data,
    isWhole: common.success && own?.success === true,
    problems: explainHalves(spec, [...(common.error?.issues ?? []), ...ownIssues]),
  };
}
