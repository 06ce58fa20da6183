import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCounterLines, startPlant } from '../../firmware-sim/index.js';
import { Child } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { type Recorder, startRecorder } from '../support/recorder.js';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';

const units = [1, 2, 3, 4];
/** What was answered this long before a kill may be lost: it is listed. */
const lostBeforeKillMs = 300;
const commitEveryMs = 1000;
const journalWriteMs = 200;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const plantSpec = (counterFile: string) => ({
  servers: [
    {
      name: 'station',
      transport: { kind: 'tcp' as const, port: 0 },
      counterFile,
      units: units.map((unit) => ({
        unit,
        entries: [{ area: 'holding' as const, address: 10, tag: 'level', type: 'float32' as const }],
        values: { level: unit * 1.5 },
        counter: { area: 'holding' as const, address: 0, words: 2 as const },
      })),
    },
  ],
});

const siteText = (
  address: string,
  folder: string,
  influx: string,
  recorder: string,
  pool: string,
): string => `version: 1
site: { id: killed, timezone: "+08:00" }
profiles:
  counting:
    driver: modbus
    poll: 100ms
    tags:
      counter: { register: holding 0, type: uint32, unit: "" }
      level: { register: holding 10, type: float32, unit: m }
links:
  station:
    driver: modbus
    framing: tcp
    address: "${address}"
    devices:
${units.map((unit) => `      u${unit}: { profile: counting, unit: ${unit} }`).join('\n')}
rules:
  level: { type: limits, devices: ["profile:counting"], tag: level, H: 3, HH: 5, deadband: 0.1 }
sinks:
  influx: { type: influxdb, url: "${influx}", database: killed, flush: 500ms }
  recorder: { type: influxdb, url: "${recorder}", database: killed, flush: 300ms }
  pool: { type: pool, url: "${pool}", order: strict, flush: 500ms }
journal: { folder: "${folder}", commitEvery: ${commitEveryMs}ms }
http: { port: 18081 }
`;

interface Scene {
  readonly folder: string;
  readonly site: string;
  readonly influxd: Influxd;
  readonly recorder: Recorder;
  readonly poolPort: number;
  readonly kills: number[];
}

const startGateway = (scene: Scene): Child =>
  new Child('gateway-process.js', [scene.site], join(scene.folder, 'gateway.log'));
const startPoolProcess = (scene: Scene): Child =>
  new Child('pool-process.js', [join(scene.folder, 'pool'), String(scene.poolPort)], join(scene.folder, 'pool.log'));

/** Kills the gateway again and again, and now and then InfluxDB and the pool; ends with everything running. */
async function killAround(
  scene: Scene,
  plan: readonly { afterMs: number; inStart: boolean }[],
  say: (line: string) => void,
  random: () => number,
): Promise<{ influx: number; pool: number; starts: number[]; gateway: Child; pool_: Child }> {
  const counts = { influx: 0, pool: 0 };
  const starts: number[] = [];
  let pool_ = startPoolProcess(scene);
  const tell = progress(say, 'kills', plan.length);
  for (const [n, { afterMs, inStart }] of plan.entries()) {
    const startedAt = performance.now();
    const gateway = startGateway(scene);
    if (inStart) await sleep(afterMs);
    else {
      await gateway.line((line) => line === 'ready');
      starts.push(performance.now() - startedAt);
      await sleep(afterMs);
    }
    await gateway.end('SIGKILL');
    scene.kills.push(Date.now());
    if (random() < 0.25) {
      await scene.influxd.kill();
      counts.influx += 1;
      await scene.influxd.restart();
    }
    if (random() < 0.25) {
      await pool_.end('SIGKILL');
      counts.pool += 1;
      pool_ = startPoolProcess(scene);
    }
    tell(n + 1);
  }
  const gateway = startGateway(scene);
  await gateway.line((line) => line === 'ready');
  return { ...counts, starts, gateway, pool_ };
}

/** Waits until nothing waits, for two minutes at most; resolves to the last ledger. */
async function drained(
  gateway: Child,
): Promise<{ sinks: { sink: string; waiting: number; isBalanced: boolean }[]; run: { isBalanced: boolean } }> {
  for (let turn = 0; ; turn += 1) {
    const ledger = JSON.parse((await gateway.ask('ledger')) ?? '{}') as Awaited<ReturnType<typeof drained>>;
    if (turn > 240 || ledger.sinks.every(({ waiting }) => waiting < 60)) return ledger;
    await sleep(500);
  }
}

