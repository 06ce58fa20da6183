import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { DeclaredLink } from '../../../drivers/declared/declared-driver.js';
import { declared } from '../../../drivers/declared/index.js';
import {
  type Clock,
  type Counting,
  FrameBuilder,
  type PolledDriver,
  type Probeable,
  qualityName,
  type QualityName,
  silentLog,
  type TagTable,
} from '../../../gateway/contract/index.js';
import { resolveSecret } from '../../../gateway/runtime/secret.js';
import { systemClock } from '../../../gateway/runtime/system-clock.js';

export type Raw = Readonly<Record<string, unknown>>;

/** A device as its files give it: the driver's half and its tags with their common half beside. */
export interface DeviceSpec {
  readonly device: Raw;
  readonly tags: Readonly<Record<string, Raw>>;
}

const commonKeys = new Set(['unit', 'scale', 'offset', 'resolution', 'range', 'jump', 'group', 'statutory']);

const folder = join(process.cwd(), 'config/profiles');

export const profileOf = (name: string): DeviceSpec =>
  parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as DeviceSpec;

/** A link with these devices, parsed by the driver's own schemas, as configuration hands it over. */
export function linkOf(settings: Raw, devices: Readonly<Record<string, DeviceSpec>>): DeclaredLink {
  return {
    name: 'line',
    settings: declared.link.parse(settings),
    devices: Object.entries(devices).map(([name, spec]) => ({
      name,
      profile: 'profile',
      settings: declared.device.parse(spec.device),
      groups: [
        {
          name: 'main',
          everyMs: 1000,
          tags: Object.entries(spec.tags).map(([tag, raw]) => {
            const own = Object.fromEntries(Object.entries(raw).filter(([key]) => !commonKeys.has(key)));
            const address = declared.tag.parse(own);
            return { name: tag, type: declared.tagType(address), statutory: raw['statutory'] === true, address };
          }),
        },
      ],
    })),
  };
}

export const tableOf = (link: DeclaredLink, device: string): TagTable => ({
  number: 1,
  site: 's',
  link: link.name,
  device,
  profile: 'profile',
  group: 'main',
  configuration: 'c',
  tags: (link.devices.find(({ name }) => name === device)?.groups[0]?.tags ?? []).map(({ name, type }) => ({
    name,
    type,
    unit: '',
  })),
});

export type DeclaredUnderTest = PolledDriver & Counting & Probeable;

export async function createDriver(link: DeclaredLink, clock: Clock = systemClock): Promise<DeclaredUnderTest> {
  const learned = { get: () => undefined, set: () => undefined };
  return (await declared.create(link, { log: silentLog, clock, learned, secret: resolveSecret })) as DeclaredUnderTest;
}

/** What one read gave, by tag: its value or text, and its quality. */
export interface Got {
  readonly values: Readonly<Record<string, number | string>>;
  readonly qualities: Readonly<Record<string, QualityName>>;
  readonly raw: Uint8Array | undefined;
}

export async function readAll(driver: PolledDriver, link: DeclaredLink, device: string): Promise<Got> {
  const table = tableOf(link, device);
  const into = new FrameBuilder(table);
  await driver.read({ device, group: 'main' }, into, new AbortController().signal);
  const { values, quality, texts, raw } = into.build();
  return {
    values: Object.fromEntries(table.tags.map(({ name }, n) => [name, texts?.get(n) ?? (values[n] as number)])),
    qualities: Object.fromEntries(table.tags.map(({ name }, n) => [name, qualityName(quality[n] as number)])),
    raw,
  };
}
