import { dlt645 } from '../../../drivers/dlt645/index.js';
import type { DeviceSettings } from '../../../drivers/dlt645/device-schema.js';
import type { LinkSettings } from '../../../drivers/dlt645/link-schema.js';
import type { TagAddress } from '../../../drivers/dlt645/tag-schema.js';
import { type MeterEntry, threePhaseMap } from '../../../firmware-sim/meters/index.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import {
  type DriverLink,
  FrameBuilder,
  type PolledDriver,
  type Probeable,
  silentLog,
  type TagTable,
} from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';

export type MeterLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;
export type TagSpec = Readonly<Record<string, unknown>>;
export type Meters = Readonly<Record<string, { readonly address: string; readonly tags: readonly TagSpec[] }>>;

/** A link as configuration hands it over, parsed by the driver's own schemas; every device has one group, `main`. */
export function linkOf(settings: Readonly<Record<string, unknown>>, meters: Meters): MeterLink {
  return {
    name: 'meters',
    settings: dlt645.link.parse(settings),
    devices: Object.entries(meters).map(([name, { address, tags }]) => ({
      name,
      profile: 'meter',
      settings: dlt645.device.parse({ address }),
      groups: [
        {
          name: 'main',
          everyMs: 1000,
          tags: tags.map(({ statutory = false, ...tag }, n) => ({
            name: `t${n}`,
            type: 'number',
            statutory: statutory === true,
            address: dlt645.tag.parse(tag),
          })),
        },
      ],
    })),
  };
}

export const tableOf = (link: MeterLink, device: string): TagTable => ({
  number: 1,
  site: 's',
  link: link.name,
  device,
  profile: 'meter',
  group: 'main',
  configuration: 'c',
  tags: (link.devices.find(({ name }) => name === device)?.groups[0]?.tags ?? []).map(({ name, type }) => ({
    name,
    type,
    unit: '',
  })),
});

export async function createDriver(link: MeterLink): Promise<PolledDriver & Probeable> {
  const learned = { get: () => undefined, set: () => undefined };
  return (await dlt645.create(link, {
    log: silentLog,
    clock: systemClock,
    learned,
    secret: resolveSecret,
  })) as PolledDriver & Probeable;
}

/** Reads a device into fresh columns; they are there also when the read throws. */
export async function readMeter(
  driver: PolledDriver,
  link: MeterLink,
  device: string,
): Promise<{ readonly into: FrameBuilder; readonly error: unknown }> {
  const into = new FrameBuilder(tableOf(link, device));
  try {
    await driver.read({ device, group: 'main' }, into, new AbortController().signal);
    return { into, error: undefined };
  } catch (error) {
    return { into, error };
  }
}

/** Values of a three-phase meter that stand still. */
export const stillValues = (): HeldValues =>
  new HeldValues({
    importKwh: 1206.42,
    exportKwh: 0.07,
    uaV: 220.5,
    ubV: 221.4,
    ucV: 219.9,
    iaA: 5.432,
    ibA: -1.2,
    icA: 0,
    totalKw: -1.2345,
    phaseAKw: 0.1,
    phaseBKw: 0.2,
    phaseCKw: 0.3,
    totalKvar: 0.5,
    powerFactor: -0.85,
    frequencyHz: 49.98,
  });

export const meterSpec = (unit: number, address: string, map: readonly MeterEntry[] = threePhaseMap) => ({
  unit,
  address,
  map,
  model: stillValues(),
});
