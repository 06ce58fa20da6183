import { join } from 'node:path';
import type { Arrivals } from './arrivals.js';
import type { CountedSite } from './counted-site.js';
import { deliveredOf, type RunRecord, startCounted, waitingOf, watch } from './counted-run.js';
import { drained } from './drained.js';
import { fullDisk } from './full-disk.js';
import { OutageScene } from './outage-scene.js';
import { type Finding, finding, type Proof, type ProofOptions, progress } from './proof.js';

const flushMs = 1000;
const commitEveryMs = 1000;
const writeEveryMs = 200;
/** Ready at the latest after a commit, due after a flush, and one flush late. */
const liveAgeMaxMs = commitEveryMs + writeEveryMs + 2 * flushMs;
/** 60 devices: about 200 frames a second at this pace, and 6,000 at the fast one. */
const shape = { links: 10, devicesPerLink: 6 } as const;
const pace = { site: 300, fast: 10, still: 86_400_000 } as const;

interface Plan {
  readonly options: ProofOptions;
  readonly scene: OutageScene;
  readonly influxSink: string;
  readonly moreSinks: readonly string[];
  readonly records: { unbalanced: number; rssAnonMaxMb: number };
}

const siteOf = (plan: Plan, phase: number, pollMs: number, withAll: boolean): CountedSite => ({
  ...shape,
  phase,
  pollMs,
  sinks: withAll ? [plan.influxSink, ...plan.moreSinks] : [plan.influxSink],
  journal: `folder: "${join(plan.options.folder, 'journal')}", bytesMax: 8GiB, commitEvery: ${commitEveryMs}ms`,
});

function remember(plan: Plan, { unbalanced, rssAnonMaxMb }: RunRecord): void {
  plan.records.unbalanced += unbalanced;
  plan.records.rssAnonMaxMb = Math.max(plan.records.rssAnonMaxMb, rssAnonMaxMb);
}

/** Produces frames at the fast pace while the sinks are away; resolves to frames a second. */
async function produce(plan: Plan, phase: number, frames: number, withAll: boolean): Promise<number> {
  const gateway = await startCounted(plan.options.folder, siteOf(plan, phase, pace.fast, withAll));
  const tell = progress(plan.options.say, `frames of phase ${phase}`, frames);
  const record = await watch(
    gateway,
    ({ run }) => run.appended >= frames,
    ({ run }) => tell(Math.min(frames, run.appended)),
  );
  remember(plan, record);
  await gateway.end('SIGTERM');
  return record.ledger.run.appended / record.seconds;
}

/** InfluxDB is there from the start: how old a frame is when it is stored, without any backlog. */
async function undisturbed(plan: Plan, seconds: number): Promise<number> {
  const { scene, options } = plan;
  const gateway = await startCounted(options.folder, siteOf(plan, 1, pace.site, false));
  remember(plan, await watch(gateway, (_, passed) => passed >= seconds));
  scene.witness.cut();
  await gateway.end('SIGTERM');
  return scene.liveAgeMaxMs;
}

interface Replay {
  readonly framesPerSecond: number;
  readonly seconds: number;
  readonly rssAnonMb: number;
  readonly liveAgeMs: number;
}

/** Everything comes back while the site goes on at its own pace; ends when no sink is behind. */
async function replay(plan: Plan): Promise<Replay> {
  const { scene, options } = plan;
  const gateway = await startCounted(options.folder, siteOf(plan, 5, pace.site, true));
  const before = (await watch(gateway, () => true)).ledger;
  const backlog = waitingOf(before, 'influx');
  options.say(
    `  ${backlog} frames wait for InfluxDB, ${waitingOf(before, 'mqtt')} for MQTT, ${waitingOf(before, 'pool')} for the pool`,
  );
  Object.assign(scene, { liveAgeMaxMs: 0, liveStream: 1 });
  scene.heal();
  const tell = progress(options.say, 'frames of the backlog', backlog);
  const live = (1000 * (shape.links * shape.devicesPerLink)) / pace.site;
  const isBehind = (waiting: number): boolean => waiting > (live * liveAgeMaxMs) / 1000;
  let influxSeconds = 0;
  const record = await watch(
    gateway,
    (ledger, seconds) => {
      if (influxSeconds === 0 && !isBehind(waitingOf(ledger, 'influx'))) influxSeconds = seconds;
      return !['influx', 'mqtt', 'pool'].some((sink) => isBehind(waitingOf(ledger, sink)));
    },
    (ledger) => tell(Math.max(0, backlog - waitingOf(ledger, 'influx'))),
  );
  remember(plan, record);
  const { liveAgeMaxMs: liveAgeMs } = scene;
  await gateway.end('SIGTERM');
  return {
    framesPerSecond: backlog / influxSeconds,
    seconds: influxSeconds,
    rssAnonMb: record.rssAnonMaxMb,
    liveAgeMs,
  };
}

