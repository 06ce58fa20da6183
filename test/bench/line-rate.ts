import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchSite } from '../support/bench-site.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { MeasuredProcess } from './measured-process.js';
import { childNamed, cpuSecondsOf, machineCpuSeconds } from './processor-time.js';

/** CPU in percent of one core while it was measured. */
export interface CpuPercent {
  readonly gateway: number;
  readonly server: number;
  readonly influxd: number;
  /** Of everything on this machine; its cores together have 100 each. */
  readonly machine: number;
}

/** One measured run of one gateway. */
export interface LineRate {
  readonly valuesPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly rssAnonMb: number;
  /** Polls that did not reach InfluxDB, in percent. */
  readonly missedPercent: number;
  /** Polls the server was never asked for, in percent: what is missing beyond them was read and not yet stored. */
  readonly unaskedPercent: number;
  readonly cpuPercent: CpuPercent;
}

export interface Load {
  readonly devices: number;
  readonly everyMs: number;
  readonly seconds: number;
  /** Seconds at the start that are not counted. */
  readonly dropSeconds: number;
}

const benchFolder = fileURLToPath(new URL('../../../test/bench/', import.meta.url));
const sluice = fileURLToPath(new URL('../../gateway/cli/main.js', import.meta.url));
const tagsPerDevice = 50;

const countsFile = (folder: string): string => join(folder, 'server-counts');

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Compiles the server of the baseline; needs a C compiler. */
export function compileServer(folder: string): string {
  const server = join(folder, 'modbus-server');
  const made = spawnSync('cc', ['-O2', '-o', server, join(benchFolder, 'modbus-server.c')], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`the baseline's server does not compile: ${made.stderr || made.error}`);
  return server;
}

/** An InfluxDB of its own on the port the baseline expects. */
export async function startBenchInfluxd(): Promise<Influxd> {
  const influxd = await startInfluxd({ port: 8086 });
  await influxd.query('CREATE DATABASE w1');
  await influxd.query('CREATE DATABASE bench');
  return influxd;
}

/** What is stored arrives some time after it was read: it is counted by its own time, this long after the window. */
const arrivalMs = 4000;
const countsTurnMs = 10;

type CountRows = (fromMs: number, toMs: number) => Promise<number>;

/** The processes of one run. */
export interface Scene {
  readonly folder: string;
  readonly gateway: MeasuredProcess;
  readonly server: MeasuredProcess;
}

/** Requests the server has counted so far, which it tells when asked by a signal. */
async function countedByServer({ folder, server }: Scene): Promise<number> {
  await rm(countsFile(folder), { force: true });
  server.signal('SIGUSR1');
  while (!existsSync(countsFile(folder))) await sleep(countsTurnMs);
  return (await serverCounts(folder)).all;
}

/** What is read at both ends of the window. */
async function readings(scene: Scene): Promise<CpuPercent & { readonly requests: number; readonly at: number }> {
  const influxd = childNamed('influxd');
  return {
    requests: await countedByServer(scene),
    at: performance.now(),
    gateway: scene.gateway.cpuSeconds(),
    server: scene.server.cpuSeconds(),
    influxd: influxd === undefined ? Number.NaN : cpuSecondsOf(influxd),
    machine: machineCpuSeconds(),
  };
}

async function measure(scene: Scene, load: Load, count: CountRows): Promise<LineRate> {
  await sleep(load.dropSeconds * 1000);
  const utc = Date.now();
  const before = await readings(scene);
  await sleep((load.seconds - load.dropSeconds) * 1000);
  const after = await readings(scene);
  const rssAnonMb = scene.gateway.rssAnonMb();
  const seconds = (after.at - before.at) / 1000;
  await sleep(arrivalMs);
  const stored = await count(utc, utc + seconds * 1000);
  const values = stored * tagsPerDevice;
  const expected = (load.devices * seconds * 1000) / load.everyMs;
  const missed = (polls: number): number => Math.max(0, 100 * (1 - polls / expected));
  const percent = (of: keyof CpuPercent): number => (100 * (after[of] - before[of])) / seconds;
  return {
    valuesPerSecond: values / seconds,
    cpuSecondsPerMillion: (after.gateway - before.gateway) / (values / 1e6),
    rssAnonMb,
    missedPercent: missed(stored),
    unaskedPercent: missed(after.requests - before.requests),
    cpuPercent: {
      gateway: percent('gateway'),
      server: percent('server'),
      influxd: percent('influxd'),
      machine: percent('machine'),
    },
  };
}

