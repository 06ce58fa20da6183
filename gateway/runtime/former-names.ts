import type { SiteConfig } from '../../config/site.js';
import type { ConditionDescription } from '../contract/index.js';

/** What things were called before, by what they are called now; nothing for what was never renamed. */
export interface FormerNames {
  readonly rules: ReadonlyMap<string, readonly string[]>;
  readonly devices: ReadonlyMap<string, readonly string[]>;
  /** By `device/tag`. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

export function formerNames({ rules, links }: Pick<SiteConfig, 'rules' | 'links'>): FormerNames {
  const devices = links.flatMap((link) => link.devices);
  const tags = devices.flatMap(({ name, groups }) =>
    groups.flatMap((group) =>
      [...group.tags, ...group.derived].map((tag) => [`${name}/${tag.name}`, tag.formerly] as const),
    ),
  );
  const named = (entries: readonly (readonly [string, readonly string[]])[]) =>
    new Map(entries.filter(([, formerly]) => formerly.length > 0));
  return {
    rules: named(rules.map(({ name, formerly }) => [name, formerly])),
    devices: named(devices.map(({ name, formerly }) => [name, formerly])),
    tags: named(tags),
  };
}

const names = (now: string, formerly: readonly string[] | undefined): readonly string[] => [now, ...(formerly ?? [])];

/** A part of a rule that the host made beside it, under the rule's name with this behind it; empty for the rule itself. */
export type RulePart = '' | '/suppress' | '/blind' | '/silent';

/** What a rule, or a part of it, is named now and was named before. */
const ruleNames = (rule: string, part: RulePart, former: FormerNames): readonly string[] =>
  names(rule, former.rules.get(rule)).map((name) => name + part);

/**
 * Keys a condition may have had before. A key is made of rule, device, tag and kind with slashes between, as rules make
 * them; each may have been renamed.
 */
export function formerKeys(
  { key, device, tag }: Pick<ConditionDescription, 'key' | 'device' | 'tag'>,
  rule: string,
  part: RulePart,
  former: FormerNames,
): string[] {
  // Most sites renamed nothing, and ten thousand conditions are asked at each start.
  if (former.rules.size + former.devices.size + former.tags.size === 0) return [];
  const start = `${rule}${part}/${device}`;
  if (!key.startsWith(start)) return [];
  const tail = key.slice(start.length);
  const isOfTag = tag !== '' && tail.startsWith(`/${tag}/`);
  const all = ruleNames(rule, part, former).flatMap((oldRule) =>
    names(device, former.devices.get(device)).flatMap((oldDevice) =>
      isOfTag
        ? names(tag, former.tags.get(`${device}/${tag}`)).map(
            (oldTag) => `${oldRule}/${oldDevice}/${oldTag}${tail.slice(tag.length + 1)}`,
          )
        : [`${oldRule}/${oldDevice}${tail}`],
    ),
  );
  return all.slice(1);
}

/** Where the memory of a rule is kept: of a device, of one poll group of it (`device/group`), or of none (empty). */
export const memoryKey = (place: string, rule: string, part: RulePart): string => `${place}/${rule}${part}`;

/** Keys under which the memory of a rule may have been kept before. */
export function formerMemoryKeys(place: string, rule: string, part: RulePart, former: FormerNames): string[] {
  const [device = '', ...group] = place.split('/');
  const all = ruleNames(rule, part, former).flatMap((oldRule) =>
    names(device, former.devices.get(device)).map((oldDevice) => [oldDevice, ...group, oldRule].join('/')),
  );
  return all.slice(1);
}

/** What is known by key, also under the keys that the configuration has for it now. */
export function presentKeys<Value>(
  known: ReadonlyMap<string, Value>,
  formerKeysOf: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, Value> {
  const present = new Map(known);
  for (const [key, former] of formerKeysOf) {
    const before = former.find((one) => known.has(one));
    if (before !== undefined && !known.has(key)) present.set(key, known.get(before) as Value);
  }
  return present;
}
