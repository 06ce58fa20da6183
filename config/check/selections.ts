import { text } from '../messages/index.js';
import type { Path } from '../source/source.js';
import { nearest } from './nearest.js';
import type { KnownDevice, SiteCheck } from './site-check.js';

/** One entry of a rule's `devices` and what it stands for. */
export interface Selection {
  readonly devices: readonly KnownDevice[];
  /** Each of the devices was named itself, so each must have the rule's tags. */
  readonly isNamed: boolean;
}

/** A device that a rule names and the site does not have. */
export function tellUnknownDevice(check: SiteCheck, path: Path, name: string): void {
  const meant = nearest(name, check.deviceNames);
  const known = meant === undefined ? undefined : check.device(meant)?.path;
  const sentence = {
    what: text((m) => m.problem.unknownDevice({ device: name })),
    remedy: text((m) =>
      meant === undefined
        ? m.remedy.oneOfDevices({ devices: [...check.devices.keys()] })
        : m.remedy.writeValue({ value: meant }),
    ),
  };
  const place = known ? [check.source.place(known, true)] : [];
  check.tell(path, sentence, { related: [...place, ...check.deviceSections()] });
}

function byProfile(check: SiteCheck, path: Path, profile: string): Selection | undefined {
  const all = [...check.devices.values()];
  const devices = all.filter((device) => device.profileName === profile);
  if (devices.length > 0) return { devices, isNamed: false };
  const used = new Set(all.flatMap((device) => device.profileName ?? []));
  const meant = nearest(profile, used);
  const sentence = {
    what: text((m) => m.problem.profileUnused({ profile })),
    remedy: text((m) =>
      meant === undefined
        ? m.remedy.oneOf({ choices: [...used].map((one) => `profile:${one}`) })
        : m.remedy.writeValue({ value: `profile:${meant}` }),
    ),
  };
  check.tell(path, sentence, { related: check.deviceSections() });
  return undefined;
}

function select(check: SiteCheck, path: Path, entry: string): Selection | undefined {
  if (entry === '*') return { devices: [...check.devices.values()], isNamed: false };
  const [, profile] = /^profile:\s*(.+)$/.exec(entry) ?? [];
  if (profile !== undefined) return byProfile(check, path, profile);
  const device = check.device(entry);
  if (!device) tellUnknownDevice(check, path, entry);
  return device && { devices: [device], isNamed: true };
}

/** What a rule's `devices` select, entry by entry; undefined, and told, where one selects nothing. */
export function selectDevices(check: SiteCheck, path: Path, listed: unknown): (Selection | undefined)[] {
  const entries: readonly unknown[] = Array.isArray(listed) ? listed : [];
  return entries.map((entry, index) => {
    const at = [...path, index];
    if (typeof entry !== 'string') return undefined;
    if (entries.indexOf(entry) === index) return select(check, at, entry);
    const sentence = {
      what: text((m) => m.problem.listedTwice({ name: entry })),
      remedy: text((m) => m.remedy.removeOne({ key: entry })),
    };
    check.tell(at, sentence);
    return undefined;
  });
}
