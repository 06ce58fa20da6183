import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Plant, readCounterLines, startPlant } from '../../firmware-sim/index.js';
import type { Influxd } from '../support/influxd.js';

export const units = [1, 2, 3, 4];

/** Instruments whose every reply carries its own number, and which keep the log of it. */
export function startCountingField(counterFile: string): Promise<Plant> {
  return startPlant({
    servers: [
      {
        name: 'station',
        transport: { kind: 'tcp', port: 0 },
        counterFile,
        units: units.map((unit) => ({
          unit,
          entries: [],
          values: {},
          counter: { area: 'holding', address: 0, words: 2 },
        })),
      },
    ],
  });
}

/** The site that reads them; `poll: 1d` reads each once and is silent then. */
export const countingFieldSite = (site: {
  readonly address: string;
  readonly poll: string;
  readonly sinks: readonly string[];
  readonly journal: string;
}): string => `version: 1
site: { id: counted, timezone: "+08:00" }
profiles:
  numbering: { driver: modbus, poll: ${site.poll}, tags: { counter: { register: holding 0, type: uint32, unit: "" } } }
links:
  station:
    driver: modbus
    framing: tcp
    address: "${site.address}"
    devices:
${units.map((unit) => `      u${unit}: { profile: numbering, unit: ${unit} }`).join('\n')}
sinks:
${site.sinks.map((line) => `  ${line}`).join('\n')}
journal: { folder: "${site.journal}" }
`;

/** How often each reply is somewhere: `u1 17` → times. */
export type Times = ReadonlyMap<string, number>;

const counted = (keys: Iterable<string>): Times => {
  const times = new Map<string, number>();
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
  return times;
};

/** What the instruments say they answered. */
export async function answered(counterFile: string): Promise<Times> {
  const lines = readCounterLines(await readFile(counterFile, 'utf8'));
  return counted(lines.map(({ unit, counter }) => `u${unit} ${counter}`));
}

export async function inInflux(influxd: Influxd, database: string): Promise<Times> {
  const rows = await influxd.query('SELECT counter, device FROM numbering', database);
  return counted(rows.map((row) => `${String(row['device'])} ${String(row['counter'])}`));
}

interface PoolEvent {
  readonly source: string;
  readonly type: string;
  readonly time?: string;
  readonly data: { readonly device?: string; readonly values?: Record<string, number> } & Record<string, unknown>;
}

/** Every event in the pool receiver's files. */
export async function poolEvents(folder: string): Promise<PoolEvent[]> {
  const events: PoolEvent[] = [];
  for (const name of (await readdir(folder)).filter((one) => /_(samples|alarms)\.ndjson$/.test(one))) {
    const lines = (await readFile(join(folder, name), 'utf8')).split('\n');
    events.push(...lines.filter((line) => line !== '').map((line) => JSON.parse(line) as PoolEvent));
  }
  return events;
}

export const inPool = (events: readonly PoolEvent[]): Times =>
  counted(
    events.flatMap(({ type, data }) =>
      type === 'sluice.frame.v1' && data.values?.['counter'] !== undefined
        ? [`${data.device} ${data.values['counter']}`]
        : [],
    ),
  );

/** Replies that are missing at a destination, and those that are there twice. */
export function compare(answers: Times, found: Times): { readonly lost: number; readonly doubled: number } {
  const lost = [...answers.keys()].filter((key) => !found.has(key)).length;
  return { lost, doubled: [...found.values()].filter((times) => times > 1).length };
}
