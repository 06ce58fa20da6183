import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SerialPort } from 'serialport';
import { describeSerialPorts, listSerialPorts } from '../../../drivers/streams/index.js';
import { NotConnected } from '../../../gateway/contract/index.js';
import { peer } from '../../support/peers.js';
import { registersAnswer, rtuFrame } from './line-peer.js';
import { createDriver, linkOf, type ModbusUnderTest, readGroup } from './modbus-link.js';
import { qualitiesOf } from './reading.js';

const never = new AbortController().signal;

let folder: string;
let driver: ModbusUnderTest | undefined;
let wire: Wire | undefined;

/** Two pseudo terminals joined by socat; at the far one a unit that answers reads with register numbers. */
interface Wire {
  readonly near: string;
  unplug(): Promise<void>;
}

async function plugIn(answer: (request: Buffer) => Buffer | undefined): Promise<Wire> {
  const [near, far] = [join(folder, 'near'), join(folder, 'far')];
  const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`]);
  await started(socat);
  const port = new SerialPort({ path: far, baudRate: 9600, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  port.on('data', (request: Buffer) => {
    const reply = answer(request);
    if (reply) port.write(reply);
  });
  return {
    near,
    unplug: async () => {
      const closed = port.isOpen ? once(port, 'close') : undefined;
      if (port.isOpen) port.close();
      await closed;
      const ended = once(socat, 'exit');
      socat.kill();
      await ended;
    },
  };
}

/** socat says so when data can pass. */
async function started(socat: ChildProcess): Promise<void> {
  let said = '';
  for await (const chunk of socat.stderr ?? []) {
    said += String(chunk);
    if (said.includes('starting data transfer loop')) return;
  }
  throw new Error(`socat ended: ${said}`);
}

const answering = (frame: Buffer): Buffer => {
  const [unit, functionCode] = [frame.readUInt8(0), frame.readUInt8(1)];
  if (unit !== 1) return rtuFrame(unit, functionCode | 0x80, 11);
  return registersAnswer({ unit, functionCode, start: frame.readUInt16BE(2), count: frame.readUInt16BE(4), frame });
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-serial-'));
});

afterEach(async () => {
  await driver?.close();
  await wire?.unplug();
  driver = undefined;
  wire = undefined;
  await rm(folder, { recursive: true, force: true });
});

const linkAt = (path: string, of: Record<string, unknown> = {}) =>
  linkOf(
    { framing: 'rtu', address: `serial:${path}`, serial: { baud: 9600 }, timeout: '100ms', lateness: '200ms', ...of },
    { sensor: { settings: { unit: 1 }, groups: { main: [{ register: 'input 1' }, { register: 'input 2' }] } } },
  );

describe('a serial port', () => {
  peer('socat')('is read, and read again after it was pulled out and put back', async () => {
    wire = await plugIn(answering);
    const link = linkAt(wire.near, { serial: { baud: 9600, rs485: 'rts' } });
    driver = await createDriver(link);
    await driver.connect(never);
    const { into, error } = await readGroup(driver, link, 'sensor');
    expect(error).toBeUndefined();
    expect([...into.values]).toEqual([1, 2]);

    await wire.unplug();
    expect((await readGroup(driver, link, 'sensor')).error).toBeInstanceOf(NotConnected);
    await expect(driver.connect(never)).rejects.toThrow(/^there is no .*near; this box has /);

    wire = await plugIn(answering);
    await driver.connect(never);
    expect(qualitiesOf((await readGroup(driver, link, 'sensor')).into)).toEqual(['good', 'good']);
  });

  peer('socat')('that vanishes without a word is noticed when nothing answers', async () => {
    wire = await plugIn(() => undefined);
    const link = linkAt(wire.near);
    driver = await createDriver(link);
    await driver.connect(never);
    await rm(wire.near);
    const { error } = await readGroup(driver, link, 'sensor');
    expect(error).toBeInstanceOf(NotConnected);
    expect((error as Error).message).toContain('the port is gone; check the plug');
  });

  peer('socat')('that another program holds is said so', async () => {
    wire = await plugIn(answering);
    driver = await createDriver(linkAt(wire.near));
    await driver.connect(never);
    const second = await createDriver(linkAt(wire.near));
    await expect(second.connect(never)).rejects.toThrow(/cannot open .*: .*lock.*; another program holds it/i);
    await second.close();
  });
});

describe('the list of ports', () => {
  test('shows two adapters that share one name under by-id with a name each under by-path', async () => {
    for (const kind of ['by-id', 'by-path']) await mkdir(join(folder, 'serial', kind), { recursive: true });
    for (const name of ['ttyUSB0', 'ttyUSB1', 'null']) await writeFile(join(folder, name), '');
    const link = (kind: string, name: string, target: string) =>
      symlink(`../../${target}`, join(folder, 'serial', kind, name));
    await link('by-id', 'usb-1a86_USB_Serial-if00-port0', 'ttyUSB1');
    await link('by-path', 'pci-0:1.1', 'ttyUSB0');
    await link('by-path', 'pci-0:1.2', 'ttyUSB1');
    await link('by-path', 'pci-0:1.3', 'ttyUSB7');
    const text = describeSerialPorts(await listSerialPorts(folder)).replaceAll(`${folder}/`, '');
    expect(text).toBe(
      'this box has ttyUSB0 (serial/by-path/pci-0:1.1); ttyUSB1 (serial/by-id/usb-1a86_USB_Serial-if00-port0, serial/by-path/pci-0:1.2)',
    );
  });

  test('is empty where there is none', async () => {
    expect(describeSerialPorts(await listSerialPorts(folder))).toBe('this box has no serial port now');
  });
});
