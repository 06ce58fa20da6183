import { spawnSync } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEntry, LaneName } from '../../gateway/contract/index.js';
import { brokenLink } from '../../gateway/journal/audit.js';
import type { Ledger } from '../../gateway/runtime/index.js';
import type { Child } from '../support/child.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { readLane } from '../support/read-lane.js';
import type { CountedSite } from './counted-site.js';
import { deliveredOf, startCounted, waitingOf, watch } from './counted-run.js';
import { drained } from './drained.js';
import { type InfluxWitness, startInfluxWitness } from './influx-witness.js';
import { type Finding, finding, type ProofOptions, progress } from './proof.js';
import { openStopped } from './stopped-journal.js';

const padding = 150;
/** Bytes of one frame of that many numbers in the journal, about. */
const frameBytes = 60 + 8 * (padding + 4);

const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);

const mount = (args: readonly string[]): boolean => spawnSync(args[0] as string, args.slice(1)).status === 0;

/** The alarms lane as it lies on the disk: nothing missing, the chain whole, and what it tells of the disk. */
async function alarmsOf(folder: string): Promise<{
  readonly missing: number;
  readonly isChained: boolean;
  readonly removed: number;
  readonly refused: number;
  readonly events: number;
}> {
  const journal = await openStopped(folder);
  const read = await readLane(journal.alarms);
  const entries = read.map(({ record }) => record);
  const missing = journal.alarms.next - read.length;
  await journal.close();
  const told = entries.flatMap((entry) => (entry.kind === 'transition' && entry.subject === 'journal' ? [entry] : []));
  const removals = told.filter(({ state }) => state === 'oldest removed');
  return {
    missing,
    isChained: brokenLink(entries.filter((entry): entry is AuditEntry => entry.kind === 'audit')) === -1,
    removed: removals.reduce((sum, { reason }) => sum + Number.parseInt(reason, 10), 0),
    refused: told.filter(({ state }) => state === 'refused by disk').length,
    events: entries.filter(({ kind }) => kind === 'event').length,
  };
}

const siteOn = (disk: string, influx: string, pollMs: number): CountedSite => ({
  phase: 0,
  links: 10,
  devicesPerLink: 6,
  padding,
  pollMs,
  sinks: [
    `influx: { type: influxdb, url: "${influx}", database: counted, backlogPerSecond: 20000, batch: 1000, liveFirstAfter: 1s }`,
  ],
  journal: `folder: "${join(disk, 'journal')}", bytesMax: 8GiB, freeBytesMin: 0B`,
});

/** What a run into the full disk, a kill there, a start there and the way back have left. */
interface Filled {
  readonly ledger: Ledger;
  readonly unstored: number;
  readonly unbalanced: number;
  readonly appendedAfter: number;
}

async function fill(options: ProofOptions, disk: string, bytes: number, witness: InfluxWitness): Promise<Filled> {
  const { folder, say } = options;
  const start = (pollMs: number): Promise<Child> => startCounted(folder, siteOn(disk, witness.url, pollMs));
  witness.cut();
  const frames = Math.round((bytes / frameBytes) * 2);
  const tell = progress(say, 'frames onto a disk too small for half of them', frames);
  let gateway = await start(10);
  const filled = await watch(
    gateway,
    ({ run }) => run.appended >= frames,
    ({ run }) => tell(run.appended),
  );
  await gateway.end('SIGKILL');
  const { bavail, bsize } = await statfs(disk);
  const [free, whole] = [(bavail * bsize) / 2 ** 20, bytes / 2 ** 20];
  say(
    `  killed with ${Math.round(free)} of ${whole} MiB free; own memory ${filled.rssAnonMaxMb.toFixed(0)} MB at most`,
  );
  gateway = await start(10);
  witness.heal();
  const again = await watch(gateway, ({ run }, seconds) => seconds >= 10 && run.appended > 0);
  await gateway.end('SIGTERM');
  gateway = await start(86_400_000);
  const ledger = await drained(gateway, say);
  await gateway.end('SIGTERM');
  const unbalanced = [ledger.run, ...ledger.sinks].filter(({ isBalanced }) => !isBalanced).length;
  return {
    ledger,
    unstored: sum(Object.values(filled.ledger.run.unstored)),
    unbalanced: filled.unbalanced + again.unbalanced + unbalanced,
    appendedAfter: again.ledger.run.appended,
  };
}