async function stored(influxd: Influxd): Promise<Map<string, Map<number, number>>> {
  const byDevice = new Map<string, Map<number, number>>();
  for (const unit of units) {
    const rows = await influxd.query(`SELECT counter FROM counting WHERE device = 'u${unit}'`, 'killed');
    const counts = new Map<number, number>();
    for (const row of rows) {
      const value = Number(row['counter']);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    byDevice.set(`u${unit}`, counts);
  }
  return byDevice;
}

async function judge(
  scene: Scene,
  counterText: string,
): Promise<{ answered: number; missing: string[]; lost: number; doubled: number }> {
  const answered = readCounterLines(counterText);
  const inInflux = await stored(scene.influxd);
  const missing: string[] = [];
  let lost = 0;
  let doubled = 0;
  for (const { unit, counter, utcMs } of answered) {
    const times = inInflux.get(`u${unit}`)?.get(counter) ?? 0;
    if (times > 1) doubled += 1;
    if (times > 0) continue;
    const kill = scene.kills.find((at) => at >= utcMs);
    if (kill !== undefined && kill - utcMs <= lostBeforeKillMs)
      missing.push(`u${unit} #${counter}, ${kill - utcMs} ms before a kill`);
    else lost += 1;
  }
  return { answered: answered.length, missing, lost, doubled };
}

/** Lines seen twice, and how long before the kill between them the first was accepted. */
function repeats(scene: Scene): { lines: number; repeated: number; oldestMs: number; unexplained: number } {
  let repeated = 0;
  let oldestMs = 0;
  let unexplained = 0;
  for (const times of scene.recorder.accepted.values()) {
    for (let n = 1; n < times.length; n += 1) {
      repeated += 1;
      const [before, after] = [times[n - 1] as number, times[n] as number];
      const kill = scene.kills.find((at) => at >= before && at <= after);
      if (kill === undefined) unexplained += 1;
      else oldestMs = Math.max(oldestMs, kill - before);
    }
  }
  return { lines: scene.recorder.accepted.size, repeated, oldestMs, unexplained };
}

async function poolFindings(scene: Scene): Promise<readonly Finding[]> {
  const missing = (await (await fetch(`http://127.0.0.1:${scene.poolPort}/v1/missing`)).json()) as {
    missing?: unknown[];
  }[];
  const sources = (await (await fetch(`http://127.0.0.1:${scene.poolPort}/v1/sources`)).json()) as unknown[];
  const text = JSON.stringify(missing);
  const gaps = (Array.isArray(missing) ? missing : []).filter((one) => (one.missing ?? []).length > 0).length;
  return [
    finding(`pool: ${sources.length} lanes, gaps named`, `${gaps} ${gaps ? text.slice(0, 200) : ''}`, '0', gaps === 0),
  ];
}

/** kill -9 of the gateway at any moment, with InfluxDB and the pool killed as well. */
export const kill: Proof = {
  summary: 'kill -9: every reading answered is stored exactly once, but those of the last 300 ms before a kill',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const random = randomFrom(seed);
    const counterFile = join(folder, 'counters.txt');
    const plant = await startPlant(plantSpec(counterFile));
    const scene: Scene = {
      folder,
      site: join(folder, 'site.yaml'),
      influxd: await startInfluxd(),
      recorder: await startRecorder(),
      poolPort: await freePort(),
      kills: [],
    };
    const pool = `http://127.0.0.1:${scene.poolPort}`;
    await writeFile(
      scene.site,
      siteText(
        plant.addresses['station'] as string,
        join(folder, 'journal'),
        scene.influxd.url,
        scene.recorder.url,
        pool,
      ),
    );
    const [running, starting] = isFull ? [150, 50] : [9, 3];
    const plan = [
      ...Array.from({ length: running }, () => ({ afterMs: random() * 5000, inStart: false })),
      ...Array.from({ length: starting }, () => ({ afterMs: random() * 900, inStart: true })),
    ].sort(() => random() - 0.5);
    const { influx, pool: poolKills, starts, gateway, pool_ } = await killAround(scene, plan, say, random);
    await sleep(3000);
    const ledger = await drained(gateway);
    const poolLines = await poolFindings(scene);
    await gateway.end('SIGTERM');
    await plant.stop();
    const { answered, missing, lost, doubled } = await judge(scene, await readFile(counterFile, 'utf8'));
    const again = repeats(scene);
    await pool_.end('SIGTERM');
    await scene.influxd.stop();
    await scene.recorder.stop();
    say(
      `  ${plan.length} kills of the gateway, ${influx} of InfluxDB, ${poolKills} of the pool; start to ready ${Math.round(Math.max(...starts))} ms at most`,
    );
    for (const line of missing.slice(0, isFull ? 400 : 40)) say(`  not stored: ${line}`);
    const unbalanced = ledger.sinks.filter(({ isBalanced }) => !isBalanced).length;
    const allowed = commitEveryMs + journalWriteMs;
    return [
      finding('readings answered', answered, 'many', answered > plan.length),
      finding('stored nowhere, older than 300 ms before a kill', lost, '0', lost === 0),
      finding('stored nowhere, within 300 ms before a kill (listed)', missing.length, 'any', true),
      finding('stored twice', doubled, '0', doubled === 0),
      finding(
        `lines seen again of ${again.lines}: first accepted before the kill by at most`,
        `${again.oldestMs} ms (${again.repeated} lines)`,
        `≤ ${allowed} ms`,
        again.oldestMs <= allowed,
      ),
      finding('lines seen again without a kill between', again.unexplained, '0', again.unexplained === 0),
      ...poolLines,
      finding(
        'ledger accounts that do not balance',
        unbalanced + (ledger.run.isBalanced ? 0 : 1),
        '0',
        unbalanced === 0 && ledger.run.isBalanced,
      ),
    ];
  },
};
