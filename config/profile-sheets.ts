import { basename, join } from 'node:path';
import type { TagType, Text } from '../gateway/contract/index.js';
import { isObject, valueAt } from './check/checked.js';
import { checkProfile } from './check/profiles.js';
import { fileIo, type SiteIo } from './io.js';
import type { Registries } from './registries.js';
import { type Profile, profileSchema, tagSchema } from './schema/profile-schema.js';
import { readSource } from './source/read-source.js';

/** One value a profile delivers, as people look it up. */
export interface SheetTag {
  readonly name: string;
  readonly type: TagType;
  readonly unit: string;
  readonly range: readonly [low: number, high: number] | undefined;
  readonly resolution: number | undefined;
  readonly everyMs: number;
  /** Where it is read, in the words of the profile: `register: input 1, type: int16`; or what it is computed from. */
  readonly from: string;
}

/** A shipped profile as a page for people. */
export interface ProfileSheet {
  readonly name: string;
  readonly summary: Text;
  /** What one has to know who installs such a device; undefined where nothing is special. */
  readonly note: Text | undefined;
  readonly driver: string;
  /** Settings of the device that the profile gives; of a list by name the names alone. */
  readonly device: string;
  readonly tags: readonly SheetTag[];
}

const commonKeys: ReadonlySet<string> = new Set(Object.keys(tagSchema.shape));

const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const listed = (entries: readonly (readonly [string, unknown])[]): string =>
  entries.map(([key, value]) => `${key}: ${written(value)}`).join(', ');

/** Reads the shipped profiles for people. One that is wrong is an error: it would not load either. */
export const profileSheetReader =
  (registries: Registries) =>
  async (io: SiteIo = fileIo): Promise<ProfileSheet[]> => {
    const files = (await io.list(io.shippedProfiles)).filter((file) => file.endsWith('.yaml')).toSorted();
    return Promise.all(
      files.map(async (file) => sheetOf(registries, file, await io.read(join(io.shippedProfiles, file)))),
    );
  };

function sheetOf(registries: Registries, file: string, bytes: Uint8Array): ProfileSheet {
  const { source, data } = readSource(file, bytes);
  const result = source && checkProfile(source, [], registries, data, []);
  const content = result?.profile.content;
  if (!content) throw new Error(`${file}: ${result?.problems[0]?.what.en ?? 'cannot be read'}`);
  const profile: Profile = profileSchema.parse(data);
  const everyMs = (group: string): number => content.groupMs[group] ?? content.pollMs;
  const ownHalf = (tag: string): string => {
    const half = valueAt(data, ['tags', tag]);
    return listed(Object.entries(isObject(half) ? half : {}).filter(([key]) => !commonKeys.has(key)));
  };
  const name = basename(file, '.yaml');
  return {
    name,
    summary: profile.summary ?? { en: name, zh: name },
    note: profile.note,
    driver: profile.driver,
    device: listed(
      Object.entries(profile.device).map(([key, value]) => [
        key,
        isObject(value) ? Object.keys(value).join(' ') : value,
      ]),
    ),
    tags: [
      ...content.tags.map(({ name: tag, type, half: { unit, range, resolution, group } }) => ({
        name: tag,
        type,
        unit,
        range,
        resolution,
        everyMs: everyMs(group),
        from: ownHalf(tag),
      })),
      ...content.derived.map(({ name: tag, half, group }) => ({
        name: tag,
        type: 'number' as const,
        unit: half.unit,
        range: half.range,
        resolution: half.resolution,
        everyMs: everyMs(group),
        from: 'formula' in half ? half.formula : `curve of ${half.of}`,
      })),
    ],
  };
}
