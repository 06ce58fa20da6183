import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { quantile } from '../../gateway/cli/bench/quantile.js';
import { syncTimes } from '../../gateway/cli/bench/sync-time.js';
import { fitHeap } from '../../gateway/cli/fit-heap.js';
import { type Entry, silentLog } from '../../gateway/contract/index.js';
import type { Gateway } from '../../gateway/runtime/index.js';
import { benchSite } from '../support/bench-site.js';
import { Child } from '../support/child.js';
import { freePorts } from '../support/free-port.js';
import { startInfluxd } from '../support/influxd.js';
import { startMosquitto } from '../support/mosquitto.js';
import { type CrossingReport, crossingLimit, monotonicMs } from './crossings.js';
import { MeasuredProcess } from './measured-process.js';

const load = { devices: 20, everyMs: 100 } as const;
const startMs = 5000;
/** The last event may take this long to reach the subscriber. */
const lastEventMs = 5000;
const syncProbeMs = 2000;
const memoryEveryMs = 10_000;

/** What is asked of one run. */
export interface CrossingRun {
  readonly crossings: number;
  /** A value is held for so many replies at most. */
  readonly holdMax: number;
  /** Makes the crossing an alarm that a person has to answer; an event otherwise. */
  readonly isAlarm: boolean;
}

/** What came of it. Delays in ms, undefined where nothing came. */
export interface CrossingFigures {
  readonly decided: readonly (number | undefined)[];
  readonly heard: readonly (number | undefined)[];
  readonly frames: number;
  readonly seconds: number;
  /** Anonymous memory of the gateway's process each ten seconds, MB. */
  readonly memoryMb: readonly number[];
}

interface Peers {
  readonly influx: string;
  readonly basePort: number;
  readonly mqttPort: number;
  readonly crossingPort: number;
  readonly folder: string;
}

/** The site of the line-rate measurements, with one more device whose value crosses a limit, and an MQTT sink. */
function latencySite({ influx, basePort, mqttPort, crossingPort, folder }: Peers, isAlarm: boolean): string {
  const site = parse(benchSite({ ...load, influx, basePort, folder })) as Record<string, Record<string, unknown>>;
  // A class that is never collapsed: each crossing is announced.
  const alarm = isAlarm ? { alarm: { class: 'toxic', action: 'leave the building' } } : {};
  const also = (section: string, more: Record<string, unknown>) => ({ ...site[section], ...more });
  return stringify({
    ...site,
    profiles: also('profiles', {
      crossing: {
        driver: 'modbus',
        poll: `${load.everyMs}ms`,
        tags: { level: { register: 'holding 0', type: 'float32', unit: '' } },
      },
    }),
    links: also('links', {
      crossing: {
        driver: 'modbus',
        framing: 'tcp',
        address: `tcp://127.0.0.1:${crossingPort}`,
        devices: { crossing: { profile: 'crossing', unit: 1 } },
      },
    }),
    rules: also('rules', {
      crossing: { type: 'limits', devices: ['crossing'], tag: 'level', H: crossingLimit, ...alarm },
    }),
    sinks: also('sinks', { mqtt: { type: 'mqtt', url: `mqtt://127.0.0.1:${mqttPort}` } }),
  });
}

/** Starts the gateway in this process as `sluice run` does, and notes when each crossing's event reaches the journal. */
async function startWatched(site: string): Promise<{ gateway: Gateway; decided: Map<number, number> }> {
  fitHeap();
  const { loadSite, registries } = await import('../../config/index.js');
  const { Gateway, systemClock } = await import('../../gateway/runtime/index.js');
  const result = await loadSite(site);
  if (!result.site) throw new Error(`the bench's own site file is refused: ${JSON.stringify(result.problems)}`);
  const options = { site: result.site, registries, clock: systemClock, log: silentLog, version: 'bench' };
  const gateway = await Gateway.start(options);
  const { journal } = gateway;
  const decided = new Map<number, number>();
  const note = journal.note.bind(journal);
  journal.note = (entry: Entry): number => {
    const at = monotonicMs();
    const isOfCrossing = (entry.kind === 'event' || entry.kind === 'alarm') && entry.device === 'crossing';
    if (isOfCrossing && entry.value !== null && !decided.has(entry.value)) decided.set(entry.value, at);
    return note(entry);
  };
  return { gateway, decided };
}

