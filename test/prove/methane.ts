import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CsvReplay, ModbusSimulator } from '../../firmware-sim/index.js';
import { loadSite, registries } from '../../config/index.js';
import { type Entry, silentLog } from '../../gateway/contract/index.js';
import { Gateway, systemClock } from '../../gateway/runtime/index.js';
import { replayRows } from '../../gateway/runtime/replay/replay-rows.js';
import { readLane } from '../support/read-lane.js';
import { methane, type MethaneRule, methaneRules, rowMs, ruleLines } from './methane-field.js';
import { type Finding, finding, type Proof, progress } from './proof.js';
import { openStopped } from './stopped-journal.js';

const pollMs = 10;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const carriers = [
  { device: 'as-int16', as: 'int16', type: 'int16', more: ', scale: 0.1' },
  { device: 'as-float32', as: 'float32', type: 'float32', more: '' },
] as const;
const undelayed = methaneRules.filter(({ name }) => name !== 'm26');

/** Alarms a rule raises over rows, counted the plainest way. */
function counted(values: Float64Array, { text }: MethaneRule): number {
  const limit = Number(/HH: ([\d.]+)/.exec(text)?.[1]);
  const deadband = Number(/deadband: ([\d.]+)/.exec(text)?.[1] ?? 0);
  let isActive = false;
  let alarms = 0;
  for (const value of values) {
    const tenths = Math.round(value * 10);
    if (!isActive && tenths >= Math.round(limit * 10)) {
      isActive = true;
      alarms += 1;
    } else if (isActive && tenths < Math.round((limit - deadband) * 10)) isActive = false;
  }
  return alarms;
}

const raisedBy = (entries: readonly Entry[], rule: string): number =>
  entries.filter((entry) => entry.kind === 'alarm' && entry.key.startsWith(`${rule}/`) && entry.change === 'raised')
    .length;
const exceedancesOf = (entries: readonly Entry[], rule: string): number =>
  entries.filter((entry) => entry.kind === 'exceedance' && entry.key.startsWith(`${rule}/`)).length;

const modbusSite = (ports: readonly number[], folder: string): string => `version: 1
site: { id: longwall, timezone: "+08:00" }
profiles:
${carriers
  .map(
    ({ device, type, more }) => `  ${device}:
    driver: modbus
    poll: ${pollMs}ms
    tags:
      methane: { register: holding 0, type: ${type}, unit: "%", resolution: 0.1${more} }`,
  )
  .join('\n')}
links:
${carriers
  .map(
    ({ device }, index) =>
      `  link-${index}: { driver: modbus, framing: tcp, address: "tcp://127.0.0.1:${ports[index]}", devices: { ${device}: { profile: ${device}, unit: 1 } } }`,
  )
  .join('\n')}
alarms: { settling: none }
rules:
${carriers.map(({ device }) => ruleLines(undelayed, device)).join('\n')}
journal: { folder: ${folder} }
`;

/** What the gateway made of the record, and how many of its readings are not the rows in their order. */
interface ByWire {
  readonly entries: readonly Entry[];
  readonly astray: number;
}

