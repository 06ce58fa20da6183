import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { SerialPort } from 'serialport';
import { busHasMaster, listenForMaster } from '../../../../drivers/modbus/index.js';
import { NotConnected, silentLog } from '../../../../gateway/contract/index.js';
import { systemClock } from '../../../../gateway/runtime/system-clock.js';
import { type PtyPair, startPtyPair } from '../../../prove/pty-pair.js';
import { peer } from '../../../support/peers.js';
import { linkOf, memoryOf } from '../modbus-link.js';
import { readRequest, registersReply } from './bus-script.js';
import { createListener, Listener, type ListenUnderTest, tablesOf } from './listened-bus.js';

const never = new AbortController().signal;

let folder: string;
let line: PtyPair;
let bus: SerialPort;
/** Bytes that came out of the listener's end. */
let came: number;
let driver: ListenUnderTest | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-listen-'));
  line = await startPtyPair(folder, 'bus');
  bus = new SerialPort({ path: line.far, baudRate: 9600, autoOpen: false });
  await new Promise<void>((resolve, reject) => bus.open((error) => (error ? reject(error) : resolve())));
  came = 0;
  bus.on('data', (bytes: Buffer) => (came += bytes.length));
  bus.on('error', () => undefined);
});

afterEach(async () => {
  await driver?.close();
  driver = undefined;
  if (bus.isOpen) await new Promise<void>((resolve) => bus.close(() => resolve()));
  await line.stop();
  await rm(folder, { recursive: true, force: true });
});

const linkAt = (path: string) =>
  linkOf(
    { framing: 'rtu', address: `serial:${path}`, listen: true },
    { pump: { settings: { unit: 1 }, groups: { main: [{ register: 'holding 0' }] } } },
  );

/** The system calls of this process, while `act` lasts, that are made on the port. */
async function callsOn(path: string, act: () => Promise<void>): Promise<string[]> {
  const log = join(folder, 'calls');
  const calls = 'trace=read,readv,write,writev,pwrite64,pwritev,sendto,sendmsg,sendfile,splice,ioctl';
  const strace = spawn('strace', ['-f', '-y', '-e', calls, '-o', log, '-p', String(process.pid)]);
  let said = '';
  for await (const chunk of strace.stderr) {
    said += String(chunk);
    if (said.includes('attached')) break;
  }
  expect(said).toContain('attached');
  const port = await realpath(path);
  const ended = once(strace, 'exit');
  try {
    await act();
  } finally {
    strace.kill('SIGINT');
    await ended;
  }
  return (await readFile(log, 'utf8')).split('\n').filter((call) => call.includes(`<${port}>`));
}

describe('a port that is listened to', () => {
  peer('socat', 'strace')(
    'is read and never written to: neither a byte comes out, nor is a call made that could send',
    async () => {
      const link = linkAt(line.near);
      const listen = async (): Promise<void> => {
        const ears = new Listener();
        driver = await createListener(link, memoryOf());
        await driver.connect(never);
        await driver.subscribe(tablesOf(link), ears.told, never);
        bus.write(Buffer.from(readRequest(1, 3, 0, 1)));
        bus.write(Buffer.from(registersReply(1, 3, [42])));
        await ears.until(() => ears.readings.length > 0);
        await driver.close();
        expect(ears.take()).toEqual(['pump: 42']);
      };
      const isRead = (call: string): boolean => /\bread\(/.test(call);
      let calls: string[] = [];
      // On a busy machine the tracer may see nothing of a thread it has only just attached to: then it says nothing.
      for (let attempt = 0; attempt < 5 && !calls.some(isRead); attempt += 1) {
        calls = [...calls, ...(await callsOn(line.near, listen))];
      }
      expect(calls.filter(isRead).length).toBeGreaterThan(0);
      // Sending is one of these calls, or a break, or a byte put into the line.
      const sending = calls.filter((call) =>
        /\b(p?writev?|pwrite64|send\w+|splice)\(|TIOCSTI|TCSBRK|TIOCSBRK/.test(call),
      );
      expect(sending).toEqual([]);
      expect(came).toBe(0);
    },
  );

  peer('socat')('and is pulled out is a lost link, and there again when it is', async () => {
    const [link, ears] = [linkAt(line.near), new Listener()];
    driver = await createListener(link, memoryOf());
    await driver.connect(never);
    await driver.subscribe(tablesOf(link), ears.told, never);
    await new Promise<void>((resolve) => bus.close(() => resolve()));
    await line.stop();
    await ears.until(() => ears.lostWith.length > 0);
    expect(ears.lostWith[0]).toBeInstanceOf(NotConnected);
    await expect(driver.connect(never)).rejects.toThrow(/^there is no /);
    line = await startPtyPair(folder, 'bus');
    await driver.connect(never);
  });
});

describe('whether a bus has a master', () => {
  const settings = () => {
    const { settings: own } = linkAt(line.near);
    return { ...own, framing: 'rtu' } as const;
  };
  const context = { clock: systemClock, log: silentLog };

  /** Somebody says this again and again, as masters do, while it is listened. */
  async function beside<T>(bytes: Uint8Array, listening: Promise<T>): Promise<T> {
    const talking = setInterval(() => bus.write(Buffer.from(bytes)), 30);
    try {
      return await listening;
    } finally {
      clearInterval(talking);
    }
  }

  peer('socat')('is known as soon as whole frames are heard, and a silent bus has none', async () => {
    expect(await busHasMaster(settings(), 50, context, never)).toBe(false);
    const exchange = Buffer.concat([readRequest(7, 3, 0, 1), registersReply(7, 3, [42])]);
    const heard = await beside(exchange, listenForMaster(settings(), 60_000, context, never));
    expect(heard).toMatchObject({ hasMaster: true, units: [7] });
    expect(came).toBe(0);
  });

  peer('socat')('is not known from noise, which is told as bytes', async () => {
    const noise = Buffer.from([0x7f, 1, 3, 0, 0, 0, 1]);
    const heard = await beside(noise, listenForMaster(settings(), 300, context, never));
    expect(heard).toMatchObject({ hasMaster: false, units: [] });
    expect(heard.bytes).toBeGreaterThan(0);
  });
});
