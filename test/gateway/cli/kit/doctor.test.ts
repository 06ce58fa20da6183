import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ModbusSimulator } from '../../../../firmware-sim/index.js';
import { doctorCommand } from '../../../../gateway/cli/kit/doctor/command.js';
import { toldCli } from '../told-cli.js';

let folder: string;
let simulator: ModbusSimulator;
let mute: Server;
const sockets = new Set<Socket>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-doctor-'));
  simulator = new ModbusSimulator({
    transport: { kind: 'tcp', port: 0 },
    units: [{ unit: 1, map: { entries: [], fixed: [{ area: 'input', address: 1, words: [0x1234, 546] }] } }],
  });
  await simulator.start();
  mute = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
  await once(mute, 'listening');
});

afterEach(async () => {
  process.exitCode = undefined;
  for (const socket of sockets) socket.destroy();
  mute.close();
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

async function asked(language: 'en' | 'zh', ...args: readonly string[]) {
  const cli = toldCli(language, 120);
  await doctorCommand(cli).parseAsync(args, { from: 'user' });
  const code = process.exitCode;
  return { said: cli.said.join('\n'), told: cli.told, code };
}

const refusedPort = 1;

const site = (): string => `version: 1
site: { id: farm, timezone: "+08:00" }
links:
  climate: { driver: modbus, address: "${simulator.address}", devices: { house-1: { profile: xy-md02, unit: 1 } } }
  gone: { driver: modbus, address: "tcp://127.0.0.1:${refusedPort}", devices: { pump: { profile: tuf-2000m, unit: 1 } } }
journal: { folder: "${folder}/journal" }
`;

describe('sluice doctor', () => {
  test('says of each link of a site what is wrong and what to do, in both languages', async () => {
    const file = join(folder, 'site.yaml');
    await writeFile(file, site());
    const english = await asked('en', file);
    expect(english.code).toBe(1);
    expect(english.said).toContain(`climate (${simulator.address}): fine`);
    expect(english.said).toContain('All devices answer; the slowest answer took');
    expect(english.said).toContain('gone (tcp://127.0.0.1:1): look here');
    expect(english.said).toContain('refuses the connection: the host is there, nobody listens on this port.');
    expect(english.said).toContain('What to do: Check the port number');
    expect(english.told).toContain('asking house-1 …');
    const chinese = await asked('zh', file);
    expect(chinese.said).toContain('所有设备都应答');
    expect(chinese.said).toContain('处理：检查端口号');
  });

  test('looks at one line that is named, and is content with one that is fine', async () => {
    const { said, code } = await asked('en', simulator.address, '--unit', '1', '--register', 'i1');
    expect(said).toMatch(new RegExp(`^${simulator.address}: fine`));
    expect(code).toBe(0);
  });

  test('tells a host that is silent from one that refuses', async () => {
    const { port } = mute.address() as AddressInfo;
    const { said } = await asked('en', `127.0.0.1:${port}`, '--timeout', '50ms');
    expect(said).toContain('takes the connection and says nothing.');
  });

  test('lets a driver of another protocol ask for itself, and says what is not asked', async () => {
    const { port } = mute.address() as AddressInfo;
    const file = join(folder, 'meters.yaml');
    await writeFile(
      file,
      `version: 1
site: { id: farm, timezone: "+08:00" }
links:
  meters:
    driver: dlt645
    address: tcp://127.0.0.1:${port}
    timeout: 100ms
    devices: { main: { profile: dlt645-meter, address: "202108210042" } }
  tap:
    driver: modbus
    framing: rtu
    listen: true
    address: "${simulator.address}"
    devices: { house-1: { profile: xy-md02, unit: 1 } }
journal: { folder: "${folder}/journal" }
`,
    );
    const { said } = await asked('en', file);
    expect(said).toMatch(/^meters: see for yourself\n.*is connected\n(.*\n)*.*main .* gave no answer/);
    expect(said).toContain('tap: see for yourself\n  not looked into: this link only listens');
  });

  test('writes a support file for its owner alone, with values only when asked', async () => {
    const file = join(folder, 'seen.json');
    const args = [simulator.address, '--register', 'i1', '--support', file];
    await asked('en', ...args);
    const without = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(without).not.toContain('1234');
    expect(JSON.parse(without)).toMatchObject({
      format: 'sluice-support',
      box: { node: process.version },
      links: [{ address: simulator.address, isFine: true, findings: [{ kind: 'healthy' }] }],
    });
    await asked('en', ...args, '--with-values');
    expect(await readFile(file, 'utf8')).toContain('"data": "1234"');
  });

  test('a support file that was there for all to read is its owner’s alone after', async () => {
    const file = join(folder, 'seen.json');
    await writeFile(file, 'before');
    await chmod(file, 0o644);
    await asked('en', simulator.address, '--register', 'i1', '--support', file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 'sluice-support' });
  });

  test('is one JSON document for programs', async () => {
    const { said } = await asked('en', `tcp://127.0.0.1:${refusedPort}`, '--json');
    expect(JSON.parse(said)).toMatchObject([{ isFine: false, findings: [{ kind: 'refused', devices: [] }] }]);
  });
});
