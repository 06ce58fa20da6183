import { opcua } from '../../../drivers/opcua/index.js';
import type { DeviceSettings } from '../../../drivers/opcua/device-schema.js';
import type { LinkSettings } from '../../../drivers/opcua/link-schema.js';
import type { TagAddress } from '../../../drivers/opcua/tag-schema.js';
import { plantNamespace } from '../../../firmware-sim/opcua/index.js';
import {
  type Acknowledging,
  type Clock,
  type Counting,
  type DriverLink,
  type Happening,
  type Json,
  type LinkTables,
  type Log,
  type Probeable,
  qualityName,
  type Reading,
  silentLog,
  type SubscribedDriver,
  type TagTable,
  type Told,
} from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';

export type OpcuaLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;
export type OpcuaDriver = SubscribedDriver & Counting & Probeable & Acknowledging;
export type TagSpecs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface DeviceSpec {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly everyMs?: number;
  readonly tags: TagSpecs;
}

/** A link as configuration hands it over, parsed by the driver's own schemas; every device has one group, `main`. */
export function linkOf(
  settings: Readonly<Record<string, unknown>>,
  devices: Readonly<Record<string, DeviceSpec>>,
): OpcuaLink {
  return {
    name: 'server',
    settings: opcua.link.parse(settings),
    devices: Object.entries(devices).map(([name, { settings: own = {}, everyMs = 100, tags }]) => ({
      name,
      profile: 'plant',
      settings: opcua.device.parse({ namespace: plantNamespace, ...own }),
      groups: [
        {
          name: 'main',
          everyMs,
          tags: Object.entries(tags).map(([tag, written]) => {
            const address = opcua.tag.parse(written);
            return { name: tag, type: opcua.tagType(address), statutory: false, address };
          }),
        },
      ],
    })),
  };
}

export const tablesOf = ({ name: link, devices }: OpcuaLink): LinkTables =>
  new Map(
    devices.map(({ name: device, groups }, n) => [
      device,
      new Map(
        groups.map(({ name: group, tags }): [string, TagTable] => [
          group,
          {
            number: n + 1,
            site: 's',
            link,
            device,
            profile: 'plant',
            group,
            configuration: 'c',
            tags: tags.map(({ name, type }) => ({ name, type, unit: '' })),
          },
        ]),
      ),
    ]),
  );

/** What a driver told, and a way to wait for more of it without sleeping. */
export class Listener implements Told {
  readonly readings: Reading[] = [];
  readonly happenings: Happening[] = [];
  readonly losses: Error[] = [];
  #waiters: (() => void)[] = [];

  reading(reading: Reading): void {
    this.readings.push(reading);
    this.#wake();
  }

  happened(happening: Happening): void {
    this.happenings.push(happening);
    this.#wake();
  }

  kept(): Promise<void> {
    return Promise.resolve();
  }

  lost(error: Error): void {
    this.losses.push(error);
    this.#wake();
  }

  /** Resolves as soon as it holds; jest's own time-out ends a wait for what never comes. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Every value told of a tag, in order, bad ones as the name of their quality; absent ones are left out. */
  valuesOf(tag: string, filter: (reading: Reading) => boolean = () => true): (number | string)[] {
    return this.readings.filter(filter).flatMap((reading) => {
      const slot = reading.table.tags.findIndex(({ name }) => name === tag);
      const quality = slot < 0 ? 0 : (reading.quality[slot] as number);
      if (quality === 0) return [];
      if (quality >= 128) return [qualityName(quality)];
      return [reading.texts?.get(slot) ?? (reading.values[slot] as number)];
    });
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

/** What a driver warned of, and a way to wait for it. */
export class Warnings implements Log {
  readonly warnings: string[] = [];
  #waiters: (() => void)[] = [];

  debug(): void {}
  info(): void {}
  error(): void {}

  warn(_fields: unknown, message: string): void {
    this.warnings.push(message);
    for (const waiter of this.#waiters.splice(0)) waiter();
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }
}

/** Facts a driver learned, as the host keeps them. */
export class Facts {
  readonly byDevice = new Map<string, Json>();
  get(device: string): Json | undefined {
    return this.byDevice.get(device);
  }
  set(device: string, facts: Json): void {
    this.byDevice.set(device, facts);
  }
}

export async function createDriver(
  link: OpcuaLink,
  {
    clock = systemClock,
    learned = new Facts(),
    log = silentLog,
  }: { readonly clock?: Clock; readonly learned?: Facts; readonly log?: Log } = {},
): Promise<OpcuaDriver> {
  return (await opcua.create(link, { log, clock, learned, secret: resolveSecret })) as OpcuaDriver;
}

export const never: AbortSignal = new AbortController().signal;

/** Connects and subscribes, as the host does after each loss. */
export async function begin(driver: OpcuaDriver, tables: LinkTables, told: Told): Promise<void> {
  await driver.connect(never);
  await driver.subscribe(tables, told, never);
}