/** ms from each crossing to what came of it; undefined where nothing did. */
function delays(written: CrossingReport['written'], seen: ReadonlyMap<number, number>): (number | undefined)[] {
  return written.map(([value, at]) => {
    const seenAt = seen.get(value);
    return seenAt === undefined ? undefined : seenAt - at;
  });
}

export function delayText(what: string, all: readonly (number | undefined)[]): string {
  const known = all.filter((ms) => ms !== undefined);
  const figures = (
    [
      ['p50', 0.5],
      ['p95', 0.95],
      ['p99', 0.99],
      ['max', 1],
    ] as const
  )
    .map(([name, share]) => `${name} ${quantile(known, share).toFixed(1)}`)
    .join('  ');
  return `${what.padEnd(44)} ${figures} ms  (${known.length} crossings, ${all.length - known.length} without an event)`;
}

/** The first time each value was heard; a repeated delivery is not later for it. */
const firstHeard = (heard: CrossingReport['heard']): Map<number, number> => new Map(heard.toReversed());

/** Anonymous memory of this process, MB. */
const rssAnonMb = (): number =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;

/** Samples the memory until `signal` ends. */
async function sampleMemory(into: number[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    into.push(rssAnonMb());
    await sleep(memoryEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

async function observe(site: string, witness: Child): Promise<CrossingFigures> {
  const { gateway, decided } = await startWatched(site);
  const memoryMb: number[] = [];
  const sampling = new AbortController();
  try {
    await sleep(startMs);
    const sampled = sampleMemory(memoryMb, sampling.signal);
    const before = { at: monotonicMs(), frames: gateway.journal.acquisition.acquired };
    if ((await witness.ask('begin')) !== 'done') throw new Error('the witness ended before all crossings were made');
    const seconds = (monotonicMs() - before.at) / 1000;
    const frames = gateway.journal.acquisition.acquired - before.frames;
    sampling.abort();
    await sampled;
    await sleep(lastEventMs);
    const { written, heard } = JSON.parse((await witness.ask('report')) ?? '') as CrossingReport;
    return { decided: delays(written, decided), heard: delays(written, firstHeard(heard)), frames, seconds, memoryMb };
  } finally {
    sampling.abort();
    await gateway.stop();
  }
}

/**
 * Crossings under the full line rate: 20 devices × 50 float32 × 10 Hz into InfluxDB, and one more device whose value
 * crosses. Instrument and subscriber are one process outside the gateway; all read one clock.
 */
export async function watchCrossings(server: string, folder: string, run: CrossingRun): Promise<CrossingFigures> {
  const [influxd, mosquitto, basePort] = [await startInfluxd(), await startMosquitto(), await freePorts(load.devices)];
  const field = new MeasuredProcess(server, [String(basePort), String(load.devices), join(folder, 'server-counts')]);
  const settings = [mosquitto.port, run.crossings, run.holdMax].map(String);
  const witness = new Child('../bench/crossing-witness.js', settings, join(folder, 'witness.log'));
  try {
    const crossingPort = Number(await witness.line(() => true));
    const peers = { influx: influxd.url, basePort, mqttPort: mosquitto.port, crossingPort };
    const site = join(folder, 'site.yaml');
    await writeFile(site, latencySite({ ...peers, folder: join(folder, 'journal') }, run.isAlarm));
    return await observe(site, witness);
  } finally {
    await witness.end('SIGTERM');
    await field.end();
    await mosquitto.stop();
    await influxd.stop();
  }
}

/**
 * From a reply written by an instrument to the decision, and to the journaled event at a subscriber of a real broker,
 * under the full line rate.
 */
export async function latency(
  server: string,
  folder: string,
  crossings: number,
  say: (line: string) => void,
): Promise<void> {
  const syncs = await syncTimes(folder, syncProbeMs);
  const flushes = [0.5, 0.99, 1].map((share) => quantile(syncs, share).toFixed(1));
  say(`one flush of this disk, idle: p50 ${flushes[0]}  p99 ${flushes[1]}  max ${flushes[2]} ms`);
  const { decided, heard, frames, seconds } = await watchCrossings(server, folder, {
    crossings,
    holdMax: 2,
    isAlarm: false,
  });
  say(`${frames} frames in ${seconds.toFixed(0)} s, ${(frames / seconds).toFixed(0)}/s, to InfluxDB and to MQTT`);
  say(delayText('reply on the wire to the decision', decided));
  say(delayText('reply on the wire to the event at a subscriber', heard));
  say('budget: decision ≤ 20 ms at p99; what is on the wire one disk flush more');
}
