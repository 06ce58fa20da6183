import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HeldValues } from '../../../firmware-sim/index.js';
import { Sl651Simulator } from '../../../firmware-sim/hydrology/index.js';
import { ManualClock } from '../../support/manual-clock.js';

let server: Server;
let port: number;
const codes: number[] = [];
const sockets = new Set<Socket>();

/** Functions of the messages that came; nobody answers them. */
function listen(): void {
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => codes.push(bytes[10] as number));
  });
}

beforeEach(async () => {
  codes.length = 0;
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
});

test('a report nobody answers is sent three times', async () => {
  listen();
  const clock = new ManualClock();
  const model = new HeldValues({ levelM: 1, rainTotalMm: 0 });
  const stations = [{ unit: 1, station: '0012345678', stationClass: 'P', model }] as const;
  const simulator = new Sl651Simulator({ port, stations, clock, resendAfterMs: 1000 });
  const report = simulator.stations[0]?.report('timed');
  let isOver = false;
  void report?.then(() => (isOver = true));
  while (!isOver) await clock.advance(100);
  expect(await report).toBeUndefined();
  await simulator.stop();
  while (codes.length < 3) await new Promise((resolve) => setImmediate(resolve));
  expect(codes).toEqual([0x32, 0x32, 0x32]);
});

test('rain that cannot wait makes an extra report', () => {
  const model = new HeldValues({ levelM: 1, rainTotalMm: 10 });
  const stations = [{ unit: 1, station: '0012345678', stationClass: 'P', model }] as const;
  const [station] = new Sl651Simulator({ port, stations }).stations;
  expect(station?.isStorm).toBe(false);
  model.command('rainTotalMm', 11);
  expect(station?.isStorm).toBe(true);
});
