import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plantNamespace } from '../../firmware-sim/opcua/index.js';
import { cpuSecondsOf } from '../bench/processor-time.js';
import { Child } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { until } from './commands-program.js';
import { drained } from './drained.js';
import { loadDevices, loadItem, loadItems } from './opcua-load-names.js';
import { type Finding, finding, type Proof, progress } from './proof.js';

const aim = 1.5;
const perDevice = loadItems / loadDevices;
const readyWithinMs = 120_000;
/** Before the load begins, and within it before CPU is counted: code that runs often is compiled meanwhile. */
const startedMs = 10_000;
const idleSeconds = 10;
const warmSeconds = 10;
/** The last notification is on its way at most a publishing interval. */
const settleMs = 2500;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

function siteText(endpoint: string, influx: string, folder: string, httpPort: number): string {
  const profile = (device: number): string => {
    const tags = numbers(perDevice).map(
      (n) => `      v${n}: { node: "s=Plant.${loadItem(device * perDevice + n)}", unit: "" }`,
    );
    return `  p${device}:\n    driver: opcua\n    poll: 1s\n    tags:\n${tags.join('\n')}`;
  };
  const watched = `namespace: "${plantNamespace}", sampling: on-change, queue: 10`;
  const devices = numbers(loadDevices).map((n) => `      d${n}: { profile: p${n}, ${watched} }`);
  return `version: 1
site: { id: load, timezone: "+08:00" }
profiles:
${numbers(loadDevices).map(profile).join('\n')}
links:
  server:
    driver: opcua
    endpoint: "${endpoint}"
    security: none
    devices:
${devices.join('\n')}
sinks:
  influx: { type: influxdb, url: "${influx}", database: load }
journal: { folder: "${join(folder, 'journal')}" }
http: { port: ${httpPort} }
`;
}

/** What InfluxDB holds of all items. */
interface Stored {
  readonly items: number;
  readonly values: number;
  /** Items that have each turn from 0 to the last exactly once: count, greatest and sum say so together. */
  readonly whole: number;
}

async function stored(influxd: Influxd, turns: number): Promise<Stored> {
  const fields = async (what: string): Promise<number[]> => {
    const rows = await influxd.query(`SELECT ${what}(/^v/) FROM /^p/`, 'load').catch(() => []);
    return rows.flatMap((row) => numbers(perDevice).map((n) => Number(row[`${what}_v${n}`] ?? 0)));
  };
  const [counts, sums, greatest] = [await fields('count'), await fields('sum'), await fields('max')];
  const wantedSum = (turns * (turns + 1)) / 2;
  const isWhole = (n: number): boolean => counts[n] === turns + 1 && greatest[n] === turns && sums[n] === wantedSum;
  return {
    items: counts.filter((count) => count > 0).length,
    values: counts.reduce((sum, count) => sum + count, 0),
    whole: counts.filter((_, n) => isWhole(n)).length,
  };
}

interface Turns {
  readonly turns: number;
  readonly lateMs: number;
}

const askPlant = async (plant: Child, word: string): Promise<Turns> => {
  const said = await plant.ask(word);
  if (said === undefined) throw new Error('the simulated server has ended; its log says why');
  return JSON.parse(said) as Turns;
};

/** What one process that listens to the load took. */
interface Measured {
  readonly turns: number;
  /** Greatest delay of a turn of the plant, ms. */
  readonly lateMs: number;
  readonly memoryMb: number;
  /** CPU-s per million values, once it had run for a while. */
  readonly cost: number;
  /** Share of a core before the load began. */
  readonly idle: number;
}

/** Lets the plant change for so long. */
async function measure(
  plant: Child,
  listener: Child,
  seconds: number,
  onSecond: (done: number) => void,
): Promise<Measured> {
  const before = (await askPlant(plant, 'turns')).turns;
  // What a start leaves to do is no load.
  await sleep(startedMs);
  const idle = await cpuPerSecond(listener, idleSeconds);
  let [cpuAtWarm, turnsAtWarm, memoryMb] = [0, 0, 0];
  await askPlant(plant, 'go');
  for (let second = 0; second < seconds; second += 1) {
    if (second === warmSeconds) {
      cpuAtWarm = cpuSecondsOf(listener.pid);
      turnsAtWarm = (await askPlant(plant, 'turns')).turns;
    }
    await sleep(1000);
    memoryMb = Math.max(memoryMb, listener.rssAnonMb());
    onSecond(second + 1);
  }
  const cpu = cpuSecondsOf(listener.pid) - cpuAtWarm;
  const { turns, lateMs } = await askPlant(plant, 'stop');
  await sleep(settleMs);
  const values = (turns - turnsAtWarm) * loadItems;
  return { turns: turns - before, lateMs, memoryMb, cost: (cpu * 1e6) / values, idle };
}

