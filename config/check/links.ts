import type { DriverDefinition, Text } from '../../gateway/contract/index.js';
import { boxDevice } from '../box-tags.js';
import { contextDevice } from '../context-tags.js';
import { text } from '../messages/index.js';
import { deviceSchema, linkSchema } from '../schema/site-schema.js';
import type { DeviceConfig, LinkConfig } from '../site.js';
import type { Path } from '../source/source.js';
import { tableSpec } from '../table-spec.js';
import { isObject, valueAt } from './checked.js';
import { deviceGroups } from './device-groups.js';
import { checkHalves } from './halves.js';
import { checkPlan } from './plans.js';
import type { CheckedProfile } from './profile.js';
import type { KnownGroup, SiteCheck } from './site-check.js';
import { wrongChoice } from './values.js';

type AnyDriver = DriverDefinition<never, never, never>;

function findDriver(check: SiteCheck, path: Path, name: unknown): AnyDriver | undefined {
  if (typeof name !== 'string') return undefined;
  const { drivers } = check.registries;
  if (Object.hasOwn(drivers, name)) return drivers[name];
  check.tell([...path, 'driver'], wrongChoice({ key: 'driver', value: name }, Object.keys(drivers)));
  return undefined;
}

function findProfile(
  check: SiteCheck,
  path: Path,
  name: unknown,
  driver: string | undefined,
): CheckedProfile | undefined {
  if (typeof name !== 'string') return undefined;
  const at = [...path, 'profile'];
  const profile = check.shelf.get(name);
  if (!profile) {
    const meant = check.shelf.nearest(name);
    const sentence = {
      what: text((m) => m.problem.unknownProfile({ profile: name })),
      remedy: text((m) =>
        meant ? m.remedy.writeValue({ value: meant.name }) : m.remedy.oneOf({ choices: check.shelf.names }),
      ),
    };
    const own = meant?.profile;
    const sections = valueAt(check.data, ['profiles']) === undefined ? [] : [check.source.place(['profiles'], true)];
    const related = own ? [own.source.place(own.base, true)] : sections;
    check.tell(at, sentence, { related });
    return undefined;
  }
  if (driver !== undefined && profile.driver !== undefined && profile.driver !== driver) {
    const speaks = profile.driver;
    check.tell(at, {
      what: text((m) => m.problem.otherDriver({ profile: name, driver, speaks })),
      remedy: text((m) => m.remedy.otherDriver({ speaks })),
    });
  }
  return profile;
}

const reserved: Readonly<Record<string, () => Text>> = {
  [boxDevice]: () => text((m) => m.problem.reservedDevice({ device: boxDevice })),
  [contextDevice]: () => text((m) => m.problem.contextDevice({ device: contextDevice })),
};

/** A device that has its name from another link or line already, or that of a built-in one. */
function isTaken(check: SiteCheck, name: string, path: Path): boolean {
  const first = check.devices.get(name);
  const what = first
    ? text((m) => m.problem.deviceTwice({ device: name }))
    : Object.hasOwn(reserved, name) && reserved[name]?.();
  if (!what) return false;
  const sentence = {
    what,
    remedy: text((m) => m.remedy.renameDevice({ device: name })),
  };
  const related = first ? [check.source.place(first.path, true)] : [];
  check.tell(path, sentence, { atKey: true, related });
  return true;
}

function unknownGroups(
  check: SiteCheck,
  path: Path,
  groups: Readonly<Record<string, number>>,
  profile: CheckedProfile,
): void {
  const known = Object.keys(profile.content?.groupMs ?? {});
  for (const group of Object.keys(groups)) {
    if (!profile.content || known.includes(group)) continue;
    const sentence = {
      what: text((m) => m.problem.noSuchGroup({ group, profile: profile.name })),
      remedy: wrongChoice({ key: 'groups', value: group }, known).remedy,
    };
    check.tell([...path, 'groups', group], sentence, { atKey: true });
  }
}

const knownGroups = (link: string, config: DeviceConfig): KnownGroup[] =>
  config.groups.map((group) => ({
    table: tableSpec('', link, config, group, ''),
    everyMs: group.everyMs,
    derived: group.derived.map(({ name }) => name),
  }));

