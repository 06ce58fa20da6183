import { sl651 } from '../../../drivers/sl651/index.js';
import type { DeviceSettings } from '../../../drivers/sl651/device-schema.js';
import type { LinkSettings } from '../../../drivers/sl651/link-schema.js';
import type { TagAddress } from '../../../drivers/sl651/tag-schema.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import { Sl651Simulator, type Sl651SimulatorOptions } from '../../../firmware-sim/hydrology/index.js';
import type {
  Clock,
  Counting,
  DriverLink,
  Happening,
  Json,
  LinkTables,
  Log,
  LogFields,
  Probeable,
  Reading,
  SubscribedDriver,
  TagTable,
  Told,
} from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { Commits } from '../../support/commits.js';
import { freePort } from '../../support/free-port.js';

export type StationLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;
export type Sl651 = SubscribedDriver & Probeable & Counting;
export type DeviceSpec = Readonly<Record<string, unknown>> & {
  /** Tags by group. */
  readonly groups?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
};

/** What a reservoir station has. */
export const reservoirTags = {
  level: { element: '3B' },
  rain: { element: 20 },
  rainTotal: { element: 26 },
  battery: { element: 38 },
  status: { element: 45 },
  doorOpen: { element: 45, bit: 7 },
  levels: { element: 'F5' },
  rains: { element: 'F4' },
} as const;

export const reservoir = { station: '0012345678', groups: { main: reservoirTags } } as const;

const never = new AbortController().signal;

/** A link as configuration hands it over, parsed by the driver's own schemas. */
export function linkOf(
  port: number,
  devices: Readonly<Record<string, DeviceSpec>>,
  settings: object = {},
): StationLink {
  return {
    name: 'hydro',
    settings: sl651.link.parse({ address: `tcp-listen://127.0.0.1:${port}`, ...settings }),
    devices: Object.entries(devices).map(([name, { groups = { main: reservoirTags }, ...own }]) => ({
      name,
      profile: 'sl651-reservoir',
      settings: sl651.device.parse(own),
      groups: Object.entries(groups).map(([group, tags]) => ({
        name: group,
        everyMs: 300_000,
        tags: Object.entries(tags).map(([tag, { statutory = false, ...half }]) => {
          const address = sl651.tag.parse(half);
          return { name: tag, type: sl651.tagType(address), statutory: statutory === true, address };
        }),
      })),
    })),
  };
}

export const tablesOf = (link: StationLink): LinkTables =>
  new Map(
    link.devices.map((device) => [
      device.name,
      new Map(
        device.groups.map((group, n): [string, TagTable] => [
          group.name,
          {
            number: n + 1,
            site: 's',
            link: link.name,
            device: device.name,
            profile: device.profile,
            group: group.name,
            configuration: 'c',
            tags: group.tags.map(({ name, type }) => ({ name, type, unit: '' })),
          },
        ]),
      ),
    ]),
  );

/** What a driver told, and a way to wait for more of it. */
export class Ear implements Told {
  readonly readings: Reading[] = [];
  readonly happenings: Happening[] = [];
  readonly lostWith: Error[] = [];
  readonly commits = new Commits();
  readonly kept = this.commits.kept;
  #wake: () => void = () => undefined;

  reading(reading: Reading): void {
    this.readings.push(reading);
    this.#wake();
  }

  happened(happening: Happening): void {
    this.happenings.push(happening);
    this.#wake();
  }

  lost(error: Error): void {
    this.lostWith.push(error);
    this.#wake();
  }

  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** The values of a reading by tag; absent slots are left out. */
export const valuesOf = ({ table, values, quality }: Reading): Record<string, number> =>
  Object.fromEntries(table.tags.flatMap(({ name }, n) => (quality[n] === 0 ? [] : [[name, values[n] as number]])));

export interface Stage {
  readonly driver: Sl651;
  readonly link: StationLink;
  readonly ear: Ear;
  readonly warnings: LogFields[];
  readonly learned: Map<string, Json>;
  readonly port: number;
  readonly simulate: (options: Omit<Sl651SimulatorOptions, 'port'>) => Sl651Simulator;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly devices?: Readonly<Record<string, DeviceSpec>>;
  readonly settings?: object;
  readonly clock?: Clock;
  readonly learned?: Map<string, Json>;
}

/** A subscribed driver on a free port. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const { devices = { dam: reservoir }, settings, clock = systemClock, learned = new Map<string, Json>() } = options;
  const port = await freePort();
  const link = linkOf(port, devices, settings);
  const warnings: LogFields[] = [];
  const log: Log = { debug() {}, info() {}, warn: (fields) => void warnings.push(fields), error() {} };
  const driver = (await sl651.create(link, {
    log,
    clock,
    learned: { get: (device) => learned.get(device), set: (device, facts) => void learned.set(device, facts) },
    secret: resolveSecret,
  })) as Sl651;
  const ear = new Ear();
  await driver.connect(never);
  await driver.subscribe(tablesOf(link), ear, never);
  const simulators: Sl651Simulator[] = [];
  return {
    driver,
    link,
    ear,
    warnings,
    learned,
    port,
    simulate: (own) => {
      const simulator = new Sl651Simulator({ resendAfterMs: 2000, clock, ...own, port });
      simulators.push(simulator);
      return simulator;
    },
    close: async () => {
      await Promise.all(simulators.map((simulator) => simulator.stop()));
      await driver.close();
    },
  };
}

export const stationSpec = (unit = 1, station = '0012345678') => ({
  unit,
  station,
  stationClass: 'K' as const,
  model: new HeldValues({ levelM: 29.026, rainMm: 0.5, rainTotalMm: 183, batteryV: 12.31, status: 0x80 }),
});
