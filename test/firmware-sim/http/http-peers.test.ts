import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { Laboratory, WeatherService } from '../../../firmware-sim/http/index.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import { ManualClock } from '../../support/manual-clock.js';

test('a weather service gives its newest observation, versions, and its troubles', async () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 1, 19));
  const service = new WeatherService({ model: new HeldValues({ temp: 23.5 }), key: 'k', hasVersions: true, clock });
  await service.start();
  const get = (headers: Record<string, string> = {}, path = '/now?key=k') => fetch(service.address + path, { headers });
  const first = await get();
  expect(await first.json()).toEqual({ code: '200', now: { obsTime: '2026-11-21T09:10+08:00', temp: '23.5' } });
  const version = { 'if-none-match': first.headers.get('etag') ?? '' };
  expect((await get(version)).status).toBe(304);
  await clock.advance(60_000);
  expect((await get(version)).status).toBe(200);
  expect((await get({}, '/now')).status).toBe(401);
  expect((await get({ authorization: 'Bearer k' }, '/now')).status).toBe(200);
  expect((await get({}, '/elsewhere?key=k')).status).toBe(404);
  service.trouble({ kind: 'status', status: 503, retryAfter: '7' });
  const trouble = await get();
  expect([trouble.status, trouble.headers.get('retry-after')]).toEqual([503, '7']);
  service.trouble({ kind: 'cut' });
  await expect(get().then((answer) => answer.text())).rejects.toThrow();
  service.heal();
  expect((await get()).status).toBe(200);
  await service.stop();
});

test('a laboratory posts what it has, with its token', async () => {
  const heard: unknown[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method, url, headers } = request;
      heard.push([method, url, headers.authorization, headers['content-type'], Buffer.concat(parts).toString()]);
      response.writeHead(202).end('{"records":1}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lab = new Laboratory({ address, path: '/lab', token: 't' });
  expect(await lab.post([{ sample: 'M-1', takenAt: 'x' }])).toEqual({ status: 202, body: { records: 1 } });
  expect(heard).toEqual([
    ['POST', '/lab', 'Bearer t', 'application/json', '{"results":[{"sample":"M-1","takenAt":"x"}]}'],
  ]);
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
