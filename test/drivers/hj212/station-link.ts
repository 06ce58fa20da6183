import { hj212 } from '../../../drivers/hj212/index.js';
import type { Hj212Driver, Hj212Link } from '../../../drivers/hj212/hj212-driver.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import {
  type Clock,
  type Json,
  type LinkTables,
  type Log,
  type LogFields,
  qualityName,
  type Reading,
  type Told,
} from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { Commits } from '../../support/commits.js';

export type TagSpec = Readonly<Record<string, unknown>>;

export interface GroupSpec {
  readonly everyMs?: number;
  readonly tags: readonly TagSpec[];
}

/** Settings of each station beside its groups by name. */
export type Stations = Readonly<
  Record<string, { readonly groups: Readonly<Record<string, GroupSpec>>; readonly [setting: string]: unknown }>
>;

/** A link as configuration hands it over, parsed by the driver's own schemas. */
export function linkOf(settings: Readonly<Record<string, unknown>>, stations: Stations): Hj212Link {
  return {
    name: 'outlets',
    settings: hj212.link.parse(settings),
    devices: Object.entries(stations).map(([name, { groups, ...device }]) => ({
      name,
      profile: 'station',
      settings: hj212.device.parse(device),
      groups: Object.entries(groups).map(([group, { everyMs = 30_000, tags }]) => ({
        name: group,
        everyMs,
        tags: tags.map(({ statutory = false, ...tag }, n) => ({
          name: `t${n}`,
          type: 'number' as const,
          statutory: statutory === true,
          address: hj212.tag.parse(tag),
        })),
      })),
    })),
  };
}

export function tablesOf(link: Hj212Link): LinkTables {
  let number = 0;
  return new Map(
    link.devices.map(({ name: device, groups }) => [
      device,
      new Map(
        groups.map(({ name: group, tags }) => {
          number += 1;
          const common = { site: 's', link: link.name, device, profile: 'station', group, configuration: 'c' };
          return [group, { ...common, number, tags: tags.map(({ name, type }) => ({ name, type, unit: '' })) }];
        }),
      ),
    ]),
  );
}

/** Who is told, and can wait for it. */
export class Listener implements Told {
  readonly readings: Reading[] = [];
  readonly errors: Error[] = [];
  readonly commits = new Commits();
  readonly kept = this.commits.kept;
  #wake: (() => void)[] = [];

  reading(reading: Reading): void {
    this.readings.push(reading);
    for (const resume of this.#wake.splice(0)) resume();
  }

  happened(): void {}

  lost(error: Error): void {
    this.errors.push(error);
  }

  /** What was told of one table. */
  of(group: string, device?: string): Reading[] {
    return this.readings.filter(({ table }) => table.group === group && (device ?? table.device) === table.device);
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }
}

/** A log that remembers. */
export class RecordedLog implements Log {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: LogFields }[] = [];
  #wake: (() => void)[] = [];

  debug = (fields: LogFields, message: string): void => this.#note('debug', fields, message);
  info = (fields: LogFields, message: string): void => this.#note('info', fields, message);
  warn = (fields: LogFields, message: string): void => this.#note('warn', fields, message);
  error = (fields: LogFields, message: string): void => this.#note('error', fields, message);

  get messages(): string[] {
    return this.lines.map(({ message }) => message);
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #note(level: string, fields: LogFields, message: string): void {
    this.lines.push({ level, message, fields });
    for (const resume of this.#wake.splice(0)) resume();
  }
}

export interface Running {
  readonly driver: Hj212Driver;
  readonly listener: Listener;
  readonly log: RecordedLog;
  readonly learned: Map<string, Json>;
}

const never = new AbortController().signal;

/** A driver that listens and tells. */
export async function run(
  link: Hj212Link,
  { clock = systemClock, learned = new Map<string, Json>() }: { clock?: Clock; learned?: Map<string, Json> } = {},
): Promise<Running> {
  const log = new RecordedLog();
  const kept = {
    get: (device: string) => learned.get(device),
    set: (device: string, facts: Json) => void learned.set(device, facts),
  };
  const driver = (await hj212.create(link, { log, clock, learned: kept, secret: resolveSecret })) as Hj212Driver;
  const listener = new Listener();
  await driver.connect(never);
  await driver.subscribe(tablesOf(link), listener);
  return { driver, listener, log, learned };
}

/** What a reading says: value and quality of each slot. */
export const saidBy = ({ values, quality }: Reading): [number, string][] =>
  [...quality].map((code, slot) => [values[slot] as number, qualityName(code)]);

export const goodValues = (readings: readonly Reading[]): number[][] => readings.map(({ values }) => [...values]);

/** Air over a pig house. */
export const airModel = (): HeldValues => new HeldValues({ nh3: 18.4, h2s: 1.2, temperature: 23.6, humidity: 71 });

export const airFactors = [
  { code: 'a21001', tag: 'nh3', decimals: 1 },
  { code: 'a21028', tag: 'h2s' },
  { code: 'a01001', tag: 'temperature', decimals: 1 },
  { code: 'a01002', tag: 'humidity', decimals: 1 },
];

export const airTags: readonly TagSpec[] = airFactors.map(({ code }) => ({ code }));
