import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createConsole, PortTaken, portHolder, startBroker } from '../../../gateway/console/index.js';
import { listeningInodes } from '../../../gateway/console/port-holder.js';
import { freePort } from '../../support/free-port.js';
import { ManualClock } from '../../support/manual-clock.js';
import { recordingLog, usersOfEveryRole } from './console-kit.js';
import { fakeActs, fakeView } from './fake-gateway.js';

const optionsAt = (port: number) => {
  const { log } = recordingLog();
  return { host: '127.0.0.1', port, users: usersOfEveryRole().users, clock: new ManualClock(), log };
};

const failureOf = async (attempt: Promise<unknown>): Promise<PortTaken> => {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PortTaken);
  return error as PortTaken;
};

/** Another program that listens, with something in its command line that nobody else should read. */
async function foreignListener() {
  const program =
    "require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
  const child = spawn(process.execPath, ['-e', program, '--', '--password=canary'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const stop = async () => {
    child.kill();
    await once(child, 'exit');
  };
  return { port: Number(line.toString()), pid: child.pid as number, stop };
}

const brokerAt = (port: number) => ({
  ...optionsAt(port),
  devices: [],
  limits: { clientsMax: 100, packetBytesMax: 262_144, packetsPerSecondMax: 100 },
});

describe('a port that is taken', () => {
  test('by another program: page and broker both name port, process and command, and no more of its command line', async () => {
    const { port, pid, stop } = await foreignListener();
    try {
      const attempts = [createConsole(fakeView(), fakeActs().acts, optionsAt(port)), startBroker(brokerAt(port))];
      for (const attempt of attempts) {
        const { message, text } = await failureOf(attempt);
        for (const sentence of [message, text.en, text.zh]) {
          expect(sentence).toContain(String(port));
          expect(sentence).toContain(`${pid} (${process.execPath})`);
          expect(sentence).not.toContain('canary');
        }
      }
    } finally {
      await stop();
    }
  });

  test('over IPv6, and by this very process', async () => {
    const server = createServer().listen(0, '::1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(portHolder(port)).toMatch(new RegExp(`^${process.pid} \\(`));
    server.close();
    await once(server, 'close');
    expect(portHolder(port)).toBeUndefined();
  });

  test('a free one has no holder, and page and broker start and stop there', async () => {
    const port = await freePort();
    expect(portHolder(port)).toBeUndefined();
    const page = await createConsole(fakeView(), fakeActs().acts, optionsAt(port));
    expect(page.url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${page.url}/health/live`)).status).toBe(200);
    await page.close();
    const broker = await startBroker(brokerAt(port));
    expect(broker.url).toBe(`mqtt://127.0.0.1:${port}`);
    await broker.close();
  });
});

test('only listening sockets of exactly this port count', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0',
    '   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20 4 30 10 -1',
    '   2: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0',
    '',
  ].join('\n');
  expect(listeningInodes(table, 8080)).toEqual(['111']);
  expect(listeningInodes(table, 80)).toEqual([]);
});
