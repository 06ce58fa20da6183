import {
  type DriverContext,
  FrameBuilder,
  type Json,
  type PolledDriver,
  silentLog,
  type Counting,
  type Probeable,
  type DriverLink,
} from '../../../gateway/contract/index.js';
import { modbus } from '../../../drivers/modbus/index.js';
import type { DeviceSettings } from '../../../drivers/modbus/device-schema.js';
import type { LinkSettings } from '../../../drivers/modbus/link-schema.js';
import type { TagAddress } from '../../../drivers/modbus/tag-schema.js';
import { resolveSecret } from '../../../gateway/runtime/secret.js';
import { systemClock } from '../../../gateway/runtime/system-clock.js';
import { tableOf } from './reading.js';

export type ModbusLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;

/** Settings of one device as they stand in files; tags of each group in order. */
export interface DeviceSpec {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly groups: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly profile?: string;
}

/** A link as configuration hands it over, parsed by the driver's own schemas. */
export function linkOf(settings: Record<string, unknown>, devices: Readonly<Record<string, DeviceSpec>>): ModbusLink {
  return {
    name: 'line-1',
    settings: modbus.link.parse(settings),
    devices: Object.entries(devices).map(([name, spec]) => ({
      name,
      profile: spec.profile ?? 'profile',
      settings: modbus.device.parse(spec.settings),
      groups: Object.entries(spec.groups).map(([group, tags]) => ({
        name: group,
        everyMs: 1000,
        tags: tags.map(({ statutory = false, ...tag }, n) => {
          const address = modbus.tag.parse(tag);
          return { name: `t${n}`, type: modbus.tagType(address), statutory: statutory === true, address };
        }),
      })),
    })),
  };
}

/** What the host keeps for a driver, in memory: hand the same one to the next driver to play a restart. */
export function memoryOf(): DriverContext & { readonly facts: Map<string, Json> } {
  const facts = new Map<string, Json>();
  return {
    log: silentLog,
    clock: systemClock,
    secret: resolveSecret,
    learned: { get: (device) => facts.get(device), set: (device, json) => void facts.set(device, json) },
    facts,
  };
}

export type ModbusUnderTest = PolledDriver & Counting & Probeable;

export const createDriver = async (link: ModbusLink, context: DriverContext = memoryOf()): Promise<ModbusUnderTest> =>
  (await modbus.create(link, context)) as ModbusUnderTest;

/** Reads one group into fresh columns; they are there also when the read throws. */
export async function readGroup(
  driver: PolledDriver,
  link: ModbusLink,
  device: string,
  group = 'main',
): Promise<{ readonly into: FrameBuilder; readonly error: unknown }> {
  const tags = link.devices.find(({ name }) => name === device)?.groups.find(({ name }) => name === group)?.tags ?? [];
  const into = new FrameBuilder(tableOf(tags.map(({ type }) => type)));
  try {
    await driver.read({ device, group }, into, new AbortController().signal);
    return { into, error: undefined };
  } catch (error) {
    return { into, error };
  }
}