const rowCounter =
  (influxd: Influxd, database: string, measurement: string): CountRows =>
  async (fromMs, toMs) => {
    const where = `time >= ${Math.round(fromMs)}ms AND time < ${Math.round(toMs)}ms`;
    const rows = await influxd.query(`SELECT count(v0) FROM ${measurement} WHERE ${where}`, database);
    return Number(rows[0]?.['count'] ?? 0);
  };

async function withServer<T>(
  program: string,
  folder: string,
  devices: number,
  run: (server: MeasuredProcess) => Promise<T>,
): Promise<T> {
  const server = new MeasuredProcess(program, ['15020', String(devices), countsFile(folder)]);
  try {
    return await run(server);
  } finally {
    await server.end();
  }
}

/** The bare script: modbus-serial and influx, no rules, no storage. */
export function measureBare(program: string, folder: string, influxd: Influxd, load: Load): Promise<LineRate> {
  return withServer(program, folder, load.devices, async (server) => {
    const args = [join(benchFolder, 'bare-gateway.cjs'), String(load.devices), String(load.everyMs), '0'];
    const gateway = new MeasuredProcess(process.execPath, args);
    try {
      return await measure({ folder, gateway, server }, load, rowCounter(influxd, 'w1', 'dev'));
    } finally {
      await gateway.end();
    }
  });
}

/** What of the site is not as shipped. */
export interface SluiceOptions {
  /** Where the journal lies; a folder of its own unless given. */
  readonly journal?: string;
  /** Further settings of the InfluxDB sink. */
  readonly sinkMore?: string;
}

/** Runs Sluice under a load, four limits on every tag and the durable journal, for as long as `use` takes. */
export function runSluice<T>(
  program: string,
  folder: string,
  influxd: Influxd,
  { devices, everyMs }: Pick<Load, 'devices' | 'everyMs'>,
  { journal, sinkMore = '' }: SluiceOptions,
  use: (scene: Scene) => Promise<T>,
): Promise<T> {
  return withServer(program, folder, devices, async (server) => {
    const own = join(folder, 'sluice');
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
    const site = join(own, 'site.yaml');
    const journalFolder = journal ?? join(own, 'journal');
    await writeFile(site, benchSite({ devices, everyMs, influx: influxd.url, folder: journalFolder, sinkMore }));
    const logFile = join(own, 'gateway.log');
    const gateway = new MeasuredProcess(process.execPath, [sluice, 'run', site], { logFile });
    try {
      const result = await use({ folder, gateway, server });
      if (gateway.hasEnded) throw new Error(`the gateway has ended; ${logFile} says why`);
      return result;
    } finally {
      await gateway.end();
    }
  });
}

/** Sluice in figures. */
export const measureSluice = (
  program: string,
  folder: string,
  influxd: Influxd,
  load: Load,
  options: SluiceOptions = {},
): Promise<LineRate> =>
  runSluice(program, folder, influxd, load, options, (scene) =>
    measure(scene, load, rowCounter(influxd, 'bench', 'bench')),
  );

/** Requests the server counted in its last run: all, and the least and most of a port. */
export async function serverCounts(folder: string): Promise<{ all: number; least: number; most: number }> {
  const [all, least, most] = (await readFile(countsFile(folder), 'utf8')).split(' ').map(Number);
  return { all: all as number, least: least as number, most: most as number };
}

/** Versions of the two libraries the baseline stands on. */
export function baselineVersions(): string {
  const require = createRequire(import.meta.url);
  const version = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
  return `modbus-serial ${version('modbus-serial')}, influx ${version('influx')}, node ${process.version}`;
}
