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

/**
 * Keys a condition may have had before. A key is made of rule, device, tag and kind with slashes between, as rules make
 * them; each part may have been renamed.
 */
export function formerKeys({ key, device, tag }: ConditionDescription, former: FormerNames): string[] {
  // Most sites renamed nothing, and ten thousand conditions are asked at each start.
  if (former.rules.size + former.devices.size + former.tags.size === 0) return [];
  const [rule = '', ...rest] = key.split('/');
  const tail = rest.join('/').slice(device.length);
  if (!rest.join('/').startsWith(device)) return [];
  const isOfTag = tag !== '' && tail.startsWith(`/${tag}/`);
  const all = names(rule, former.rules.get(rule)).flatMap((oldRule) =>
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

/** Keys under which the memory of a rule may have been kept before: `device/group/rule`. */
export function formerMemoryKeys(memoryKey: string, former: FormerNames): string[] {
  const parts = memoryKey.split('/');
  const [device = ''] = parts;
  const rule = parts.slice(2).join('/') || (parts[1] ?? '');
  const middle = parts.length > 2 ? `/${parts[1]}` : '';
  const all = names(rule, former.rules.get(rule)).flatMap((oldRule) =>
    names(device, former.devices.get(device)).map((oldDevice) => `${oldDevice}${middle}/${oldRule}`),
  );
  return all.slice(1);
}
