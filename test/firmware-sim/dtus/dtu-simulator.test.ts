import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type DtuHabits, DtuSimulator } from '../../../firmware-sim/dtus/index.js';

/** A centre that takes calls, and a line that gives back what it is asked in capitals. */
let centre: Server;
let line: Server;
let calls: { socket: Socket; heard: string }[];
let changed: () => void;
let dtu: DtuSimulator | undefined;
const open = new Set<Socket>();

async function listen(connected: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    connected(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const endpointOf = (server: Server) => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });

beforeEach(async () => {
  calls = [];
  changed = () => undefined;
  centre = await listen((socket) => {
    const call = { socket, heard: '' };
    calls.push(call);
    changed();
    socket.on('data', (bytes: Buffer) => {
      call.heard += bytes.toString();
      changed();
    });
  });
  line = await listen((socket) => socket.on('data', (bytes: Buffer) => socket.write(bytes.toString().toUpperCase())));
});

afterEach(async () => {
  await dtu?.stop();
  dtu = undefined;
  for (const socket of open) socket.destroy();
  await Promise.all([centre, line].map((server) => new Promise((resolve) => server.close(resolve))));
});

async function start(habits: DtuHabits = {}, hasLine = true): Promise<DtuSimulator> {
  const ends = { dials: endpointOf(centre), ...(hasLine && { line: endpointOf(line) }) };
  dtu = new DtuSimulator({ ...ends, registration: Buffer.from('I am 7;'), redialsAfterMs: [5, 5], ...habits });
  await dtu.start();
  return dtu;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise<void>((resolve) => {
      changed = resolve;
    });
  }
}

const heard = (n: number): string => calls[n]?.heard ?? '';

test('says who it is and carries bytes both ways', async () => {
  await start();
  await until(() => heard(0) === 'I am 7;');
  calls[0]?.socket.write('ask');
  await until(() => heard(0) === 'I am 7;ASK');
});

test('everything may come in pieces, with a heartbeat inside the answer', async () => {
  const one = await start({ heartbeat: Buffer.from('<3'), insideShare: 1, splitShare: 1, latencyMs: [5, 20] });
  await until(() => heard(0) === 'I am 7;');
  calls[0]?.socket.write('question');
  await until(() => heard(0).length === 'I am 7;QUESTION<3'.length);
  expect(heard(0)).toMatch(/^I am 7;Q.*<3.*N$/);
  expect(heard(0).replace('<3', '')).toBe('I am 7;QUESTION');
  expect(one.tally).toMatchObject({ answers: 1, heartbeats: 1, heartbeatsInside: 1 });
});

test('beats while nobody asks', async () => {
  await start({ heartbeat: Buffer.from('<3'), heartbeatEveryMs: [2, 6] });
  await until(() => heard(0).startsWith('I am 7;<3<3<3'));
});

test('dials again when it is hung up on, and sends then what it could not', async () => {
  const one = await start({ latencyMs: [40, 40] });
  await until(() => heard(0) === 'I am 7;');
  calls[0]?.socket.write('late', () => calls[0]?.socket.end());
  await until(() => heard(1) === 'I am 7;LATE');
  expect(one.tally).toMatchObject({ dials: 2, closedByOther: 1 });
});

test('ends connections by itself, and leaves some half-open', async () => {
  const one = await start({ livesMs: [1, 10], halfOpenShare: 1 });
  await until(() => calls.length >= 4 && heard(3) === 'I am 7;');
  expect(calls.slice(0, 3).every(({ socket }) => !socket.closed)).toBe(true);
  expect(one.connections).toBeGreaterThanOrEqual(4);
  calls[0]?.socket.write('into nothing');
  await until(() => calls.length >= 6);
  expect(calls.some(({ heard: text }) => text.includes('NOTHING'))).toBe(false);
});

test('leaves nothing behind', async () => {
  const one = await start({ livesMs: [1, 10], halfOpenShare: 0.5 });
  await until(() => calls.length >= 3);
  await one.stop();
  expect(one.connections).toBe(0);
});
