import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gateway, Ledger } from '../../gateway/runtime/index.js';
import { Child } from '../support/child.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { compare } from './counting-field.js';
import { type Finding, finding, type Proof, type ProofOptions, progress, randomFrom } from './proof.js';
import { type PtyPair, startPtyPair } from './pty-pair.js';
import { type FieldLog, type Regularity, regularity, type Span, timesOf } from './stall-judge.js';
import { everyMs, lineDevice, overruns, repliesIn, stallPlant, stallSite, startOn } from './stall-scene.js';
import { StallingDisk } from './stalling-disk.js';

const stallMs = 2000;
/** Between stalls the disk works for a second at least. */
const pauseMs = { least: 1000, most: 2500 } as const;
const startMs = 3000;
const drainTurnMs = 250;
const drainTurnsMax = 120;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const monotonicMs = (): number => Number(process.hrtime.bigint()) * 1e-6;

/** One part of the run, and the polls missed in it by the gateway's own count. */
interface Part extends Span {
  readonly overruns: number;
}

async function part(gateway: Gateway, run: () => Promise<void>): Promise<Part> {
  const [fromMs, before] = [monotonicMs(), overruns(gateway)];
  await run();
  return { fromMs, toMs: monotonicMs(), overruns: overruns(gateway) - before };
}

interface Run {
  readonly calm: Part;
  readonly stalled: Part;
  readonly ledger: Ledger;
  readonly log: FieldLog;
  readonly journaled: readonly (readonly [device: string, counter: number])[];
}

async function stallAgain(disk: StallingDisk, pauses: readonly number[], tell: (done: number) => void): Promise<void> {
  for (const [n, ms] of pauses.entries()) {
    disk.stall();
    await sleep(stallMs);
    disk.release();
    await sleep(ms);
    tell(n + 1);
  }
}

async function drained(gateway: Gateway): Promise<Ledger> {
  for (let turn = 0; ; turn += 1) {
    const ledger = gateway.ledger();
    if (turn > drainTurnsMax || ledger.sinks.every(({ waiting }) => waiting === 0)) return ledger;
    await sleep(drainTurnMs);
  }
}

async function play(
  { folder, isFull, seed, say }: ProofOptions,
  disk: StallingDisk,
  influxd: Influxd,
  line: PtyPair,
): Promise<Run> {
  const random = randomFrom(seed);
  const pauses = Array.from(
    { length: isFull ? 50 : 5 },
    () => pauseMs.least + random() * (pauseMs.most - pauseMs.least),
  );
  const [plantFile, logFile] = [join(folder, 'plant.json'), join(folder, 'field.json')];
  await writeFile(plantFile, JSON.stringify(stallPlant(line)));
  const field = new Child('../prove/stall-field.js', [plantFile, logFile], join(folder, 'field.log'));
  try {
    const addresses = JSON.parse((await field.line(() => true)) ?? '{}') as Record<string, string>;
    const site = stallSite(addresses, line, influxd.url, join(folder, 'journal'));
    const gateway = await startOn(disk, site, folder);
    await sleep(startMs);
    const lastsMs = pauses.reduce((sum, ms) => sum + ms + stallMs, 0);
    const calm = await part(gateway, () => sleep(lastsMs));
    const stalled = await part(gateway, () => stallAgain(disk, pauses, progress(say, 'stalls', pauses.length)));
    // Reads under way come to their end: what a device answered was then taken.
    await Promise.all(gateway.links.map((link) => link.stop()));
    const ledger = await drained(gateway);
    await gateway.stop();
    await field.end('SIGTERM');
    const log = JSON.parse(await readFile(logFile, 'utf8')) as FieldLog;
    return { calm, stalled, ledger, log, journaled: await repliesIn(gateway.site) };
  } finally {
    await field.end('SIGTERM');
  }
}

function pollFindings({ calm, stalled, log }: Run): Finding[] {
  const kinds = [
    ['TCP', (device: string) => device !== lineDevice],
    ['serial', (device: string) => device === lineDevice],
  ] as const;
  const text = ({ requests, longestMs, missed }: Regularity): string =>
    `${missed} of ${requests}, longest interval ${longestMs.toFixed(0)} ms`;
  return [
    finding(
      'polls missed, says the gateway: without stalls; with stalls',
      `${calm.overruns}; ${stalled.overruns}`,
      'with stalls 0',
      stalled.overruns === 0,
    ),
    ...kinds.flatMap(([kind, isOfKind]) => {
      const [still, stalling] = [calm, stalled].map((span) => regularity(log, isOfKind, span, everyMs)) as [
        Regularity,
        Regularity,
      ];
      return [
        finding(`${kind}: polls missed by the devices' log, without stalls`, text(still), 'any', still.requests > 0),
        finding(`${kind}: the same, with stalls`, text(stalling), '0', stalling.missed === 0 && stalling.requests > 0),
      ];
    }),
  ];
}

async function lossFindings({ ledger, log, journaled }: Run, influxd: Influxd): Promise<Finding[]> {
  const answers = timesOf(log.answers);
  const rows = await influxd.query('SELECT counter, device FROM numbering', 'stalled');
  const stored = timesOf(rows.map((row) => [String(row['device']), Number(row['counter'])] as const));
  const inJournal = compare(answers, timesOf(journaled));
  const inInflux = compare(answers, stored);
  const crooked = [ledger.run, ...ledger.sinks].filter(({ isBalanced }) => !isBalanced).length;
  const unstored = ledger.run.acquired - ledger.run.appended;
  const samples = ledger.sinks.find(({ lane }) => lane === 'samples');
  return [
    finding(
      `of ${answers.size} replies, not in the journal; there twice`,
      `${inJournal.lost}; ${inJournal.doubled}`,
      '0; 0',
      answers.size > 0 && inJournal.lost + inJournal.doubled === 0,
    ),
    finding(
      'not in InfluxDB; there twice',
      `${inInflux.lost}; ${inInflux.doubled}`,
      '0; 0',
      inInflux.lost + inInflux.doubled === 0,
    ),
    finding(
      'frames never stored; waiting; accounts that do not balance',
      `${unstored}; ${samples?.waiting}; ${crooked}`,
      '0; 0; 0',
      unstored + crooked === 0 && samples?.waiting === 0,
    ),
  ];
}

/** A disk that stalls for two seconds, again and again, and keeps a thread of Node's pool for each call it holds. */
export const stall: Proof = {
  summary: 'a disk that stalls for two seconds delays no poll and loses nothing',
  async run(options): Promise<readonly Finding[]> {
    const disk = await StallingDisk.make(join(options.folder, 'stall'));
    const influxd = await startInfluxd();
    const line = await startPtyPair(options.folder, 'line');
    try {
      const run = await play(options, disk, influxd, line);
      const { inAll, most } = disk.held;
      return [
        finding('calls held by stalls; the most at once', `${inAll}; ${most}`, 'some', inAll > 0),
        ...pollFindings(run),
        ...(await lossFindings(run, influxd)),
      ];
    } finally {
      disk.release();
      await line.stop();
      await influxd.stop();
      await disk.close();
    }
  },
};
