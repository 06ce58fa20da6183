import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flash } from './flash.js';
import { highest } from './highest.js';
import { latency } from './latency.js';
import {
  baselineVersions,
  compileServer,
  type LineRate,
  type Load,
  measureBare,
  measureSluice,
  startBenchInfluxd,
} from './line-rate.js';

type Mode = 'pairs' | 'highest' | 'flash' | 'latency';
/** Seconds of one measurement; of the latency, crossings. */
const small: Readonly<Record<Mode, number>> = { pairs: 25, highest: 15, flash: 40, latency: 200 };
const full: Readonly<Record<Mode, number>> = { pairs: 60, highest: 35, flash: 300, latency: 500 };

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    seconds: { type: 'string' },
    highest: { type: 'boolean', default: false },
    from: { type: 'string', default: '60' },
    batch: { type: 'string' },
    flash: { type: 'boolean', default: false },
    latency: { type: 'boolean', default: false },
    crossings: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const mode: Mode = values.highest ? 'highest' : values.flash ? 'flash' : values.latency ? 'latency' : 'pairs';

const help = `npm run bench [-- options]

Sluice beside a bare Node script on the same work: 20 Modbus TCP devices × 50 float32 × 10 Hz into InfluxDB.
  --full          five interleaved pairs of 60 s, the first 10 s of each dropped (default: two of 25 s);
                  the longer form of what follows
  --pairs N --seconds N
  --highest       raises the load by 60 devices at 20 Hz until 1 % of the polls are missed;
                  --from N devices, --batch N frames for InfluxDB (as shipped unless given)
  --flash         bytes written a day at 2, 20 and 200 frames/s
  --latency       from an instrument's reply to the decision and to the alarm at a subscriber; --crossings N
Needs influxd (port 8086 free) and a C compiler; --flash also strace, and root for a disk of its own; --latency mosquitto.`;

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

async function highestHeld(server: string, folder: string, seconds: number): Promise<void> {
  const batch = values.batch === undefined ? undefined : Number(values.batch);
  const best = await highest(server, folder, { fromDevices: Number(values.from), seconds, batch, say });
  say(
    best
      ? `highest step with less than 1 % missed: ${best.rate.valuesPerSecond.toFixed(0)} values/s from ${best.devices} devices at 20 Hz, ${best.rate.cpuSecondsPerMillion.toFixed(2)} CPU-s/M`
      : 'no step held',
  );
  say('budget: 150,000 values/s held with less than 1 % missed, aim 300,000');
}

if (values.help) say(help);
else {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const server = compileServer(folder);
  say(baselineVersions());
  const size = values.full ? full : small;
  const seconds = Number(values.seconds ?? size[mode]);
  const count = Number(values.pairs ?? (values.full ? 5 : 2));
  const run: Readonly<Record<Mode, () => Promise<void>>> = {
    pairs: () =>
      pairs(server, folder, count, { devices: 20, everyMs: 100, seconds, dropSeconds: Math.min(10, seconds / 3) }),
    highest: () => highestHeld(server, folder, seconds),
    flash: () => flash(server, folder, seconds, say),
    latency: () => latency(server, folder, Number(values.crossings ?? size.latency), say),
  };
  await run[mode]();
  await rm(folder, { recursive: true, force: true });
}
