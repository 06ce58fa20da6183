import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plant, readCounterLines, startPlant } from '../../firmware-sim/index.js';
import { freePort } from '../support/free-port.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.js';
import { listenMqtt, type MqttListener } from '../support/mqtt-listener.js';
import { type ArmBox, armBox, installDependencies } from './arm-box.js';
import { compareVersions, highestOf, nativeFiles, nativeNeeds } from './arm-libraries.js';
import { asked, must, Program, until } from './commands-program.js';
import { type Finding, finding, type Proof } from './proof.js';
import { type PtyPair, startPtyPair } from './pty-pair.js';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const glibcMax = '2.28';
const patienceMs = 120_000;
const framesWanted = 25;

/** Each link of the box: how its simulator is reached, and the unit's own value, by which its frames are told apart. */
const links = { tcp: 1.5, bridge: 2.5, serial: 3.5 } as const;
type LinkName = keyof typeof links;
const names = Object.keys(links) as LinkName[];

interface Scene {
  readonly folder: string;
  readonly plant: Plant;
  readonly influxd: Influxd;
  readonly mosquitto: Mosquitto;
  readonly listener: MqttListener;
  readonly line: PtyPair;
  readonly port: number;
}

const counterFile = (folder: string, link: LinkName): string => join(folder, `${link}.counters`);

function plantOf(folder: string, line: PtyPair): Promise<Plant> {
  const transports = {
    tcp: { kind: 'tcp', port: 0 },
    bridge: { kind: 'rtu-over-tcp', port: 0 },
    serial: { kind: 'rtu', path: line.far },
  } as const;
  return startPlant({
    servers: names.map((name) => ({
      name,
      transport: transports[name],
      counterFile: counterFile(folder, name),
      units: [
        {
          unit: 1,
          entries: [{ area: 'holding', address: 2, tag: 'level', type: 'float32' }],
          values: { level: links[name] },
          counter: { area: 'holding', address: 0, words: 2 },
        },
      ],
    })),
  });
}

const siteText = ({ folder, plant, influxd, mosquitto, line, port }: Scene): string => `version: 1
site: { id: arm, timezone: "+08:00" }
profiles:
  counting:
    driver: modbus
    poll: 400ms
    tags:
      counter: { register: holding 0, type: uint32, unit: "" }
      level: { register: holding 2, type: float32, unit: m }
links:
  tcp: { driver: modbus, framing: tcp, address: "${plant.addresses['tcp']}", timeout: 3s, devices: { on-tcp: { profile: counting, unit: 1 } } }
  bridge: { driver: modbus, framing: rtu, address: "${plant.addresses['bridge']}", timeout: 3s, devices: { on-bridge: { profile: counting, unit: 1 } } }
  serial: { driver: modbus, framing: rtu, address: "serial:${line.near}", timeout: 3s, devices: { on-serial: { profile: counting, unit: 1 } } }
rules:
  level: { type: limits, devices: ["profile:counting"], tag: level, H: 2, HH: 3, deadband: 0.1 }
sinks:
  influx: { type: influxdb, url: "${influxd.url}", database: arm, flush: 500ms }
  broker: { type: mqtt, url: "mqtt://127.0.0.1:${mosquitto.port}", flush: 500ms }
journal: { folder: "${join(folder, 'journal')}" }
http: { port: ${port} }
`;

async function setScene(folder: string): Promise<Scene> {
  await mkdir(folder, { recursive: true });
  const line = await startPtyPair(folder, 'line');
  const mosquitto = await startMosquitto();
  return {
    folder,
    line,
    mosquitto,
    plant: await plantOf(folder, line),
    influxd: await startInfluxd(),
    listener: await listenMqtt(mosquitto.port, '#'),
    port: await freePort(),
  };
}

async function strike({ plant, influxd, mosquitto, listener, line }: Scene): Promise<void> {
  await plant.stop();
  await listener.stop();
  await mosquitto.stop();
  await influxd.stop();
  await line.stop();
}

interface Point {
  readonly counter: number;
  readonly level: number;
}

async function points(influxd: Influxd, link: LinkName): Promise<readonly Point[]> {
  const statement = `SELECT counter, level FROM counting WHERE device = 'on-${link}'`;
  const rows = await influxd.query(statement, 'arm').catch(() => []);
  return rows.map((row) => ({ counter: Number(row['counter']), level: Number(row['level']) }));
}

/** What one link came to, in InfluxDB and at the broker, against what its simulator answered. */
async function linkFindings(scene: Scene, link: LinkName): Promise<Finding[]> {
  const answered = readCounterLines(await readFile(counterFile(scene.folder, link), 'utf8')).map(
    ({ counter }) => counter,
  );
  const stored = await points(scene.influxd, link);
  const counters = new Set(stored.map(({ counter }) => counter));
  const wrong = stored.filter(({ counter, level }) => level !== links[link] || !answered.includes(counter));
  const published = scene.listener.heard.filter(({ topic }) => topic.startsWith(`sluice/arm/${link}/on-${link}/`));
  // The poll that the stop cut short was answered and not taken.
  const missing = answered.filter((counter) => !counters.has(counter));
  const told = `${answered.length} answered, ${stored.length} stored, ${published.length} published`;
  const isWhole = missing.length <= 1 && counters.size === stored.length && published.length >= framesWanted;
  return [
    finding(`${link}: frames`, told, 'the same, each once, but the last', isWhole),
    finding(`${link}: wrong values`, wrong.length, '0', wrong.length === 0),
  ];
}