/** The devices stand still, so that nothing is under way when it is counted. */
async function counted(plan: Plan): Promise<readonly Finding[]> {
  const { scene, options } = plan;
  const gateway = await startCounted(options.folder, siteOf(plan, 5, pace.still, true));
  const ledger = await drained(gateway, options.say);
  await gateway.end('SIGTERM');
  const { all, sparse } = await scene.inInflux();
  const { arrivals: pooled, ids, missing } = await scene.pooled();
  const order = (name: string, arrivals: Arrivals): Finding[] => [
    finding(`${name}: streams of a device`, arrivals.streamsMax, '≤ 2, each in order', arrivals.streamsMax <= 2),
    finding(
      `${name}: holes, frames seen again`,
      `${arrivals.holes}, ${arrivals.repeats}`,
      '0, 0',
      arrivals.holes + arrivals.repeats === 0,
    ),
    finding(
      `${name}: values under another name${name === 'InfluxDB' ? '' : ' or unit'}`,
      arrivals.misnamed,
      '0',
      arrivals.misnamed === 0,
    ),
  ];
  const { arrivals: heard, frames: heardFrames } = scene.heard();
  const [toInflux, toMqtt, toPool] = ['influx', 'mqtt', 'pool'].map((sink) => deliveredOf(ledger, sink));
  return [
    finding('frames in InfluxDB; delivered, says the ledger', `${all}; ${toInflux}`, 'the same', all === toInflux),
    finding('devices whose sequences are not dense in InfluxDB', sparse.length, '0', sparse.length === 0),
    ...order('InfluxDB', scene.influxArrivals),
    finding(
      'frames heard at MQTT; delivered, says the ledger',
      `${heardFrames}; ${toMqtt}`,
      'the same',
      heardFrames === toMqtt,
    ),
    ...order('MQTT', heard),
    finding('events in the pool; delivered, says the ledger', `${ids}; ${toPool}`, 'the same', ids === toPool),
    finding('pool: gaps it names', missing, '0', missing === 0),
    ...order('pool', pooled),
    finding(
      'frames still waiting',
      waitingOf(ledger, 'influx') + waitingOf(ledger, 'mqtt') + waitingOf(ledger, 'pool'),
      '0',
      ledger.sinks.every(({ waiting }) => waiting === 0),
    ),
  ];
}

async function outage(options: ProofOptions): Promise<readonly Finding[]> {
  const { isFull, say } = options;
  const scene = await OutageScene.start(options.folder);
  const common = `flush: ${flushMs}ms, liveFirstAfter: 2s, backlogPerSecond: 20000, batch: 2000`;
  const plan: Plan = {
    options,
    scene,
    influxSink: `influx: { type: influxdb, url: "${scene.witness.url}", database: counted, ${common} }`,
    moreSinks: [
      `mqtt: { type: mqtt, url: "mqtt://127.0.0.1:${scene.wires.mqtt.port}", ${common} }`,
      `pool: { type: pool, url: "http://127.0.0.1:${scene.wires.pool.port}", order: strict, flush: ${flushMs}ms, batch: 1000 }`,
    ],
    records: { unbalanced: 0, rssAnonMaxMb: 0 },
  };
  try {
    const alone = await undisturbed(plan, isFull ? 60 : 8);
    scene.cut();
    const rate = await produce(plan, 1, isFull ? 4_320_000 : 40_000, false);
    const changed = isFull ? 20_000 : 3000;
    for (const phase of [1, 2, 3, 4]) await produce(plan, phase, changed, true);
    const { framesPerSecond, seconds, rssAnonMb, liveAgeMs } = await replay(plan);
    say(
      `  replay: ${Math.round(framesPerSecond)} frames/s for ${seconds.toFixed(0)} s beside live data; gateway's own memory ${rssAnonMb.toFixed(0)} MB at most (${plan.records.rssAnonMaxMb.toFixed(0)} MB in all runs)`,
    );
    return [
      finding('frames a second produced while InfluxDB was away', Math.round(rate), '≥ 3000', rate >= 3000),
      finding(
        `age of a live frame when stored, beside the backlog (without any: ${alone} ms)`,
        `${liveAgeMs} ms at most`,
        `≤ ${liveAgeMaxMs} ms`,
        liveAgeMs > 0 && liveAgeMs <= liveAgeMaxMs,
      ),
      ...(await counted(plan)),
      finding(
        'accounts that did not balance at some moment',
        plan.records.unbalanced,
        '0',
        plan.records.unbalanced === 0,
      ),
    ];
  } finally {
    await scene.stop();
  }
}

/** A long outage, a site that changes meanwhile, and a journal on a disk that is full. */
export const backlog: Proof = {
  summary:
    'a backlog is brought in order beside live data, under the names and units it was read with; a full disk drops the oldest',
  run: async (options) => [...(await outage(options)), ...(await fullDisk(options))],
};