/** The record through Modbus, one row a read, up to `rows`. */
async function throughModbus(folder: string, rows: number, say: (line: string) => void): Promise<ByWire> {
  const { path, column, values } = methane();
  const models = carriers.map(({ as }) => new CsvReplay({ path, column, as, ...(as === 'int16' && { step: 0.1 }) }));
  const simulators = models.map((model) => {
    const unit = { unit: 1, map: model.map, model, beforeRead: () => model.nextRow() };
    return new ModbusSimulator({ transport: { kind: 'tcp', port: 0 }, units: [unit] });
  });
  for (const simulator of simulators) await simulator.start();
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'site.yaml');
  const ports = simulators.map(({ address }) => Number(address.split(':').at(-1)));
  await writeFile(file, modbusSite(ports, join(folder, 'journal')));
  const { site, problems } = await loadSite(file);
  if (!site) throw new Error(JSON.stringify(problems));
  const gateway = await Gateway.start({ site, registries, clock: systemClock, log: silentLog, version: 'test' });
  const tell = progress(say, 'rows', rows);
  const reached = (): number => Math.min(...models.map((model) => Number(model.values['row'])));
  while (reached() < rows - 1) {
    await sleep(100);
    tell(reached());
  }
  await gateway.stop();
  for (const simulator of simulators) await simulator.stop();
  const journal = await openStopped(join(folder, 'journal'));
  const frames = (await readLane(journal.samples)).map(({ record }) => record);
  const entries = (await readLane(journal.alarms)).map(({ record }) => record);
  await journal.close();
  const astray = carriers.flatMap(({ device }) => {
    const seen = frames.filter(({ table }) => table.device === device).slice(0, rows);
    return seen.filter(({ values: read }, row) => Math.abs((read[0] ?? 9) - (values[row] ?? 0)) > 0.01);
  });
  return { entries, astray: astray.length };
}

/** All five rules over the record in its own time, and the exceedances beside the alarms. */
async function throughFile(folder: string): Promise<readonly Finding[]> {
  const { values } = methane();
  const file = join(folder, 'csv-site.yaml');
  await writeFile(
    file,
    `version: 1
site: { id: longwall, timezone: "+08:00" }
profiles: { face: { driver: modbus, poll: 30s, tags: { methane: { register: holding 0, type: int16, scale: 0.1, resolution: 0.1, unit: "%" } } } }
links: { link: { driver: modbus, framing: tcp, address: "tcp://127.0.0.1:502", devices: { face: { profile: face, unit: 1 } } } }
rules:
${ruleLines(methaneRules, 'face')}
journal: { folder: ${join(folder, 'unused')} }
`,
  );
  const { site, problems } = await loadSite(file);
  if (!site) throw new Error(JSON.stringify(problems));
  const entries: Entry[] = [];
  const began = Date.UTC(2026, 10, 1);
  const rows = [...values].map((value, row) => ({ time: began + row * rowMs, values: { methane: value } }));
  replayRows({ site, registries, device: 'face', rows, note: (entry) => entries.push(entry), log: silentLog });
  const counts = methaneRules.map(({ name, alarms }) => {
    const found = raisedBy(entries, `${name}-face`);
    return finding(`by CSV replay, ${name}`, found, `${alarms}`, found === alarms);
  });
  const records = exceedancesOf(entries, 'm26-face');
  const alarms = raisedBy(entries, 'm26-face');
  const both = `${records} exceedance records beside ${alarms} alarms`;
  return [...counts, finding('one configuration (m26)', both, '108 beside 26', records === 108 && alarms === 26)];
}

/** Known alarms of a known record, by wire and by file. */
export const methaneFace: Proof = {
  summary: 'methane of a longwall face: 108, 52, 16, 8 by Modbus as int16 and float32, all five by CSV replay',
  async run({ isFull, folder, say }) {
    const { values } = methane();
    // The small run ends on a row far from any limit, so that a read more or less changes no count.
    const rows = isFull ? values.length : 1400;
    const { entries, astray } = await throughModbus(join(folder, 'modbus'), rows, say);
    const byWire = carriers.flatMap(({ device }) =>
      undelayed.map((rule) => {
        const wanted = isFull ? rule.alarms : counted(values.slice(0, rows), rule);
        const found = raisedBy(entries, `${rule.name}-${device}`);
        return finding(
          `${device}, ${rule.name}`,
          found,
          `${wanted}${isFull ? '' : ' (counted plainly over the first rows)'}`,
          found === wanted,
        );
      }),
    );
    return [
      finding('readings that are not the rows in their order', astray, '0', astray === 0),
      ...byWire,
      ...(await throughFile(folder)),
    ];
  },
};
