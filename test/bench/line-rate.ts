import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchSite } from '../support/bench-site.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { MeasuredProcess } from './measured-process.js';

/** One measured run of one gateway. */
export interface LineRate {
  readonly valuesPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly rssAnonMb: number;
  /** Polls that did not reach InfluxDB, in percent. */
  readonly missedPercent: number;
  readonly writtenCallsMbPerDay: number;
  readonly writtenDiskMbPerDay: number;
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

type CountRows = (fromMs: number, toMs: number) => Promise<number>;

async function measure(gateway: MeasuredProcess, load: Load, count: CountRows): Promise<LineRate> {
  await sleep(load.dropSeconds * 1000);
  const before = { cpu: gateway.cpuSeconds(), written: gateway.written(), at: performance.now(), utc: Date.now() };
  await sleep((load.seconds - load.dropSeconds) * 1000);
  const cpu = gateway.cpuSeconds() - before.cpu;
  const written = gateway.written();
  const seconds = (performance.now() - before.at) / 1000;
  await sleep(arrivalMs);
  const stored = await count(before.utc, before.utc + seconds * 1000);
  const values = stored * tagsPerDevice;
  const expected = (load.devices * seconds * 1000) / load.everyMs;
  const perDay = (bytes: number): number => ((bytes / seconds) * 86_400) / 1e6;
  return {
    valuesPerSecond: values / seconds,
    cpuSecondsPerMillion: cpu / (values / 1e6),
    rssAnonMb: gateway.rssAnonMb(),
    missedPercent: Math.max(0, 100 * (1 - stored / expected)),
    writtenCallsMbPerDay: perDay(written.calls - before.written.calls),
    writtenDiskMbPerDay: perDay(written.disk - before.written.disk),
  };
}

const rowCounter =
  (influxd: Influxd, database: string, measurement: string): CountRows =>
  async (fromMs, toMs) => {
    const where = `time >= ${Math.round(fromMs)}ms AND time < ${Math.round(toMs)}ms`;
    const rows = await influxd.query(`SELECT count(v0) FROM ${measurement} WHERE ${where}`, database);
    return Number(rows[0]?.['count'] ?? 0);
  };

async function withServer<T>(server: string, folder: string, devices: number, run: () => Promise<T>): Promise<T> {
  const process_ = new MeasuredProcess(server, ['15020', String(devices), join(folder, 'server-counts')]);
  try {
    return await run();
  } finally {
    await process_.end();
  }
}

/** The bare script: modbus-serial and influx, no rules, no storage. */
export function measureBare(server: string, folder: string, influxd: Influxd, load: Load): Promise<LineRate> {
  return withServer(server, folder, load.devices, async () => {
    const args = [join(benchFolder, 'bare-gateway.cjs'), String(load.devices), String(load.everyMs), '0'];
    const gateway = new MeasuredProcess(process.execPath, args);
    try {
      return await measure(gateway, load, rowCounter(influxd, 'w1', 'dev'));
    } finally {
      await gateway.end();
    }
  });
}

/** Sluice: four limits on every tag, and the durable journal. */
export function measureSluice(
  server: string,
  folder: string,
  influxd: Influxd,
  load: Load,
  sinkMore = '',
): Promise<LineRate> {
  return withServer(server, folder, load.devices, async () => {
    const own = join(folder, 'sluice');
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
    const site = join(own, 'site.yaml');
    const { devices, everyMs } = load;
    await writeFile(site, benchSite({ devices, everyMs, influx: influxd.url, folder: join(own, 'journal'), sinkMore }));
    const gateway = new MeasuredProcess(process.execPath, [sluice, 'run', site]);
    try {
      return await measure(gateway, load, rowCounter(influxd, 'bench', 'bench'));
    } finally {
      await gateway.end();
    }
  });
}

/** Requests the server counted in its last run: all, and the least and most of a port. */
export async function serverCounts(folder: string): Promise<{ all: number; least: number; most: number }> {
  const [all, least, most] = (await readFile(join(folder, 'server-counts'), 'utf8')).split(' ').map(Number);
  return { all: all as number, least: least as number, most: most as number };
}

/** Versions of the two libraries the baseline stands on. */
export function baselineVersions(): string {
  const require = createRequire(import.meta.url);
  const version = (name: string): string => (require(`${name}/package.json`) as { version: string }).version;
  return `modbus-serial ${version('modbus-serial')}, influx ${version('influx')}, node ${process.version}`;
}
