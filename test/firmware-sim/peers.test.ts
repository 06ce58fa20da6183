import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from '@jest/globals';
import { HeldValues, ModbusSimulator, type RegisterMap } from '../../firmware-sim/index.js';
import { peer } from '../support/peers.js';
import { afterwards, serve } from './field.js';

const run = promisify(execFile);

const map: RegisterMap = {
  entries: [
    { area: 'holding', address: 0, tag: 'int16', type: 'int16' },
    { area: 'holding', address: 1, tag: 'uint16', type: 'uint16' },
    { area: 'holding', address: 2, tag: 'int32', type: 'int32' },
    { area: 'holding', address: 4, tag: 'int32', type: 'int32', order: 'CDAB' },
    { area: 'holding', address: 6, tag: 'float32', type: 'float32' },
    { area: 'holding', address: 8, tag: 'float32', type: 'float32', order: 'CDAB' },
    { area: 'holding', address: 20, tag: 'uint16', type: 'uint16', writable: true },
    { area: 'input', address: 0, tag: 'uint16', type: 'uint16' },
    { area: 'coil', address: 0, tag: 'open', writable: true },
    { area: 'coil', address: 1, tag: 'closed' },
    { area: 'discrete', address: 0, tag: 'open' },
  ],
};

const values = () =>
  new HeldValues({ int16: -205, uint16: 54_321, int32: -123_456, float32: 123.4, open: true, closed: false });

/** Values mbpoll prints, one `[address]: value` line each. */
async function mbpoll(...args: string[]): Promise<string[]> {
  const { stdout } = await run('mbpoll', ['-0', '-1', '-a', '1', ...args]);
  return [...stdout.matchAll(/^\[\d+\]:\s+(\S+)/gm)].map(([, value]) => value ?? '');
}

peer('mbpoll')('mbpoll reads every type it has over Modbus TCP, and writes', async () => {
  const model = values();
  const { simulator } = await serve({ transport: { kind: 'tcp', port: 0 }, units: [{ unit: 1, map, model }] });
  const at = ['-p', new URL(simulator.address).port, '127.0.0.1'];
  expect(await mbpoll('-t', '4', '-r', '1', '-c', '1', ...at)).toEqual(['54321']);
  expect(await mbpoll('-t', '4:hex', '-r', '0', '-c', '2', ...at)).toEqual(['0xFF33', '0xD431']);
  expect(await mbpoll('-t', '4:int', '-B', '-r', '2', '-c', '1', ...at)).toEqual(['-123456']);
  expect(await mbpoll('-t', '4:int', '-r', '4', '-c', '1', ...at)).toEqual(['-123456']);
  expect(await mbpoll('-t', '4:float', '-B', '-r', '6', '-c', '1', ...at)).toEqual(['123.4']);
  expect(await mbpoll('-t', '4:float', '-r', '8', '-c', '1', ...at)).toEqual(['123.4']);
  expect(await mbpoll('-t', '3', '-r', '0', '-c', '1', ...at)).toEqual(['54321']);
  expect(await mbpoll('-t', '0', '-r', '0', '-c', '2', ...at)).toEqual(['1', '0']);
  expect(await mbpoll('-t', '1', '-r', '0', '-c', '1', ...at)).toEqual(['1']);
  await mbpoll('-t', '4', '-r', '20', ...at, '777');
  await mbpoll('-t', '0', '-r', '0', ...at, '0');
  expect(model.values).toMatchObject({ uint16: 777, open: false });
});

/** Two ends of a pseudo serial line. */
async function serialLine(): Promise<readonly [string, string]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-line-'));
  const ends = [join(folder, 'field'), join(folder, 'master')] as const;
  const socat = spawn(
    'socat',
    ends.map((end) => `pty,raw,echo=0,link=${end}`),
    { stdio: 'ignore' },
  );
  afterwards(async () => {
    socat.kill();
    if (socat.exitCode === null && socat.signalCode === null) await once(socat, 'exit');
    rmSync(folder, { recursive: true });
  });
  while (!ends.every((end) => existsSync(end))) await new Promise(setImmediate);
  return ends;
}

peer('mbpoll', 'socat')('mbpoll reads RTU over a serial line, several units on it', async () => {
  const [field, master] = await serialLine();
  const simulator = new ModbusSimulator({
    transport: { kind: 'rtu', path: field },
    wire: { baud: 38_400 },
    units: [
      { unit: 1, map, model: values() },
      { unit: 2, map, model: new HeldValues({ ...values().values, uint16: 22 }) },
    ],
  });
  await simulator.start();
  afterwards(() => simulator.stop());
  expect(simulator.address).toBe(`serial:${field}`);
  const at = ['-m', 'rtu', '-b', '38400', '-P', 'none', master];
  expect(await mbpoll('-t', '4:float', '-B', '-r', '6', '-c', '1', ...at)).toEqual(['123.4']);
  expect(await mbpoll('-a', '2', '-t', '4', '-r', '1', '-c', '1', ...at)).toEqual(['22']);
});

peer('pymodbus')('pymodbus reads registers and coils, and is told of a hole', async () => {
  const { simulator } = await serve({
    transport: { kind: 'tcp', port: 0 },
    units: [{ unit: 1, map, model: values() }],
  });
  const script = `
import sys, types
# The serial half of pymodbus wants packages that a TCP client has no use for.
sys.modules['serial'] = types.ModuleType('serial')
sys.modules['serial_asyncio'] = types.SimpleNamespace(create_serial_connection=None)
from pymodbus.client import ModbusTcpClient
client = ModbusTcpClient('127.0.0.1', port=int(sys.argv[1]))
client.connect()
print(client.read_holding_registers(0, 8, slave=1).registers)
print(client.read_coils(0, 2, slave=1).bits[:2])
print(client.read_holding_registers(0, 11, slave=1).exception_code)
client.close()`;
  const { stdout } = await run('/usr/bin/python3', ['-c', script, new URL(simulator.address).port]);
  expect(stdout.trim().split('\n')).toEqual([
    '[65331, 54321, 65534, 7616, 7616, 65534, 17142, 52429]',
    '[True, False]',
    '2',
  ]);
});
