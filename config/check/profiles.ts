import type { DriverDefinition } from '../../gateway/contract/index.js';
import type { SiteProblem } from '../problem.js';
import { toJson } from '../schema/json.js';
import { inlineProfileSchema, profileSchema } from '../schema/profile-schema.js';
import type { z } from 'zod';
import { isObject, valueAt } from './checked.js';
import { explain } from './explain.js';
import { checkFormerly } from './formerly.js';
import { type CheckedProfile, ProfileCheck } from './profile.js';
import { checkDerived } from './profile-derived.js';
import { checkGroups, checkTags } from './profile-tags.js';
import { wrongChoice } from './values.js';

export interface ProfileResult {
  readonly profile: CheckedProfile;
  readonly problems: readonly SiteProblem[];
}

function findDriver(check: ProfileCheck, name: unknown): DriverDefinition<never, never, never> | undefined {
  if (typeof name !== 'string') return undefined;
  const { drivers } = check.registries;
  if (Object.hasOwn(drivers, name)) return drivers[name];
  check.tell(['driver'], wrongChoice({ key: 'driver', value: name }, Object.keys(drivers)));
  return undefined;
}

function tagPaths({ base }: ProfileCheck, data: unknown): CheckedProfile['tagPaths'] {
  const named = (section: string) => {
    const tags = valueAt(data, [section]);
    return Object.keys(isObject(tags) ? tags : {}).map((tag) => [tag, [...base, section, tag]] as const);
  };
  const tags = new Map(named('tags'));
  // A tag hides a derived one of its name.
  return new Map([...tags, ...named('derived').filter(([tag]) => !tags.has(tag))]);
}

/** What a profile says of its devices, by the driver's schema; what it leaves out the site file gives. */
function checkDeviceHalf({ source, base, problems }: ProfileCheck, schema: z.ZodType, data: object): void {
  if (Object.keys(data).length === 0) return;
  const issues = schema.safeParse(data).error?.issues ?? [];
  const own = issues.filter(({ code, path }) => code !== 'invalid_type' || path.length !== 1 || hasKey(data, path[0]));
  problems.push(...explain({ source, base: [...base, 'device'], data, json: toJson(schema) }, own));
}

const hasKey = (data: object, key: PropertyKey | undefined): boolean => key !== undefined && Object.hasOwn(data, key);

/**
 * Checks one profile: a whole file, or under `name` an entry of the site file's `profiles`. `contextNames`: what its
 * formulas may write of the site's context.
 */
export function checkProfile(
  source: ProfileCheck['source'],
  base: ProfileCheck['base'],
  registries: ProfileCheck['registries'],
  data: unknown,
  contextNames: readonly string[],
  name?: string,
): ProfileResult {
  const check = new ProfileCheck(source, base, registries, contextNames);
  const schema = name === undefined ? profileSchema : inlineProfileSchema;
  const parsed = schema.safeParse(data);
  if (!parsed.success)
    check.problems.push(...explain({ source, base, data, json: toJson(schema) }, parsed.error.issues));
  const ownName = valueAt(data, ['profile']);
  const driverName = valueAt(data, ['driver']);
  const driver = findDriver(check, driverName);
  const tags = checkTags(check, valueAt(data, ['tags']), driver);
  const derived = parsed.success && tags ? checkDerived(check, parsed.data.derived, tags) : [];
  if (parsed.success && tags) checkGroups(check, parsed.data.groups, tags);
  checkFormerly({
    items: ['tags', 'derived'].flatMap((section) => {
      const items = valueAt(data, [section]);
      return Object.entries(isObject(items) ? items : {}).map(([tag, item]) => [tag, [section, tag], item] as const);
    }),
    tell: (path, sentence, options) => check.tell(path, sentence, options),
    place: (path) => source.place([...base, ...path], true),
  });
  const device = valueAt(data, ['device']);
  if (parsed.success && driver) checkDeviceHalf(check, driver.device, parsed.data.device);
  const isWhole = parsed.success && tags !== undefined && check.problems.length === 0;
  const profile: CheckedProfile = {
    name: name ?? (typeof ownName === 'string' ? ownName : ''),
    source,
    base,
    driver: driver ? String(driverName) : undefined,
    tagPaths: tagPaths(check, data),
    device: isObject(device) ? device : {},
    content: isWhole ? { pollMs: parsed.data.poll, groupMs: parsed.data.groups, tags, derived } : undefined,
  };
  return { profile, problems: check.problems };
}
