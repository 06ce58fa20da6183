import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  baselineVersions,
  compileServer,
  type LineRate,
  type Load,
  measureBare,
  measureSluice,
  startBenchInfluxd,
} from './line-rate.js';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '25' },
    full: { type: 'boolean', default: false },
    highest: { type: 'boolean', default: false },
    flash: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const help = `npm run bench [-- options]

Sluice beside a bare Node script on the same work: 20 Modbus TCP devices × 50 float32 × 10 Hz into InfluxDB.
  --full          five interleaved pairs of 60 s, the first 10 s of each dropped (default: two of 25 s)
  --pairs N --seconds N
  --highest       raises the load until more than 1 % of the polls are missed
  --flash         bytes written a day at 2, 20 and 200 frames/s
Needs influxd (port 8086 free) and a C compiler.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (list: readonly number[]): number => {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};
const row = (name: string, rate: LineRate): string =>
  `${name.padEnd(8)} ${rate.valuesPerSecond.toFixed(0).padStart(8)} values/s  ${rate.cpuSecondsPerMillion.toFixed(2).padStart(6)} CPU-s/M  ${rate.rssAnonMb.toFixed(0).padStart(4)} MB anon  ${rate.missedPercent.toFixed(2)} % missed`;

async function pairs(server: string, folder: string, count: number, load: Load): Promise<void> {
  const influxd = await startBenchInfluxd();
  const ratios: number[] = [];
  const ours: LineRate[] = [];
  try {
    for (let pair = 0; pair < count; pair += 1) {
      say(`pair ${pair + 1} of ${count}, about ${Math.round(((count - pair) * 2 * load.seconds) / 60)} min left`);
      const bare = await measureBare(server, folder, influxd, load);
      const sluice = await measureSluice(server, folder, influxd, load);
      say(row('bare', bare));
      say(row('sluice', sluice));
      ratios.push(sluice.cpuSecondsPerMillion / bare.cpuSecondsPerMillion);
      ours.push(sluice);
    }
  } finally {
    await influxd.stop();
  }
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  say(`CPU ratio sluice ÷ bare: median ${median(ratios).toFixed(2)}, range ${range} (budget 1.0, aim 0.8)`);
  say(`RssAnon: median ${median(ours.map(({ rssAnonMb }) => rssAnonMb)).toFixed(0)} MB (budget 90)`);
}

async function highest(server: string, folder: string): Promise<void> {
  const influxd = await startBenchInfluxd();
  try {
    for (const devices of [60, 120, 180, 240, 300, 360, 420, 480, 600]) {
      const load = { devices, everyMs: 50, seconds: 14, dropSeconds: 4 };
      const rate = await measureSluice(server, folder, influxd, load);
      say(row(`${devices} dev`, rate));
      if (rate.missedPercent > 1) break;
    }
  } finally {
    await influxd.stop();
  }
  say('budget: 150,000 values/s held with less than 1 % missed, aim 300,000');
}

async function flash(server: string, folder: string): Promise<void> {
  const influxd = await startBenchInfluxd();
  try {
    for (const [frames, devices, everyMs] of [
      [2, 2, 1000],
      [20, 20, 1000],
      [200, 20, 100],
    ] as const) {
      const rate = await measureSluice(server, folder, influxd, { devices, everyMs, seconds: 40, dropSeconds: 5 });
      // Everything sent to InfluxDB and to sockets is in the write calls as well: the journal's own share is what the disk took.
      say(
        `${String(frames).padStart(4)} frames/s of 50 tags: ${(rate.writtenDiskMbPerDay / 1000).toFixed(2)} GB/day by disk statistics, ${(rate.writtenCallsMbPerDay / 1000).toFixed(2)} GB/day by all write calls (sockets among them)`,
      );
    }
  } finally {
    await influxd.stop();
  }
  say('budget: 2 GB/day at 20 frames/s');
}

if (values.help) say(help);
else {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const server = compileServer(folder);
  say(baselineVersions());
  const seconds = values.full ? 60 : Number(values.seconds);
  const count = values.full ? 5 : Number(values.pairs);
  if (values.highest) await highest(server, folder);
  else if (values.flash) await flash(server, folder);
  else
    await pairs(server, folder, count, { devices: 20, everyMs: 100, seconds, dropSeconds: Math.min(10, seconds / 3) });
  await rm(folder, { recursive: true, force: true });
}