/** Share of one core that a process takes with nothing to do. */
async function cpuPerSecond({ pid }: Child, seconds: number): Promise<number> {
  const before = cpuSecondsOf(pid);
  await sleep(seconds * 1000);
  return (cpuSecondsOf(pid) - before) / seconds;
}

/** The whole gateway: wire, journal, InfluxDB. */
async function gatewayFindings(
  plant: Child,
  site: string,
  influxd: Influxd,
  folder: string,
  seconds: number,
  say: (line: string) => void,
): Promise<Finding[]> {
  const gateway = new Child('gateway-process.js', [site], join(folder, 'gateway.log'));
  try {
    if ((await gateway.line((line) => line === 'ready')) === undefined) throw new Error('the gateway did not start');
    const isThere = async () => (await stored(influxd, 0)).items === loadItems;
    if (!(await until(readyWithinMs, isThere))) throw new Error('the items did not come to InfluxDB');
    const tell = progress(say, 'seconds', seconds);
    const { turns, lateMs, cost, idle, memoryMb } = await measure(plant, gateway, seconds, tell);
    const { run, sinks } = await drained(gateway, say);
    const { values, whole } = await stored(influxd, turns);
    const expected = loadItems * (turns + 1);
    const isBalanced = run.isBalanced && sinks.every((one) => one.isBalanced);
    say(`  ${turns} turns in ${seconds} s; the server was at most ${lateMs} ms late with one`);
    return [
      finding('values/s', Math.round((loadItems * turns) / seconds), `about ${loadItems}`, turns >= seconds * 0.97),
      finding('values in InfluxDB', values, String(expected), values === expected),
      finding('items with every turn once', whole, String(loadItems), whole === loadItems),
      finding('the ledger balances', String(isBalanced), 'true', isBalanced),
      finding('memory of the gateway, at most', `${memoryMb.toFixed(0)} MB`, 'any', true),
      finding('CPU of the gateway without load', `${(100 * idle).toFixed(1)} % of a core`, 'any', true),
      finding('CPU-s per million values, wire to InfluxDB', cost.toFixed(2), `≤ ${aim}`, cost <= aim),
    ];
  } finally {
    await gateway.end('SIGTERM');
  }
}

/** The client library with nothing around it, in a process of its own. */
async function floorFindings(plant: Child, endpoint: string, folder: string, seconds: number): Promise<Finding[]> {
  const floor = new Child('../prove/opcua-load-floor.js', [endpoint, String(loadItems)], join(folder, 'floor.log'));
  try {
    if ((await floor.line((line) => line === 'ready')) === undefined) throw new Error('the bare library did not start');
    await sleep(2000);
    const first = Number(await floor.ask('count'));
    const { turns, cost, memoryMb } = await measure(plant, floor, seconds, () => undefined);
    const values = Number(await floor.ask('count')) - first;
    return [
      finding('the bare library: values of those sent', `${values} of ${loadItems * turns}`, 'all', true),
      finding('the bare library: CPU-s per million values', cost.toFixed(2), 'any', true),
      finding('the bare library: memory, at most', `${memoryMb.toFixed(0)} MB`, 'any', true),
    ];
  } finally {
    await floor.end('SIGTERM');
  }
}

/** Line 7 of the fourth issue: 5,000 monitored items that all change each second. */
export const opcuaLoad: Proof = {
  summary: 'OPC UA: 5,000 monitored items changing each second, wire to InfluxDB; none missed, beside the bare library',
  async run({ isFull, folder, say }): Promise<readonly Finding[]> {
    const influxd = await startInfluxd();
    const server = [join(folder, 'server'), String(loadItems)];
    const plant = new Child('../prove/opcua-load-plant.js', server, join(folder, 'plant.log'));
    try {
      const endpoint = await plant.line((line) => line.startsWith('opc.tcp:'));
      if (endpoint === undefined) throw new Error('the simulated server did not start');
      await mkdir(join(folder, 'journal'), { recursive: true });
      const site = join(folder, 'site.yaml');
      await writeFile(site, siteText(endpoint, influxd.url, folder, await freePort()));
      const findings = await gatewayFindings(plant, site, influxd, folder, isFull ? 600 : 30, say);
      return [...findings, ...(await floorFindings(plant, endpoint, folder, isFull ? 120 : 30))];
    } finally {
      await plant.end('SIGTERM');
      await influxd.stop();
    }
  },
};
