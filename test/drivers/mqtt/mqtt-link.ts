import type { z } from 'zod';
import { mqtt, sparkplug } from '../../../drivers/mqtt/index.js';
import {
  type Clock,
  type Counting,
  type DriverDefinition,
  type DriverLink,
  type Happening,
  type LinkTables,
  type Log,
  type LogFields,
  type Probeable,
  qualityName,
  type Reading,
  type SubscribedDriver,
  type TagTable,
  type Told,
} from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { Commits } from '../../support/commits.js';

export type Spec = Readonly<Record<string, unknown>>;

/** Devices by name: the driver's half of each, and its tags by name; every device has one group, `main`. */
export type Devices = Readonly<
  Record<string, { readonly device: Spec; readonly tags: Readonly<Record<string, Spec>> }>
>;

type Definition<Link, Device, Address> = DriverDefinition<Link, Device, Address>;

/** A link as configuration hands it over, parsed by the driver's own schemas. */
export function linkOf<Link, Device, Address>(
  definition: Definition<Link, Device, Address>,
  settings: Spec,
  devices: Devices,
): DriverLink<Link, Device, Address> {
  const parse = <T>(schema: z.ZodType<T>, value: unknown): T => schema.parse(value);
  return {
    name: 'field',
    settings: parse(definition.link, settings),
    devices: Object.entries(devices).map(([name, { device, tags }]) => ({
      name,
      profile: 'p',
      settings: parse(definition.device, device),
      groups: [
        {
          name: 'main',
          everyMs: 1000,
          tags: Object.entries(tags).map(([tag, { statutory = false, ...rest }]) => {
            const address = parse(definition.tag, rest);
            return { name: tag, type: definition.tagType(address), statutory: statutory === true, address };
          }),
        },
      ],
    })),
  };
}

export const tablesOf = ({ name: link, devices }: DriverLink<unknown, unknown, unknown>): LinkTables =>
  new Map(
    devices.map(({ name: device, groups }, n) => [
      device,
      new Map(
        groups.map(({ name: group, tags }) => {
          const own = tags.map(({ name, type, statutory }) => ({ name, type, unit: '', statutory }));
          const rest = { number: n + 1, site: 's', profile: 'p', configuration: 'c' };
          return [group, { ...rest, link, device, group, tags: own } satisfies TagTable];
        }),
      ),
    ]),
  );

/** What a reading says, by tag: value or text, and quality; tags it says nothing of are left out. */
export function said({ table, values, quality, texts }: Reading): Record<string, readonly [unknown, string]> {
  return Object.fromEntries(
    table.tags.flatMap(({ name }, slot) => {
      const code = quality[slot] as number;
      if (code === 0) return [];
      const value = texts?.get(slot) ?? values[slot];
      return [[name, [value, qualityName(code)] as const]];
    }),
  );
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** A host that keeps what it is told. */
export class Ear implements Told {
  readonly readings: Reading[] = [];
  readonly happenings: Happening[] = [];
  readonly errors: Error[] = [];
  readonly commits = new Commits();
  readonly kept = this.commits.kept;
  readonly log: LogLine[] = [];
  readonly #waiting = new Set<() => void>();

  readonly logger: Log = {
    debug: () => undefined,
    info: (fields, message) => this.#note({ level: 'info', fields, message }),
    warn: (fields, message) => this.#note({ level: 'warn', fields, message }),
    error: (fields, message) => this.#note({ level: 'error', fields, message }),
  };

  reading(reading: Reading): void {
    this.readings.push(reading);
    this.#wake();
  }

  happened(happening: Happening): void {
    this.happenings.push(happening);
    this.#wake();
  }

  lost(error: Error): void {
    this.errors.push(error);
    this.#wake();
  }

  of(device: string): Reading[] {
    return this.readings.filter(({ table }) => table.device === device);
  }

  /** What is known of a device after everything told so far. */
  known(device: string): Record<string, readonly [unknown, string]> {
    return Object.assign({}, ...this.of(device).map(said)) as Record<string, readonly [unknown, string]>;
  }

  /** Resolves when it holds, looked at whenever something is told or logged. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #note(line: LogLine): void {
    this.log.push(line);
    this.#wake();
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }
}

export type TestedDriver = SubscribedDriver & Counting & Probeable;

export interface Started {
  readonly driver: TestedDriver;
  readonly ear: Ear;
  readonly tables: LinkTables;
}

const never = new AbortController().signal;
const learned = { get: () => undefined, set: () => undefined };

async function create<Link, Device, Address>(
  definition: Definition<Link, Device, Address>,
  settings: Spec,
  devices: Devices,
  clock: Clock,
): Promise<Started> {
  const ear = new Ear();
  const link = linkOf(definition, settings, devices);
  const driver = (await definition.create(link, {
    log: ear.logger,
    clock,
    learned,
    secret: resolveSecret,
  })) as TestedDriver;
  return { driver, ear, tables: tablesOf(link) };
}

export const createJson = (settings: Spec, devices: Devices, clock: Clock = systemClock): Promise<Started> =>
  create(mqtt, settings, devices, clock);

export const createSparkplug = (settings: Spec, devices: Devices, clock: Clock = systemClock): Promise<Started> =>
  create(sparkplug, settings, devices, clock);

/** Connects and subscribes, as the host does. */
export async function listen({ driver, ear, tables }: Started): Promise<void> {
  await driver.connect(never);
  await driver.subscribe(tables, ear, never);
}
