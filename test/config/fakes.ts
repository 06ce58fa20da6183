import { z } from 'zod';
import type { SiteIo } from '../../config/io.js';
import type { Registries } from '../../config/registries.js';
import { duration, secretReference, type TagTableSpec } from '../../gateway/contract/index.js';

/** A driver, a sink and a rule of the shapes real ones have, small enough to be read here. */
const line = {
  link: z.discriminatedUnion('framing', [
    z.strictObject({ framing: z.literal('tcp'), address: z.string(), timeout: duration().prefault('1s') }),
    z.strictObject({ framing: z.literal('rtu'), address: z.string(), baudRate: z.int().default(9600) }),
  ]),
  device: z.strictObject({ unit: z.int().min(1).max(247).describe('Number on the bus') }),
  tag: z.strictObject({
    register: z
      .string()
      .regex(/^(input|holding) \d+$/)
      .meta({ examples: ['input 1'] }),
    type: z.enum(['int16', 'float32', 'bool', 'string']),
  }),
};

const modbus = {
  summary: { en: 'Test driver', zh: '测试驱动' },
  ...line,
  tagType: ({ type }: z.output<typeof line.tag>) =>
    ({ int16: 'integer', float32: 'number', bool: 'boolean', string: 'text' })[type],
  plan: (link: {
    devices: readonly {
      name: string;
      groups: readonly { name: string; everyMs: number; tags: readonly unknown[] }[];
    }[];
  }) => {
    const requests = link.devices.flatMap(({ name, groups }) =>
      groups.map((group) => ({ device: name, group: group.name, text: '', fetched: 1, needed: 1, busMs: 25 })),
    );
    const busLoad = link.devices
      .flatMap(({ groups }) => groups.map(({ everyMs }) => 25 / everyMs))
      .reduce((sum, load) => sum + load, 0);
    return { requests, busLoad, requestsPerSecond: 1, problems: [] };
  },
  create: () => Promise.reject(new Error('never created in these tests')),
};

const store = {
  summary: { en: 'Test sink', zh: '测试出口' },
  config: z.strictObject({ type: z.literal('store'), url: z.url(), password: secretReference.optional() }),
  bytesPerFrame: () => 1,
  refusesTag: (name: string) =>
    name === 'select' ? { en: 'the store reserves `select`', zh: '保留字 `select`' } : undefined,
  create: () => Promise.reject(new Error('never created in these tests')),
};

const band = {
  summary: { en: 'Test rule', zh: '测试规则' },
  judges: 'values',
  config: z.strictObject({
    tag: z.string(),
    H: z.number(),
    deadband: z.number().default(0),
    onDelay: duration().optional(),
  }),
  create: (name: string, { tag, H }: { tag: string; H: number }, tables: readonly TagTableSpec[]) =>
    tables.flatMap(({ device, tags }) =>
      tags
        .filter((one) => one.name === tag)
        .map(({ unit }) => ({
          key: device,
          rule: { next: () => [], tick: () => [], snapshot: () => null, restore() {} },
          tables,
          conditions: [
            { key: `${name}/${device}`, device, tag, kind: 'H', limit: H, unit, message: { en: '', zh: '' } },
          ],
        })),
    ),
};

export const fakeRegistries = {
  drivers: { modbus },
  sinks: { store },
  rules: { band },
  checkFormula: (formula: string, tags: readonly string[]) => {
    const unknown = formula.match(/\p{L}[\p{L}\p{N}_]*/gu)?.find((word) => !tags.includes(word));
    return unknown && { en: `there is no tag ${unknown}`, zh: `没有测点 ${unknown}` };
  },
} as unknown as Registries;

/** Files in memory; text is UTF-8. */
export function memoryIo(files: Readonly<Record<string, string | Uint8Array>>): SiteIo {
  return {
    shippedProfiles: 'shipped',
    list: (folder) =>
      Promise.resolve(
        Object.keys(files).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])),
      ),
    read: (path) => {
      const content = files[path];
      if (content === undefined) return Promise.reject(new Error(`no ${path}`));
      return Promise.resolve(typeof content === 'string' ? Buffer.from(content) : content);
    },
  };
}

export const sensor = `version: 1
profile: sensor
driver: modbus
poll: 10s
groups: { fast: 1s }
tags:
  temperature: { register: input 1, type: int16, scale: 0.1, unit: ℃, resolution: 0.1, range: [-40, 80] }
  humidity: { register: input 2, type: int16, scale: 0.1, unit: "%" }
  running: { register: holding 0, type: bool, group: fast }
derived:
  thi: { formula: 0.8 * temperature + humidity, unit: °C }
`;

export const goodSite = `version: 1
site: { id: demo-farm, name: 示范猪场 }
links:
  house-bus:
    driver: modbus
    framing: tcp
    address: tcp://127.0.0.1:5020
    devices:
      climate-1: { profile: sensor, unit: 1 }
      climate-2:
        profile: sensor
        unit: 2
        poll: 5s
        groups: { fast: 2s }
rules:
  warm: { type: band, devices: [climate-1, climate-2], tag: temperature, H: 28, deadband: 1 }
sinks:
  store: { type: store, url: http://127.0.0.1:8086, password: { env: STORE_PASSWORD } }
`;
