import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { EventMessage } from '../../../gateway/cli/alarms/event-messages.js';
import { watch } from '../../../gateway/cli/alarms/watch.js';
import type { Cli } from '../../../gateway/cli/cli.js';
import { GatewayClient, NotRunning } from '../../../gateway/cli/gateway-client.js';
import { messages } from '../../../gateway/cli/messages/index.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

/** A gateway that answers as the test tells it. */
const visits: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = [];
const server = createServer((request, response) => {
  visits.push({ request, response });
  server.emit('visit');
});
let url: string;

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  visits.length = 0;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function begin() {
  const told: string[] = [];
  const found: EventMessage[] = [];
  const cli: Cli = {
    language: 'en',
    m: messages('en'),
    env: {},
    columns: 80,
    isWatched: false,
    say: () => undefined,
    tell: (text) => void told.push(text),
  };
  const ending = new AbortController();
  const clock = new ManualClock();
  const onMessage = (message: EventMessage): void => {
    found.push(message);
    server.emit('found');
  };
  const ended = watch({ cli, client: new GatewayClient(cli, { url }), clock, signal: ending.signal, onMessage });
  return { told, found, clock, ended, end: () => ending.abort() };
}

const visit = async (): Promise<(typeof visits)[number]> => {
  if (visits.length === 0) await once(server, 'visit');
  return visits.shift() as (typeof visits)[number];
};

const stream = async (): Promise<ServerResponse> => {
  const { response } = await visit();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return response;
};

test('a connection that falls silent is lost after 45 s, told once, and taken up where it was left', async () => {
  const { told, found, clock, ended, end } = begin();
  const first = await stream();
  first.write('event: alarm\nid: e-7\ndata: {}\n\n');
  await once(server, 'found');
  first.write(':\nid: e-9\n\n');
  // The heartbeat has come when a message behind it has.
  first.write('event: alarm\ndata: {}\n\n');
  await once(server, 'found');
  await clock.advance(45_000);
  expect(told).toEqual(['The connection is lost; trying again …']);
  await clock.advance(2000);
  const refusedOnce = await visit();
  refusedOnce.request.socket.destroy();
  while (clock.waiting === 0) await settle();
  await clock.advance(2000);
  const { request, response } = await visit();
  expect(request.headers['last-event-id']).toBe('e-9');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('event: alarm\nid: e-10\ndata: {}\n\n');
  await once(server, 'found');
  expect(told).toEqual([
    'The connection is lost; trying again …',
    'Connected again; nothing was left out unless said.',
  ]);
  expect(found.map(({ id }) => id)).toEqual(['e-7', 'e-9', 'e-10']);
  end();
  await ended;
});

test('no gateway to begin with, or one that refuses, ends it with the reason', async () => {
  const refused = begin();
  const { response } = await visit();
  response.writeHead(503, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { en: '20 streams are open', zh: '已有 20 路' } }));
  await expect(refused.ended).rejects.toThrow('20 streams are open');
  const absent = begin();
  (await visit()).request.socket.destroy();
  await expect(absent.ended).rejects.toBeInstanceOf(NotRunning);
});
