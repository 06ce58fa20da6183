import { szy206 } from '../../../drivers/szy206/index.js';
import type { DeviceSettings } from '../../../drivers/szy206/device-schema.js';
import type { LinkSettings } from '../../../drivers/szy206/link-schema.js';
import type { TagAddress } from '../../../drivers/szy206/tag-schema.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import { Szy206Simulator, type Szy206SimulatorOptions } from '../../../firmware-sim/hydrology/index.js';
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
} from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { Commits } from '../../support/commits.js';
import { freePort } from '../../support/free-port.js';

export type CentreLink = DriverLink<LinkSettings, DeviceSettings, TagAddress>;
export type Szy206 = SubscribedDriver & Probeable & Counting;
export type DeviceSpec = Readonly<Record<string, unknown>> & {
  readonly tags?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

export const meterTags = {
  level: { quantity: 'level' },
  rain: { quantity: 'rain' },
  flow: { quantity: 'flow' },
  volume: { quantity: 'volume' },
  voltage: { quantity: 'voltage' },
  alarm: { quantity: 'alarm' },
  doorOpen: { quantity: 'alarm', bit: 13 },
} as const;

const never = new AbortController().signal;

/** A link as configuration hands it over; every device has one group, `main`. */
export function linkOf(port: number, devices: Readonly<Record<string, DeviceSpec>>): CentreLink {
  return {
    name: 'water',
    settings: szy206.link.parse({ address: `tcp-listen://127.0.0.1:${port}` }),
    devices: Object.entries(devices).map(([name, { tags = meterTags, ...own }]) => ({
      name,
      profile: 'szy206',
      settings: szy206.device.parse(own),
      groups: [
        {
          name: 'main',
          everyMs: 300_000,
          tags: Object.entries(tags).map(([tag, half]) => {
            const address = szy206.tag.parse(half);
            return { name: tag, type: szy206.tagType(address), statutory: false, address };
          }),
        },
      ],
    })),
  };
}

export const tablesOf = (link: CentreLink): LinkTables =>
  new Map(
    link.devices.map(({ name, profile, groups }, n) => {
      const table: TagTable = {
        number: n + 1,
        site: 's',
        link: link.name,
        device: name,
        profile,
        group: 'main',
        configuration: 'c',
        tags: groups.flatMap(({ tags }) => tags.map((tag) => ({ name: tag.name, type: tag.type, unit: '' }))),
      };
      return [name, new Map([['main', table]])];
    }),
  );

/** The values of a reading by tag; absent slots are left out. */
export const valuesOf = ({ table, values, quality }: Reading): Record<string, number> =>
  Object.fromEntries(table.tags.flatMap(({ name }, n) => (quality[n] === 0 ? [] : [[name, values[n] as number]])));

export interface Stage {
  readonly driver: Szy206;
  readonly commits: Commits;
  readonly readings: Reading[];
  readonly happenings: Happening[];
  readonly warnings: LogFields[];
  readonly port: number;
  readonly simulate: (options: Omit<Szy206SimulatorOptions, 'port'>) => Szy206Simulator;
  close(): Promise<void>;
}

/** A subscribed driver on a free port. */
export async function startStage(
  devices: Readonly<Record<string, DeviceSpec>>,
  clock: Clock = systemClock,
  learned = new Map<string, Json>(),
): Promise<Stage> {
  const port = await freePort();
  const link = linkOf(port, devices);
  const [readings, happenings, warnings]: [Reading[], Happening[], LogFields[]] = [[], [], []];
  const log: Log = { debug() {}, info() {}, warn: (fields) => void warnings.push(fields), error() {} };
  const kept = {
    get: (device: string) => learned.get(device),
    set: (device: string, facts: Json) => void learned.set(device, facts),
  };
  const driver = (await szy206.create(link, { log, clock, learned: kept, secret: resolveSecret })) as Szy206;
  const commits = new Commits();
  const told = {
    reading: (reading: Reading) => void readings.push(reading),
    happened: (happening: Happening) => void happenings.push(happening),
    kept: commits.kept,
    lost: () => undefined,
  };
  await driver.connect(never);
  await driver.subscribe(tablesOf(link), told, never);
  const simulators: Szy206Simulator[] = [];
  return {
    driver,
    commits,
    readings,
    happenings,
    warnings,
    port,
    simulate: (own) => {
      const simulator = new Szy206Simulator({ resendAfterMs: 2000, clock, ...own, port });
      simulators.push(simulator);
      return simulator;
    },
    close: async () => {
      await Promise.all(simulators.map((simulator) => simulator.stop()));
      await driver.close();
    },
  };
}

export const stationSpec = (unit = 1, address = '1101080405') => ({
  unit,
  address,
  model: new HeldValues({
    levelM: -3.141,
    rainMm: 12.5,
    flowM3PerHour: 36,
    volumeM3: 106_182,
    batteryV: 12.3,
    alarm: 0x2000,
    state: 0x40,
  }),
});

export const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