async function judge(journal: string, influxd: Influxd, filled: Filled): Promise<readonly Finding[]> {
  const { ledger, unstored, unbalanced, appendedAfter } = filled;
  const ofLane = (name: LaneName) => ledger.sinks.find(({ lane }) => lane === name);
  const dropped = Object.entries(ofLane('samples')?.dropped ?? {});
  const droppedSum = sum(dropped.map(([, count]) => count));
  const [delivered, waiting] = [deliveredOf(ledger, 'influx'), waitingOf(ledger, 'influx')];
  const count = async (what: string): Promise<number> =>
    Number((await influxd.query(`SELECT count(sequence) FROM ${what}`, 'counted'))[0]?.['count'] ?? 0);
  const stored = (await count('counting')) + (await count('box'));
  const alarms = ofLane('alarms');
  const undelivered = (alarms?.appended ?? 0) - (alarms?.delivered ?? 0);
  const lane = await alarmsOf(journal);
  const isRetention = dropped.every(([reason]) => reason === 'retention');
  return [
    finding(
      'full disk: refusals told, oldest frames removed, says the alarms lane',
      `${lane.refused}, ${lane.removed}`,
      '> 0, > 0',
      lane.refused > 0 && lane.removed > 0,
    ),
    finding(
      'full disk: dropped, says the ledger',
      dropped.map(([reason, frames]) => `${frames} for ${reason}`).join(', '),
      'for retention alone',
      droppedSum > 0 && isRetention && droppedSum <= lane.removed,
    ),
    finding('full disk: never stored at all, counted in its run', unstored, 'any', true),
    finding(
      'full disk: frames in InfluxDB; delivered, says the ledger',
      `${stored}; ${delivered}`,
      'the same',
      stored === delivered,
    ),
    finding('full disk: appended after the start on the full disk', appendedAfter, 'goes on', appendedAfter > 1000),
    finding(
      `full disk: entries missing in the alarms lane (${lane.events} events), its chain whole`,
      `${lane.missing}, ${lane.isChained}`,
      '0, true',
      lane.missing === 0 && lane.isChained && lane.events > 0,
    ),
    finding('full disk: alarms not delivered', undelivered, '0', undelivered === 0),
    finding(
      'full disk: frames still waiting; accounts that did not balance',
      `${waiting}; ${unbalanced}`,
      '0; 0',
      waiting + unbalanced === 0,
    ),
  ];
}

async function onTmpfs(options: ProofOptions, disk: string, bytes: number): Promise<readonly Finding[]> {
  const influxd = await startInfluxd();
  const witness = await startInfluxWitness(influxd.url, () => undefined);
  try {
    return await judge(join(disk, 'journal'), influxd, await fill(options, disk, bytes, witness));
  } finally {
    await witness.stop();
    await influxd.stop();
  }
}

/** A journal on a tmpfs that runs full while InfluxDB is away. */
export async function fullDisk(options: ProofOptions): Promise<readonly Finding[]> {
  const bytes = (options.isFull ? 256 : 64) * 2 ** 20;
  const disk = join(options.folder, 'small-disk');
  await mkdir(disk);
  if (!mount(['mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'none', disk])) {
    return [finding('full disk: not shown, since only root may mount a tmpfs here', 'not run', 'run', false)];
  }
  try {
    return await onTmpfs(options, disk, bytes);
  } finally {
    mount(['umount', disk]);
  }
}