function checkDevice(
  check: SiteCheck,
  link: string,
  driverName: string | undefined,
  name: string,
  data: unknown,
): DeviceConfig | undefined {
  const path = ['links', link, 'devices', name];
  const driver = driverName === undefined ? undefined : check.registries.drivers[driverName];
  const before = check.problems.length;
  const profileName = valueAt(data, ['profile']);
  const profile = findProfile(check, path, profileName, driverName);
  // What is wrong in the profile is told there, once.
  const isUnsure = profile !== undefined && !profile.content && Object.keys(profile.device).length > 0;
  const halves = checkHalves({
    source: check.source,
    path,
    data,
    under: isUnsure ? undefined : profile?.device,
    common: deviceSchema,
    own: isUnsure ? undefined : driver?.device,
    possible: Object.values(check.registries.drivers).map((one) => one.device),
  });
  check.problems.push(...halves.problems);
  if (profile && halves.common?.groups) unknownGroups(check, path, halves.common.groups, profile);
  const isWhole = halves.isWhole && check.problems.length === before;
  const config =
    isWhole && halves.common && profile?.content
      ? {
          name,
          formerly: halves.common.formerly,
          profile: profile.name,
          settings: halves.own,
          groups: deviceGroups(profile.content, halves.common),
        }
      : undefined;
  if (!isTaken(check, name, path)) {
    const known = typeof profileName === 'string' ? profileName : undefined;
    const tagNames = profile && [...profile.tagPaths.keys()];
    const groups = config && knownGroups(link, config);
    check.devices.set(name, { name, path, profileName: known, profile, tagNames, groups });
  }
  return config;
}

/** One link with its devices; undefined where something is wrong with it. */
export function checkLink(check: SiteCheck, name: string, data: unknown): LinkConfig | undefined {
  const path = ['links', name];
  const before = check.problems.length;
  const driverName = valueAt(data, ['driver']);
  const driver = findDriver(check, path, driverName);
  const halves = checkHalves({
    source: check.source,
    path,
    data,
    common: linkSchema,
    own: driver?.link,
    possible: Object.values(check.registries.drivers).map((one) => one.link),
  });
  check.problems.push(...halves.problems);
  const devices = valueAt(data, ['devices']);
  const spoken = driver ? String(driverName) : undefined;
  const checked = isObject(devices)
    ? Object.entries(devices).map(([device, one]) => checkDevice(check, name, spoken, device, one))
    : [];
  if (isObject(devices) && checked.length === 0) {
    const sentence = {
      what: text((m) => m.problem.noDevices({ link: name })),
      remedy: text((m) => m.remedy.addDevice()),
    };
    check.tell([...path, 'devices'], sentence, { atKey: true });
  }
  const whole = checked.filter((device) => device !== undefined);
  if (!halves.common || !halves.isWhole || !driver) return undefined;
  const link: LinkConfig = {
    name,
    driver: String(driverName),
    settings: halves.own,
    probeShare: halves.common.probeShare,
    devices: whole,
  };
  checkPlan(check, driver, link);
  return check.problems.slice(before).every((problem) => problem.warning) ? link : undefined;
}

/** Addresses are one link each: two links on one port or socket would talk into each other. */
export function checkAddresses(check: SiteCheck, links: Readonly<Record<string, unknown>>): void {
  const first = new Map<string, string>();
  for (const [name, link] of Object.entries(links)) {
    const address = valueAt(link, ['address']);
    if (typeof address !== 'string') continue;
    // Devices that dial in share a port: each of its links has a registration of its own.
    const registration = valueAt(link, ['dialIn', 'registration']);
    const called = typeof registration === 'string' ? [registration] : [];
    const same = [address.trim().toLowerCase(), ...called].join(' ');
    const other = first.get(same);
    if (other === undefined) first.set(same, name);
    else {
      const sentence = {
        what: text((m) => m.problem.addressTwice({ address, link: other })),
        remedy: text((m) => m.remedy.joinLinks({ link: other })),
      };
      check.tell(['links', name, 'address'], sentence, { related: [check.source.place(['links', other, 'address'])] });
    }
  }
}
