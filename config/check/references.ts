import { text } from '../messages/index.js';
import type { Path } from '../source/source.js';
import { isObject } from './checked.js';
import { formulaNames } from './formula-names.js';
import { formulaSentence } from './formula-sentence.js';
import type { Selection } from './selections.js';
import { tellUnknownDevice } from './selections.js';
import type { KnownDevice, KnownGroup, SiteCheck } from './site-check.js';
import { wrongChoice } from './values.js';

/** A tag that a rule names: wherever an object has the key `tag`, with the key `device` beside it or for its own device. */
export interface Reference {
  /** Of the object, from the root of the rule. */
  readonly path: Path;
  readonly device: string | undefined;
  readonly tag: string;
}

/** Every tag that a rule names: its own, references, those that limits follow, those of conditions. */
export function referencesIn(data: unknown, path: Path = []): Reference[] {
  if (Array.isArray(data)) return data.flatMap((one, index) => referencesIn(one, [...path, index]));
  if (!isObject(data)) return [];
  const { tag } = data;
  const device = path.length === 0 ? undefined : data['device'];
  const isReference = typeof tag === 'string' && (device === undefined || typeof device === 'string');
  const inner = Object.entries(data).flatMap(([key, value]) => referencesIn(value, [...path, key]));
  return isReference ? [{ path, device, tag }, ...inner] : inner;
}

/** The group that reads a tag as a number; undefined where that is not known, or there is none. */
export const groupOf = ({ groups }: KnownDevice, tag: string): KnownGroup | undefined =>
  groups?.find(({ table }) => table.tags.some(({ name, type }) => name === tag && type !== 'text'));

/** Nothing to judge under this name, as far as is known. */
const lacks = (device: KnownDevice, tag: string): boolean =>
  device.groups === undefined ? device.tagNames?.includes(tag) === false : groupOf(device, tag) === undefined;

function tellNoTag(check: SiteCheck, path: Path, tag: string, devices: readonly KnownDevice[]): void {
  const known = new Set(devices.flatMap((device) => device.tagNames?.filter((name) => !lacks(device, name)) ?? []));
  const isText = devices.every(({ tagNames }) => tagNames?.includes(tag));
  const sentence = {
    what: text((m) =>
      isText ? m.problem.textTag({ tag }) : m.problem.unknownTag({ tag, devices: devices.map(({ name }) => name) }),
    ),
    remedy: wrongChoice({ key: 'tag', value: tag }, [...known]).remedy,
  };
  const related = devices.flatMap((one) => (one.path ? [check.source.place([...one.path, 'profile'])] : []));
  check.tell(path, sentence, { related });
}

/**
 * Devices of the rule that had to have a tag and have not: each that was named itself; of those found by profile or `*`
 * only when none has it.
 */
function bareDevices(selections: readonly Selection[], tag: string, judged: ReadonlySet<KnownDevice>): KnownDevice[] {
  const bare = selections.flatMap(({ devices, isNamed }) => {
    const asked = devices.filter((device) => judged.has(device));
    const without = asked.filter((device) => lacks(device, tag));
    return isNamed || without.length === asked.length ? without : [];
  });
  return [...new Set(bare)];
}

/** Devices that a rule is applied to: those that have its own tag, where it has one. */
export function judgedDevices(tag: unknown, selections: readonly Selection[]): ReadonlySet<KnownDevice> {
  const devices = selections.flatMap((selection) => selection.devices);
  return new Set(devices.filter((device) => typeof tag !== 'string' || !lacks(device, tag)));
}

/** Devices and tags that a rule names and the site does not have, each told where it stands. */
export function checkReferences(check: SiteCheck, path: Path, data: unknown, selections: readonly Selection[]): void {
  const tag = isObject(data) ? data['tag'] : undefined;
  const judged = judgedDevices(tag, selections);
  const all = new Set(selections.flatMap(({ devices }) => devices));
  for (const reference of referencesIn(data)) {
    const at = [...path, ...reference.path];
    const known = reference.device === undefined ? undefined : check.device(reference.device);
    if (reference.device !== undefined) {
      if (!known) tellUnknownDevice(check, [...at, 'device'], reference.device);
      else if (lacks(known, reference.tag)) tellNoTag(check, [...at, 'tag'], reference.tag, [known]);
      continue;
    }
    const bare = bareDevices(selections, reference.tag, reference.path.length === 0 ? all : judged);
    if (bare.length > 0) tellNoTag(check, [...at, 'tag'], reference.tag, bare);
  }
}

function formulasIn(data: unknown, path: Path = []): (readonly [Path, string])[] {
  if (Array.isArray(data)) return data.flatMap((one, index) => formulasIn(one, [...path, index]));
  if (!isObject(data)) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    key === 'formula' && typeof value === 'string'
      ? [[[...path, key], value] as const]
      : formulasIn(value, [...path, key]),
  );
}

/** Formulas of limits: they are computed from the tags that are read together with the judged one, and the context. */
export function checkFormulas(check: SiteCheck, path: Path, settings: unknown, judged: Iterable<KnownDevice>): void {
  const tag = isObject(settings) ? settings['tag'] : undefined;
  const groups = [...judged].flatMap((device) => groupOf(device, String(tag)) ?? []);
  for (const [at, formula] of formulasIn(settings)) {
    for (const { table } of groups) {
      const own = table.tags.filter(({ type }) => type !== 'text').map(({ name }) => name);
      const names = [...own, ...formulaNames(check.data)];
      const sentence = formulaSentence(check.registries, formula, names);
      if (!sentence) continue;
      check.tell([...path, ...at], sentence);
      break;
    }
  }
}
