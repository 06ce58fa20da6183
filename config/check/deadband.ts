import type { SinkDefinition, Tag } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import type { Path, Sentence } from '../source/source.js';
import { isObject } from './checked.js';
import { nearest } from './nearest.js';
import type { KnownDevice, SiteCheck } from './site-check.js';

/** One tag of one device that a band could be for. */
interface TagOfDevice {
  readonly device: KnownDevice;
  readonly name: string;
  /** Undefined where something is wrong with the device. */
  readonly tag: Tag | undefined;
}

function tagsOfDevices(check: SiteCheck): TagOfDevice[] {
  return check.deviceNames.flatMap((one) => {
    const device = check.device(one);
    const tags = device?.groups?.flatMap(({ table }) => table.tags);
    return (device?.tagNames ?? []).map((name) => ({
      device: device as KnownDevice,
      name,
      tag: tags?.find((tag) => tag.name === name),
    }));
  });
}

const placeOf = (check: SiteCheck, { device: { profile }, name }: TagOfDevice) => {
  const path = profile?.tagPaths.get(name);
  return profile && path ? [profile.source.place(path, true)] : check.deviceSections();
};

const isNumber = ({ tag }: TagOfDevice): boolean => tag?.type !== 'text' && tag?.type !== 'boolean';

/** A band for what the site does not have; nothing where not all of its tags are known. */
function unknownBand(check: SiteCheck, band: string, tags: readonly TagOfDevice[]): Sentence | undefined {
  if (check.deviceNames.some((name) => check.device(name)?.tagNames === undefined)) return undefined;
  const possible = tags.filter((one) => isNumber(one) && !one.tag?.statutory);
  const meant = nearest(band, new Set(possible.flatMap(({ device, name }) => [name, `${device.name}.${name}`])));
  const choices = [...new Set(possible.filter(({ device }) => device.path).map(({ name }) => name))];
  return {
    what: text((m) => m.problem.deadbandTag({ tag: band })),
    remedy: text((m) => (meant === undefined ? m.remedy.oneOf({ choices }) : m.remedy.writeKey({ key: meant }))),
  };
}

/** A band that could not hold: the law protects the tag, or there is nothing to measure a move by. */
function refusedBand(named: readonly TagOfDevice[], band: string): { sentence: Sentence; by: TagOfDevice } | undefined {
  const remedy = text((m) => m.remedy.removeKey({ key: band }));
  const lawful = named.find(({ tag }) => tag?.statutory);
  if (lawful) {
    const told = { tag: lawful.name, device: lawful.device.name };
    return { sentence: { what: text((m) => m.problem.deadbandStatutory(told)), remedy }, by: lawful };
  }
  const [first] = named;
  if (!first || named.some(isNumber)) return undefined;
  return { sentence: { what: text((m) => m.problem.deadbandNoNumber({ tag: first.name })), remedy }, by: first };
}

function checkBands(check: SiteCheck, path: Path, bands: readonly string[]): void {
  const tags = tagsOfDevices(check);
  for (const band of bands) {
    const named = tags.filter(({ device, name }) => name === band || `${device.name}.${name}` === band);
    const refused = refusedBand(named, band);
    const sentence = named.length === 0 ? unknownBand(check, band, tags) : refused?.sentence;
    if (!sentence) continue;
    const related = refused ? placeOf(check, refused.by) : check.deviceSections();
    check.tell([...path, band], sentence, { atKey: true, related });
  }
}

/** The deadband of a sink as written: whether its destination can do with less, and whether each band is for something. */
export function checkDeadband(
  check: SiteCheck,
  path: Path,
  data: unknown,
  definition: SinkDefinition<never> | undefined,
): void {
  if (!isObject(data)) return;
  const what = definition?.refusesDeadband;
  const remedy = text((m) => m.remedy.removeKey({ key: 'deadband' }));
  const { tags } = data;
  if (what) check.tell(path, { what, remedy }, { atKey: true });
  else if (isObject(tags)) checkBands(check, [...path, 'tags'], Object.keys(tags));
}
