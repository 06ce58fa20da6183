import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModbusSimulator } from '../../firmware-sim/index.js';
import type { AlarmEntry, DeviceModel } from '../../gateway/contract/index.js';
import { Child } from '../support/child.js';
import { readLane } from '../support/read-lane.js';
import { finding, type Proof, progress, randomFrom } from './proof.js';
import { openStopped } from './stopped-journal.js';

const units = [1, 2, 3, 4, 5, 6];
const limit = 50;
const pollMs = 100;
/** A value is high for so long, then low for so long; each unit has a time of its own. */
const halfMs = (unit: number): number => 1500 + unit * 700;
/** What is high for less of the gateway's time than this need not have been seen. */
const seenWithinMs = 4 * pollMs;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const isHigh = (unit: number, utc: number): boolean => Math.floor(utc / halfMs(unit)) % 2 === 1;

/** A square wave of UTC: what was true at any moment is known afterwards. */
const squareWave = (unit: number): DeviceModel => ({
  get values() {
    return { level: isHigh(unit, Date.now()) ? 90 : 10 };
  },
  advance() {},
  command() {},
});

const siteText = (address: string, folder: string): string => `version: 1
site: { id: counted, timezone: "+08:00" }
profiles:
  wave: { driver: modbus, poll: ${pollMs}ms, tags: { level: { register: holding 0, type: float32, unit: m } } }
links:
  station:
    driver: modbus
    framing: tcp
    address: "${address}"
    devices: { ${units.map((unit) => `u${unit}: { profile: wave, unit: ${unit} }`).join(', ')} }
alarms: { settling: none }
rules:
  level: { type: limits, devices: ["profile:wave"], tag: level, HH: ${limit}, alarm: { class: toxic, action: open the gate } }
journal: { folder: "${folder}", commitEvery: 1s }
http: { port: 18083 }
`;

/** A span in which the gateway ran, ms UTC: from the first moment it may have read to its end. */
interface Run {
  readonly from: number;
  readonly to: number;
}

/** One high half of a wave, and the alarms that came of it. */
interface High {
  readonly unit: number;
  readonly from: number;
  readonly to: number;
}

function highsBetween(from: number, to: number): High[] {
  return units.flatMap((unit) => {
    const half = halfMs(unit);
    const first = Math.floor(from / half);
    const last = Math.floor(to / half);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
      .filter((n) => n % 2 === 1)
      .map((n) => ({ unit, from: n * half, to: (n + 1) * half }));
  });
}

/** For how long of a high half one run of the gateway could see it, ms: the longest. */
const seenMs = ({ from, to }: High, runs: readonly Run[]): number =>
  Math.max(0, ...runs.map((run) => Math.min(to, run.to) - Math.max(from, run.from)));

interface Judged {
  readonly highs: number;
  readonly lost: string[];
  readonly doubled: string[];
  readonly brokenChains: string[];
}

/** Each entry begins where the one before it ended, and nothing is raised twice without having returned. */
function brokenChains(entries: readonly AlarmEntry[]): string[] {
  const last = new Map<string, AlarmEntry>();
  return entries.flatMap((entry) => {
    const before = last.get(entry.key);
    last.set(entry.key, entry);
    const isWhole = entry.from === (before?.to ?? 'normal');
    const isTwice = entry.change === 'raised' && before?.state.isAbnormal === true;
    return isWhole && !isTwice ? [] : [`${entry.key} ${entry.change} ${before?.to ?? '–'} then ${entry.from}`];
  });
}

function judge(entries: readonly AlarmEntry[], runs: readonly Run[]): Judged {
  const all = highsBetween(runs[0]?.from ?? 0, runs.at(-1)?.to ?? 0);
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const high of all) {
    const key = `level/u${high.unit}/level/HH`;
    const raised = entries.filter(
      ({ key: of, change, time }) =>
        of === key && change === 'raised' && time >= high.from - 50 && time < high.to + seenWithinMs,
    );
    const name = `u${high.unit} ${new Date(high.from).toISOString()}`;
    if (raised.length > 1) doubled.push(`${name}: ${raised.length} times`);
    if (raised.length > 0 || seenMs(high, runs) < seenWithinMs) continue;
    // Standing from the half before: the gateway was away while the value was low.
    const standing = entries.filter(({ key: of, time }) => of === key && time < high.from).at(-1);
    if (!standing?.state.isAbnormal) lost.push(name);
  }
  return { highs: all.length, lost, doubled, brokenChains: brokenChains(entries) };
}

/** kill -9 at any moment while alarms come and go. */
export const alarmKill: Proof = {
  summary: 'kill -9 while alarms come and go: none lost, none doubled, each goes on from its last entry',
  async run({ isFull, seed, folder, say }) {
    const random = randomFrom(seed);
    const level = { area: 'holding' as const, address: 0, tag: 'level', type: 'float32' as const };
    const simulator = new ModbusSimulator({
      transport: { kind: 'tcp', port: 0 },
      units: units.map((unit) => ({ unit, map: { entries: [level] }, model: squareWave(unit) })),
    });
    await simulator.start();
    const site = join(folder, 'site.yaml');
    const journalFolder = join(folder, 'journal');
    await writeFile(site, siteText(simulator.address, journalFolder));
    const kills = isFull ? 200 : 12;
    const tell = progress(say, 'kills', kills);
    const runs: Run[] = [];
    for (let n = 0; n <= kills; n += 1) {
      const gateway = new Child('gateway-process.js', [site], join(folder, 'gateway.log'));
      if ((await gateway.line((line) => line === 'ready')) === undefined) throw new Error('the gateway did not start');
      const from = Date.now();
      await sleep(random() * 5000);
      runs.push({ from, to: Date.now() });
      await gateway.end(n < kills ? 'SIGKILL' : 'SIGTERM');
      tell(n);
    }
    await simulator.stop();
    const journal = await openStopped(journalFolder);
    const records = (await readLane(journal.alarms)).map(({ record }) => record);
    await journal.close();
    const entries = records.filter(
      (entry): entry is AlarmEntry => entry.kind === 'alarm' && entry.key.startsWith('level/'),
    );
    const { highs, lost, doubled, brokenChains: broken } = judge(entries, runs);
    for (const line of [...lost, ...doubled, ...broken].slice(0, 20)) say(`  ${line}`);
    return [
      finding('kills', kills, 'printed', true),
      finding(
        'times a value was high; entries of alarms',
        `${highs}; ${entries.length}`,
        'many',
        entries.length > highs / 2,
      ),
      finding('alarms lost (the gateway ran for four polls of it)', lost.length, '0', lost.length === 0),
      finding('alarms raised twice for one time', doubled.length, '0', doubled.length === 0),
      finding('entries that do not go on from the one before', broken.length, '0', broken.length === 0),
    ];
  },
};