interface Ledger {
  readonly run: { readonly isBalanced: boolean; readonly appended: number };
  readonly sinks: readonly { readonly isBalanced: boolean; readonly waiting: number }[];
}

/** The journal that arm64 wrote, read by this machine's own Node. */
async function ledgerOf(journal: string): Promise<Ledger> {
  const main = join(checkout, 'dist', 'gateway', 'cli', 'main.js');
  return JSON.parse(await must('node', [main, 'ledger', '--folder', journal, '--json'])) as Ledger;
}

async function smoke(box: ArmBox, folder: string, say: (line: string) => void): Promise<Finding[]> {
  const scene = await setScene(folder);
  const site = join(folder, 'site.yaml');
  await writeFile(site, siteText(scene));
  const [emulator, ...words] = box.command;
  const main = join(box.folder, 'dist', 'gateway', 'cli', 'main.js');
  const began = performance.now();
  const gateway = new Program(emulator, [...words, main, 'run', site], { cwd: folder });
  try {
    const url = `http://127.0.0.1:${scene.port}`;
    const isLive = () => asked<{ isLive: boolean }>(`${url}/health/live`);
    const live = await until(patienceMs, async () => gateway.hasEnded || (await isLive())?.isLive === true);
    const upMs = performance.now() - began;
    if (gateway.hasEnded || !live) throw new Error(`the gateway did not start:\n${gateway.said}`);
    const all = async () => Promise.all(names.map(async (link) => (await points(scene.influxd, link)).length));
    await until(patienceMs, async () => gateway.hasEnded || (await all()).every((count) => count >= framesWanted));
    const ready = await asked<{ isReady: boolean }>(`${url}/health/ready`);
    const { code, said } = await gateway.end('SIGTERM');
    await writeFile(join(folder, 'gateway.log'), said);
    if (code !== 0) say(said);
    const { run, sinks } = await ledgerOf(join(folder, 'journal'));
    const crooked = sinks.filter(({ isBalanced }) => !isBalanced).length + (run.isBalanced ? 0 : 1);
    const waiting = sinks.reduce((sum, one) => sum + one.waiting, 0);
    const events = scene.listener.heard.filter(({ topic }) => topic === 'sluice/arm/events').length;
    const perLink: Finding[] = [];
    for (const link of names) perLink.push(...(await linkFindings(scene, link)));
    return [
      finding(`gateway as ${box.version}: answers after`, `${(upMs / 1000).toFixed(1)} s`, 'any, emulated', true),
      finding('health/ready', String(ready?.isReady), 'true', ready?.isReady === true),
      ...perLink,
      finding('limit events at the broker', events, '≥ 3', events >= 3),
      finding('SIGTERM: exit code', String(code), '0', code === 0),
      finding(
        'journal read by x64: accounts that do not balance',
        `${crooked} (${waiting} waiting)`,
        '0',
        crooked === 0,
      ),
    ];
  } finally {
    await gateway.end('SIGKILL');
    await strike(scene);
  }
}

/** What each native file of production dependencies asks of a box, on every processor we ship for. */
async function nativeFindings(folder: string, box: ArmBox, say: (line: string) => void): Promise<Finding[]> {
  const shipped = new Map<string, ReturnType<typeof nativeFiles>[number]>();
  for (const cpu of ['arm64', 'arm', 'x64']) {
    const modules = await installDependencies(join(folder, `dependencies-${cpu}`), cpu);
    for (const file of nativeFiles(modules)) shipped.set(file.path, file);
  }
  const above: string[] = [];
  for (const file of shipped.values()) {
    const isMusl = file.path.includes('musl');
    const [glibc, glibcxx] = isMusl ? [] : [highestOf(file, 'GLIBC'), highestOf(file, 'GLIBCXX')];
    const needs = isMusl ? 'musl' : `GLIBC_${glibc} GLIBCXX_${glibcxx}`;
    if (glibc !== undefined && compareVersions(glibc, glibcMax) > 0) above.push(file.path);
    say(`  ${String(file.machine).padEnd(5)}  ${needs.padEnd(28)}  ${file.path}`);
  }
  const own = nativeNeeds(readFileSync(box.node));
  say(`  arm64  GLIBC_${highestOf(own, 'GLIBC')} GLIBCXX_${highestOf(own, 'GLIBCXX')}  node itself (${box.version})`);
  return [
    finding('native files shipped for Linux on arm64, arm and x64', shipped.size, '> 0', shipped.size > 0),
    finding(`above glibc ${glibcMax}`, above.join(' ') || 'none', 'none', above.length === 0),
  ];
}

/** The gateway as an arm64 process under qemu, everything it talks to on this machine. `--full`: on Node 22 and 24 too. */
export const arm: Proof = {
  summary: 'the built gateway as an arm64 process: three Modbus links, journal, InfluxDB and MQTT',
  async run({ isFull, folder, say }): Promise<readonly Finding[]> {
    if (!existsSync('/usr/aarch64-linux-gnu/lib/libstdc++.so.6')) {
      throw new Error('install libc6-arm64-cross, libstdc++6-arm64-cross and qemu-user-static');
    }
    const majors = isFull ? ['20', '22', '24'] : ['20'];
    const findings: Finding[] = [];
    for (const major of majors) {
      const box = await armBox(major, folder);
      if (major === majors[0]) findings.push(...(await nativeFindings(folder, box, say)));
      findings.push(...(await smoke(box, join(folder, `scene-${major}`), say)));
    }
    return findings;
  },
};
