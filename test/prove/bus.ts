import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ModbusSimulator, type WireEvent } from '../../firmware-sim/index.js';
import { Child } from '../support/child.js';
import { type BusFigures, judgeBus } from './bus-figures.js';
import { type Finding, finding, type Proof, progress, randomFrom } from './proof.js';
import { startPtyPair } from './pty-pair.js';

const units = Array.from({ length: 16 }, (_, n) => n + 1);
const registers = 10;
const baud = 9600;
const p99MaxMs = 1200;
const revivedWithinMs = 60_000;
/** A start with dead units finds them dead first; told apart from what comes after. */
const startMs = 5000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const siteText = (path: string, folder: string): string => `version: 1
site: { id: bus, timezone: "+08:00" }
profiles:
  ten:
    driver: modbus
    poll: 1s
    tags:
${Array.from({ length: registers }, (_, n) => `      v${n}: { register: holding ${n}, unit: "" }`).join('\n')}
links:
  line:
    driver: modbus
    framing: rtu
    address: "serial:${path}"
    serial: { baud: ${baud} }
    timeout: 200ms
    lateness: 300ms
    probeShare: 0.1
    devices:
${units.map((unit) => `      u${unit}: { profile: ten, unit: ${unit} }`).join('\n')}
journal: { folder: "${folder}" }
`;

interface Scene {
  readonly dead: readonly number[];
  readonly lastsMs: number;
  /** The dead unit that comes back half-way; none in a scene without dead ones. */
  readonly revived: number | undefined;
}

/** One bus with some units dead, for its time and until the revived unit was read; judged by the simulator's log. */
async function play(scene: Scene, folder: string): Promise<BusFigures> {
  await mkdir(folder, { recursive: true });
  const line = await startPtyPair(folder, 'line');
  const events: WireEvent[] = [];
  const simulator = new ModbusSimulator({
    transport: { kind: 'rtu', path: line.far },
    wire: { baud },
    units: units.map((unit) => ({
      unit,
      map: {
        entries: [],
        fixed: [{ area: 'holding', address: 0, words: Array.from({ length: registers }, (_, n) => unit * 100 + n) }],
      },
    })),
    log: (event) => void events.push(event),
  });
  const die = (dead: readonly number[]): void => {
    simulator.heal();
    for (const unit of dead) simulator.inject({ kind: 'dead', unit });
  };
  die(scene.dead);
  await simulator.start();
  const site = join(folder, 'site.yaml');
  await writeFile(site, siteText(line.near, join(folder, 'journal')));
  const gateway = new Child('gateway-process.js', [site], join(folder, 'gateway.log'));
  let revivedAtMs: number | undefined;
  try {
    if ((await gateway.line((said) => said === 'ready')) === undefined) throw new Error(`no gateway: see ${folder}`);
    await sleep(scene.lastsMs / 2);
    if (scene.revived !== undefined) {
      die(scene.dead.filter((unit) => unit !== scene.revived));
      revivedAtMs = performance.now();
    }
    await sleep(scene.lastsMs / 2);
    const isBack = (): boolean => events.some(({ kind, unit }) => kind === 'answer' && unit === scene.revived);
    while (revivedAtMs !== undefined && !isBack() && performance.now() - revivedAtMs < 2 * revivedWithinMs)
      await sleep(200);
  } finally {
    await gateway.end('SIGTERM');
    await simulator.stop();
    await line.stop();
  }
  await writeFile(join(folder, 'wire.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return judgeBus(events, { ...scene, revivedAtMs, startMs });
}

const ms = (value: number): string => (Number.isFinite(value) ? `${Math.round(value)} ms` : 'never');

function findingsOf(dead: number, figures: BusFigures): Finding[] {
  const {
    p99Ms,
    p99WithStartMs,
    worstUnitP99Ms,
    longestMs,
    startLongestMs,
    deadShare,
    polls,
    readAgainMs,
    polledAgainMs,
  } = figures;
  const start = `with the first ${startMs / 1000} s ${ms(p99WithStartMs)}, longest there ${ms(startLongestMs)}`;
  const about = `longest ${ms(longestMs)}; ${start}; ${polls} polls`;
  const rows = [
    finding(
      `${dead} dead: p99 interval of live units`,
      `${ms(p99Ms)}; ${about}`,
      `≤ ${p99MaxMs} ms`,
      p99Ms <= p99MaxMs,
    ),
    finding(
      `${dead} dead: p99 of the worst live unit`,
      ms(worstUnitP99Ms),
      `≤ ${p99MaxMs} ms`,
      worstUnitP99Ms <= p99MaxMs,
    ),
  ];
  if (dead === 0) return rows;
  return [
    ...rows,
    finding(`${dead} dead: requests to dead units`, `${(deadShare * 100).toFixed(1)} % of the bus's time`, 'any', true),
    finding(
      `${dead} dead: revived unit read again after`,
      `${ms(readAgainMs)}, each second from ${ms(polledAgainMs)}`,
      `≤ ${revivedWithinMs} ms`,
      readAgainMs <= revivedWithinMs,
    ),
  ];
}

/** 16 units on a serial line at 9600 baud, none, four and eight of them dead; the three lines run side by side. */
export const bus: Proof = {
  summary: 'a dead unit costs a known share of the bus: live units are read each second, a revived one within a minute',
  async run({ isFull, seed, folder, say }): Promise<readonly Finding[]> {
    const random = randomFrom(seed);
    const lastsMs = isFull ? 600_000 : 40_000;
    const scenes = [0, 4, 8].map((count): Scene => {
      const dead = units.map((unit) => ({ unit, at: random() })).sort((a, b) => a.at - b.at);
      const chosen = dead.slice(0, count).map(({ unit }) => unit);
      return { dead: chosen, lastsMs, revived: chosen[0] };
    });
    for (const { dead, revived } of scenes) {
      if (revived !== undefined) say(`  dead: ${dead.join(', ')}; ${revived} comes back half-way`);
    }
    const began = performance.now();
    const delays = monitorEventLoopDelay();
    delays.enable();
    const tell = progress(say, 'seconds', lastsMs / 1000);
    const telling = setInterval(() => tell(Math.round((performance.now() - began) / 1000)), 60_000);
    try {
      const figures = await Promise.all(scenes.map((scene) => play(scene, join(folder, `dead-${scene.dead.length}`))));
      // On a machine that others use, polls wait for its processors as well.
      const late = [99, 100].map((share) => ms(delays.percentile(share) / 1e6));
      say(`  the simulators themselves ran late by ${late[0]} at the 99th percentile, ${late[1]} at most`);
      return figures.flatMap((one, n) => findingsOf((scenes[n] as Scene).dead.length, one));
    } finally {
      clearInterval(telling);
    }
  },
};
