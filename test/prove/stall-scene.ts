import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSite, registries } from '../../config/index.js';
import type { PlantSpec } from '../../firmware-sim/index.js';
import { silentLog } from '../../gateway/contract/index.js';
import { openJournal } from '../../gateway/journal/index.js';
import { Gateway, systemClock } from '../../gateway/runtime/index.js';
import { readLane } from '../support/read-lane.js';
import type { PtyPair } from './pty-pair.js';
import type { StallingDisk } from './stalling-disk.js';

export const everyMs = 100;
/** The line is slower than the others: at 19200 baud an exchange takes about 20 ms of it. */
export const lineDevice = 'line';
const baud = 19_200;
const devices = Array.from({ length: 20 }, (_, n) => `d${n}`);

/** Twenty instruments on TCP and one on a serial line; each reply carries a number of its own. */
export const stallPlant = (line: PtyPair): PlantSpec => {
  const units = [{ unit: 1, entries: [], values: {}, counter: { area: 'holding', address: 0, words: 2 } }] as const;
  return {
    servers: [
      ...devices.map((name) => ({ name, transport: { kind: 'tcp', port: 0 } as const, units })),
      { name: lineDevice, transport: { kind: 'rtu', path: line.far }, wire: { baud }, units },
    ],
  };
};

/** The site that reads them. A value that crosses its limit all the time keeps the alarms lane at work as well. */
export function stallSite(
  addresses: Readonly<Record<string, string>>,
  line: PtyPair,
  influx: string,
  folder: string,
): string {
  const links = devices.map(
    (name) =>
      `  link-${name}: { driver: modbus, framing: tcp, address: "${addresses[name]}", devices: { ${name}: { profile: numbering, unit: 1 } } }`,
  );
  return `version: 1
site: { id: stalled, timezone: "+08:00" }
profiles:
  numbering:
    driver: modbus
    poll: ${everyMs}ms
    tags:
      counter: { register: holding 0, type: uint32, unit: "" }
    derived:
      turn: { formula: "counter mod 10", unit: "" }
links:
${links.join('\n')}
  link-line:
    driver: modbus
    framing: rtu
    address: "serial:${line.near}"
    serial: { baud: ${baud} }
    devices: { ${lineDevice}: { profile: numbering, unit: 1 } }
rules:
  turning: { type: limits, devices: [${devices[0]}, ${lineDevice}], tag: turn, H: 5 }
sinks:
  influx: { type: influxdb, url: "${influx}", database: stalled, flush: 500ms }
journal: { folder: "${folder}" }
`;
}

/** The gateway in this process, on a disk of ours. */
export async function startOn(disk: StallingDisk, site: string, folder: string): Promise<Gateway> {
  const path = join(folder, 'site.yaml');
  await writeFile(path, site);
  const result = await loadSite(path);
  if (!result.site) throw new Error(`the proof's own site file is refused: ${JSON.stringify(result.problems)}`);
  return Gateway.start({ site: result.site, registries, clock: systemClock, log: silentLog, version: 'test', disk });
}

/** Polls that the gateway itself says it missed. */
export const overruns = (gateway: Gateway): number =>
  gateway.links.reduce((sum, { statistics }) => sum + statistics.overruns, 0);

/** Every reply in a journal that is closed. */
export async function repliesIn(site: Gateway['site']): Promise<[device: string, counter: number][]> {
  const journal = await openJournal({ ...site.journal, site: site.site.id, clock: systemClock, log: silentLog });
  const frames = await readLane(journal.samples);
  await journal.close();
  return frames.flatMap(({ record: { table, values } }): [string, number][] => {
    const slot = table.tags.findIndex(({ name }) => name === 'counter');
    const counter = values[slot];
    return counter === undefined || Number.isNaN(counter) ? [] : [[table.device, counter]];
  });
}
