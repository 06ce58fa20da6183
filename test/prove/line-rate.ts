import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileServer, serverCounts } from '../bench/line-rate.js';
import { MeasuredProcess } from '../bench/measured-process.js';
import { benchSite } from '../support/bench-site.js';
import { Child } from '../support/child.js';
import { freePorts } from '../support/free-port.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { drained } from './drained.js';
import { type Finding, finding, type Proof, progress } from './proof.js';

const load = { devices: 20, everyMs: 100 } as const;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What InfluxDB holds of one device. */
interface Stored {
  readonly device: string;
  /** Frames, whether the device answered or not. */
  readonly frames: number;
  /** Frames with a value: one a request the server answered. */
  readonly answered: number;
  /** Grid points from the first answer to the last. */
  readonly polls: number;
}

async function stored(influxd: Influxd, measurement: string): Promise<Stored[]> {
  const ask = (selection: string): Promise<Record<string, unknown>[]> =>
    influxd.query(`SELECT ${selection} FROM ${measurement} GROUP BY device`, 'bench');
  const all = await ask('count(sequence) AS frames');
  const [firsts, lasts] = [await ask('first(v0)'), await ask('last(v0)')];
  const counts = await ask('count(v0) AS answered');
  const of = (rows: Record<string, unknown>[], device: unknown) => rows.find((row) => row['device'] === device);
  return all.map(({ device, frames }) => {
    const [first, last] = [of(firsts, device), of(lasts, device)];
    const spanMs = (Number(last?.['time'] ?? 0) - Number(first?.['time'] ?? 0)) / 1e6;
    return {
      device: String(device),
      frames: Number(frames),
      answered: Number(of(counts, device)?.['answered'] ?? 0),
      polls: Math.round(spanMs / load.everyMs) + 1,
    };
  });
}

const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);

/** Runs the load; the server is ended first, so that everything it answered is on its way before anything is counted. */
async function runLoad(
  influxd: Influxd,
  folder: string,
  seconds: number,
  say: (line: string) => void,
): Promise<{ delivered: number; isBalanced: boolean; waiting: number; rssAnonMb: number }> {
  const basePort = await freePorts(load.devices);
  const server = new MeasuredProcess(compileServer(folder), [
    String(basePort),
    String(load.devices),
    join(folder, 'server-counts'),
  ]);
  const site = join(folder, 'site.yaml');
  await mkdir(join(folder, 'journal'));
  await writeFile(site, benchSite({ ...load, influx: influxd.url, folder: join(folder, 'journal'), basePort }));
  const gateway = new Child('gateway-process.js', [site], join(folder, 'gateway.log'));
  try {
    await gateway.line((line) => line === 'ready');
    const tell = progress(say, 'seconds', seconds);
    for (let second = 0; second < seconds; second += 1) {
      await sleep(1000);
      tell(second + 1);
    }
    await server.end();
    const rssAnonMb = gateway.rssAnonMb();
    const { run, sinks } = await drained(gateway, say);
    const samples = sinks.find(({ lane }) => lane === 'samples');
    return {
      delivered: samples?.delivered ?? 0,
      waiting: samples?.waiting ?? 0,
      isBalanced: run.isBalanced && sinks.every((one) => one.isBalanced),
      rssAnonMb,
    };
  } finally {
    await server.end();
    await gateway.end('SIGTERM');
  }
}

/** Everything the server answered is in InfluxDB, and the ledger says the same number. */
export const lineRate: Proof = {
  summary: '20 devices × 50 floats at 10 Hz: InfluxDB, the ledger and the server count the same',
  async run({ isFull, folder, say }): Promise<readonly Finding[]> {
    const seconds = isFull ? 600 : 20;
    const influxd = await startInfluxd();
    try {
      const { delivered, waiting, isBalanced, rssAnonMb } = await runLoad(influxd, folder, seconds, say);
      const devices = await stored(influxd, 'bench');
      const box = sum((await stored(influxd, 'box')).map(({ frames }) => frames));
      const server = await serverCounts(folder);
      const answered = devices.map((device) => device.answered);
      const frames = sum(devices.map((device) => device.frames)) + box;
      const missed = 100 * (1 - sum(answered) / sum(devices.map(({ polls }) => polls)));
      const [least, most] = [Math.min(...answered), Math.max(...answered)];
      say(`  ${seconds} s; the gateway's own memory at the end ${rssAnonMb.toFixed(0)} MB`);
      return [
        finding('devices in InfluxDB', devices.length, `${load.devices}`, devices.length === load.devices),
        finding('frames in InfluxDB (with the box and what the end of the server left)', frames, 'many', frames > 0),
        finding('delivered, says the ledger', delivered, `${frames}`, delivered === frames && waiting === 0),
        finding(
          `requests the server counted: ${server.all}; frames with values`,
          sum(answered),
          '± 1 a device',
          Math.abs(sum(answered) - server.all) <= load.devices,
        ),
        finding(
          `of one device: the server ${server.least}–${server.most}; InfluxDB`,
          `${least}–${most}`,
          '± 1',
          Math.abs(least - server.least) <= 1 && Math.abs(most - server.most) <= 1,
        ),
        finding('polls missed', `${missed.toFixed(3)} %`, '< 0.1 %', missed < 0.1),
        finding('the ledger balances', String(isBalanced), 'true', isBalanced),
      ];
    } finally {
      await influxd.stop();
    }
  },
};
