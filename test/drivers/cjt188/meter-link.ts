import { cjt188 } from '../../../drivers/cjt188/index.js';
import type { DeviceSettings } from '../../../drivers/cjt188/device-schema.js';
import type { LinkSettings } from '../../../drivers/cjt188/link-schema.js';
import type { TagAddress } from '../../../drivers/cjt188/tag-schema.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import type { Cjt188MeterSpec } from '../../../firmware-sim/meters/index.js';
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
export interface Meter {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly quantities: readonly string[];
}

/** A link as configuration hands it over, parsed by the driver's own schemas; every device has one group, `main`. */
export function linkOf(
  settings: Readonly<Record<string, unknown>>,
  meters: Readonly<Record<string, Meter>>,
): MeterLink {
  return {
    name: 'meters',
    settings: cjt188.link.parse(settings),
    devices: Object.entries(meters).map(([name, meter]) => ({
      name,
      profile: 'meter',
      settings: cjt188.device.parse(meter.settings),
      groups: [
        {
          name: 'main',
          everyMs: 1000,
          tags: meter.quantities.map((quantity) => {
            const address = cjt188.tag.parse({ quantity });
            return { name: quantity, type: cjt188.tagType(address), statutory: false, address };
          }),
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
  return (await cjt188.create(link, {
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

export const waterAddress = '78330011223344';
export const heatAddress = '11110000000002';

export const waterSpec = (): Cjt188MeterSpec => ({
  unit: 1,
  meterType: 0x10,
  address: waterAddress,
  model: new HeldValues({ volumeM3: 1234.56, settledM3: 1200, status1: 0x21, status2: 0x84 }),
});

export const heatSpec = (): Cjt188MeterSpec => ({
  unit: 2,
  meterType: 0x20,
  address: heatAddress,
  highByteFirst: true,
  model: new HeldValues({
    settledKwh: 100,
    heatKwh: 123.45,
    powerKw: 7.5,
    flowM3PerHour: 0.4321,
    volumeM3: 88.01,
    supplyC: 55.25,
    returnC: 41.5,
    hours: 1234,
  }),
});
