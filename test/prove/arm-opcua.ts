import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rejectedCertificates, trustCertificate } from '../../drivers/opcua/index.js';
import { OpcuaSimulator, plantNamespace } from '../../firmware-sim/opcua/index.js';
import { freePort } from '../support/free-port.js';
import { type Influxd, startInfluxd } from '../support/influxd.js';
import { type ArmBox, armBox } from './arm-box.js';
import { Program, until } from './commands-program.js';
import { type Finding, finding, type Proof } from './proof.js';

const patienceMs = 180_000;
const valuesWanted = 20;
const everyMs = 500;

/** One link without security and one with the dearest of it, each with a device that reads the same node. */
const links = { plain: 'none', secured: '{ policy: Aes256_Sha256_RsaPss, mode: sign-and-encrypt }' } as const;
type LinkName = keyof typeof links;
const names = Object.keys(links) as LinkName[];

function siteText(endpoint: string, influx: string, folder: string, httpPort: number): string {
  const link = (name: LinkName): string =>
    `  ${name}:
    driver: opcua
    endpoint: "${endpoint}"
    security: ${links[name]}
    pki: "${join(folder, 'pki')}"
    timeout: 30s
    sessionTimeout: 2min
    devices: { on-${name}: { profile: plant, namespace: "${plantNamespace}", sampling: on-change, queue: 100 } }`;
  return `version: 1
site: { id: arm, timezone: "+08:00" }
profiles:
  plant:
    driver: opcua
    poll: 500ms
    tags:
      temperature: { node: s=Plant.Temperature, unit: °C }
      wide: { node: s=Plant.Int64, type: integer, unit: "" }
links:
${names.map(link).join('\n')}
sinks:
  influx: { type: influxdb, url: "${influx}", database: arm, flush: 500ms }
journal: { folder: "${join(folder, 'journal')}" }
http: { port: ${httpPort} }
`;
}

async function stored(influxd: Influxd, name: LinkName, field: string): Promise<number[]> {
  const statement = `SELECT ${field} FROM plant WHERE device = 'on-${name}'`;
  const rows = await influxd.query(statement, 'arm').catch(() => []);
  return rows.flatMap((row) => (typeof row[field] === 'number' ? [row[field]] : []));
}

async function linkFindings(influxd: Influxd, name: LinkName, last: number): Promise<Finding[]> {
  const temperatures = (await stored(influxd, name, 'temperature')).filter((value) => value >= 1000);
  const wide = await stored(influxd, name, 'wide');
  const skips = temperatures.filter((value, n) => value !== (temperatures[0] as number) + n).length;
  const isRight = skips === 0 && temperatures.length >= valuesWanted && Math.max(...temperatures) <= last;
  const areWide = wide.length > 0 && wide.every((value) => value === -2);
  return [
    finding(`${name}: values in InfluxDB, in order`, temperatures.length, `≥ ${valuesWanted}`, isRight),
    finding(`${name}: skipped, doubled or wrong`, skips, '0', skips === 0),
    finding(`${name}: an Int64 of −2`, areWide ? '-2' : wide.join(' '), '-2', areWide),
  ];
}

/** Runs until both links have brought enough; the certificate of the server is trusted as soon as it was refused. */
async function smoke(box: ArmBox, folder: string, simulator: OpcuaSimulator, influxd: Influxd): Promise<Finding[]> {
  const site = join(folder, 'site.yaml');
  await mkdir(folder, { recursive: true });
  await writeFile(site, siteText(simulator.address, influxd.url, folder, await freePort()));
  const [emulator, ...words] = box.command;
  const main = join(box.folder, 'dist', 'gateway', 'cli', 'main.js');
  const began = performance.now();
  const gateway = new Program(emulator, [...words, main, 'run', site], { cwd: folder });
  let value = 1000;
  let timer: NodeJS.Timeout | undefined;
  try {
    const pki = join(folder, 'pki');
    const refused = await until(patienceMs, async () => gateway.hasEnded || (await rejectedCertificates(pki)).at(0));
    if (typeof refused !== 'object') throw new Error(`the gateway did not reach the server:\n${gateway.said}`);
    await trustCertificate(pki, refused.der);
    const isThere = async (name: LinkName): Promise<boolean> => (await stored(influxd, name, 'wide')).length > 0;
    const areThere = async (): Promise<boolean> => (await Promise.all(names.map(isThere))).every(Boolean);
    await until(patienceMs, async () => gateway.hasEnded || (await areThere()));
    const upMs = performance.now() - began;
    timer = setInterval(() => simulator.set('Temperature', (value += 1)), everyMs);
    const enough = async (name: LinkName): Promise<boolean> =>
      (await stored(influxd, name, 'temperature')).filter((one) => one > 1000).length >= valuesWanted;
    await until(patienceMs, async () => gateway.hasEnded || (await Promise.all(names.map(enough))).every(Boolean));
    const { code, said } = await gateway.end('SIGTERM');
    await writeFile(join(folder, 'gateway.log'), said);
    const perLink: Finding[] = [];
    for (const name of names) perLink.push(...(await linkFindings(influxd, name, value)));
    const { sessions } = simulator;
    return [
      finding(
        `gateway as ${box.version}: both links tell after`,
        `${(upMs / 1000).toFixed(1)} s`,
        'any, emulated',
        true,
      ),
      ...perLink,
      finding('SIGTERM: exit code', String(code), '0', code === 0),
      finding('sessions left on the server', sessions, '0', sessions === 0),
    ];
  } finally {
    clearInterval(timer);
    await gateway.end('SIGKILL');
  }
}

/** Line 8 of the fourth issue: the OPC UA driver in an arm64 process under qemu, its server on this machine. */
export const armOpcua: Proof = {
  summary: 'the built gateway as an arm64 process reads an OPC UA server, without security and with it',
  async run({ folder }): Promise<readonly Finding[]> {
    if (!existsSync('/usr/aarch64-linux-gnu/lib/libstdc++.so.6')) {
      throw new Error('install libc6-arm64-cross, libstdc++6-arm64-cross and qemu-user-static');
    }
    const box = await armBox('20', folder);
    const influxd = await startInfluxd();
    const simulator = new OpcuaSimulator({ folder: join(folder, 'server') });
    await simulator.start();
    try {
      return await smoke(box, join(folder, 'scene'), simulator, influxd);
    } finally {
      await simulator.stop();
      await influxd.stop();
    }
  },
};
