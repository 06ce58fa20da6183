import type { Json } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import { formatRange, parseRegisterRange, type RegisterRange, type Table } from './register-reference.js';

/** What a device showed about itself by refusing reads. */
export interface LearnedFacts {
  /** Ranges between tags with a refused register somewhere in them: no read may hold the whole of one. */
  readonly avoid: readonly RegisterRange[];
  /** Ranges of single tags that the device refused by themselves. */
  readonly refused: readonly RegisterRange[];
  /** Longest read that was answered where a longer one was refused. */
  readonly longest: Readonly<Partial<Record<Table, number>>>;
}

export const nothingLearned: LearnedFacts = { avoid: [], refused: [], longest: {} };

/** Facts kept of one kind; of more the oldest are forgotten and learned anew. */
const rangesMax = 1000;

const sameRange = (a: RegisterRange, b: RegisterRange): boolean =>
  a.table === b.table && a.start === b.start && a.end === b.end;

/** With one more range of a kind; the same facts when it is there already. */
function withRange(facts: LearnedFacts, kind: 'avoid' | 'refused', range: RegisterRange): LearnedFacts {
  if (facts[kind].some((one) => sameRange(one, range))) return facts;
  return { ...facts, [kind]: [...facts[kind], range].slice(-rangesMax) };
}

export const learnAvoid = (facts: LearnedFacts, range: RegisterRange): LearnedFacts => withRange(facts, 'avoid', range);

export const learnRefused = (facts: LearnedFacts, range: RegisterRange): LearnedFacts =>
  withRange(facts, 'refused', range);

/** Without what was refused inside this range. */
export const forgetRefused = (facts: LearnedFacts, range: RegisterRange): LearnedFacts => ({
  ...facts,
  refused: facts.refused.filter((one) => one.table !== range.table || one.start < range.start || one.end > range.end),
});

export const learnLongest = (facts: LearnedFacts, table: Table, count: number): LearnedFacts => ({
  ...facts,
  longest: { ...facts.longest, [table]: Math.min(count, facts.longest[table] ?? count) },
});

/** What the facts hold for: another unit, profile or list of holes, and they are learned anew. */
export const factsBasis = (profile: string, { unit, holes }: DeviceSettings): string =>
  [`unit ${unit}`, profile, ...holes.map(formatRange)].join(', ');

export function factsToJson(facts: LearnedFacts, basis: string): Json {
  return {
    basis,
    avoid: facts.avoid.map(formatRange),
    refused: facts.refused.map(formatRange),
    longest: facts.longest as Readonly<Record<string, number>>,
  };
}

/** Facts as they were stored; nothing where they are of another basis or cannot be understood. */
export function factsFromJson(json: Json | undefined, basis: string): LearnedFacts {
  if (!isRecord(json) || json['basis'] !== basis) return nothingLearned;
  const longest: Partial<Record<Table, number>> = {};
  if (isRecord(json['longest'])) {
    for (const table of ['coil', 'discrete', 'holding', 'input'] as const) {
      const count = json['longest'][table];
      if (typeof count === 'number' && count >= 1) longest[table] = count;
    }
  }
  return { avoid: rangesFrom(json['avoid']), refused: rangesFrom(json['refused']), longest };
}

const isRecord = (json: Json | undefined): json is { readonly [key: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

function rangesFrom(json: Json | undefined): RegisterRange[] {
  if (!Array.isArray(json)) return [];
  return (json as readonly Json[]).flatMap((text) => {
    const range = typeof text === 'string' ? parseRegisterRange(text) : undefined;
    return range ? [range] : [];
  });
}
