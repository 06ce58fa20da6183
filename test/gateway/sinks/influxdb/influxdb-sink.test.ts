import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BackOff, type Sink, type SinkContext } from '../../../../gateway/contract/index.js';
import { Thinning } from '../../../../gateway/runtime/thinning.js';
import { frameLine } from '../../../support/frame-line.js';
import { influxdb } from '../../../../gateway/sinks/influxdb/index.js';
import { sinkContext } from '../../../contracts/sink.js';
import { type InfluxdOptions, type Influxd, startInfluxd } from '../../../support/influxd.js';
import { peer } from '../../../support/peers.js';
import { frameOf, houseFrame, samples, tableOf } from '../../../support/sink-records.js';
import { startWire } from '../../../support/wire.js';

const never = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function server(options?: InfluxdOptions): Promise<Influxd> {
  const started = await startInfluxd(options);
  ends.push(() => started.stop());
  return started;
}

async function sinkOnto(url: string, settings: object = {}, context: Partial<SinkContext> = {}): Promise<Sink> {
  const config = influxdb.config.parse({ type: 'influxdb', url, ...settings });
  const sink = await influxdb.create('influx', config, sinkContext(context));
  ends.push(() => sink.close());
  return sink;
}

const numbers = tableOf([
  { name: 'flow', type: 'number', unit: 'm³/h' },
  { name: 'mode', type: 'number', unit: '' },
  { name: 'level', type: 'number', unit: 'm' },
]);
const texts = tableOf(
  [
    { name: 'flow', type: 'number', unit: 'm³/h' },
    { name: 'mode', type: 'text', unit: '' },
    { name: 'level', type: 'number', unit: 'm' },
  ],
  { device: '猪舍-2' },
);

describe('InfluxDB 1.6.7', () => {
  const influxd = peer('influxd');

  influxd('parks a field of another type with the words of the server and stores the rest of its point', async () => {
    const { url, query } = await server();
    const sink = await sinkOnto(url);
    await sink.connect(never);
    const frames = Array.from({ length: 100 }, (_, n) =>
      n % 10 === 3 ? frameOf(texts, n, [n, 'auto', n]) : frameOf(numbers, n, [n, 1, n]),
    );
    const outcome = await sink.write(samples(frames), never);
    const wrong = [3, 13, 23, 33, 43, 53, 63, 73, 83, 93];
    expect(outcome.rejected).toBeUndefined();
    expect(outcome.parked?.map(({ index, tag }) => [index, tag])).toEqual(wrong.map((index) => [index, 'mode']));
    expect(outcome.parked?.[0]?.reason).toContain('field type conflict');
    const rows = await query('SELECT * FROM "house-sensor"', 'sluice');
    expect(rows).toHaveLength(100);
    for (const row of rows) expect(row['flow']).toBe(row['level']);
    expect(rows.filter(({ mode }) => mode === null)).toHaveLength(wrong.length);
  });

  influxd('makes its database again when someone drops it', async () => {
    const { url, query } = await server();
    const sink = await sinkOnto(url, { database: 'farm' });
    await sink.connect(never);
    await query('DROP DATABASE farm');
    await expect(sink.write(samples([houseFrame(tableOf(), 1)]), never)).resolves.toEqual({});
    expect(await query('SELECT * FROM "house-sensor"', 'farm')).toHaveLength(1);
  });

  influxd('leaves a retention policy that exists as it is', async () => {
    const { url, query } = await server();
    await query('CREATE DATABASE sluice WITH DURATION 90d NAME month');
    const sink = await sinkOnto(url, { retention: { name: 'month', keep: '30d' } });
    await sink.connect(never);
    const [policy] = await query('SHOW RETENTION POLICIES', 'sluice');
    expect(policy).toMatchObject({ name: 'month', duration: '2160h0m0s' });
  });

  influxd('halves a batch that is larger than the server takes', async () => {
    const { url, query } = await server({ bodyBytesMax: 2000 });
    const sink = await sinkOnto(url, { gzip: 0 });
    await sink.connect(never);
    const frames = Array.from({ length: 50 }, (_, n) => houseFrame(tableOf(), n));
    await expect(sink.write(samples(frames), never)).resolves.toEqual({});
    expect(await query('SELECT * FROM "house-sensor"', 'sluice')).toHaveLength(50);
  });

  influxd('holds of a thinned stream what it holds of the whole one, in fewer points and fields', async () => {
    const { url, query } = await server();
    const table = tableOf();
    const frames = Array.from({ length: 600 }, (_, n) =>
      frameOf(table, n, [20 + Math.round(30 * Math.sin(n / 60)) / 10, 3, n % 200 < 100, Math.floor(n / 50), 'AB-12']),
    );
    const run = { epoch: 'e', from: 0, offsets: frames.map((_, offset) => offset), records: frames };
    const thinning = new Thinning({ atLeastEveryMs: 120_000, bands: { temperature: 0.5 } }, false);
    const sent = { whole: frames, thinned: thinning.thin(run).records };
    for (const [database, records] of Object.entries(sent)) {
      const sink = await sinkOnto(url, { database });
      await sink.connect(never);
      expect(await sink.write(samples(records), never)).toEqual({});
    }
    const [whole, thinned] = await Promise.all(
      Object.keys(sent).map((database) => query('SELECT * FROM "house-sensor"', database)),
    );
    expect(whole).toHaveLength(600);
    expect(thinned?.length).toBeLessThan(60);
    const now: Record<string, unknown> = {};
    for (const row of whole ?? []) {
      const point = thinned?.find(({ time }) => time === row['time']);
      for (const [field, value] of Object.entries(point ?? {})) if (value !== null) now[field] = value;
      const { temperature, 氨气: ammonia, fan, count, model } = row;
      expect(now).toMatchObject({ 氨气: ammonia, fan, count, model });
      expect(Math.abs(Number(now['temperature']) - Number(temperature))).toBeLessThanOrEqual(0.5);
    }
  });

  influxd('logs in, and says who is refused', async () => {
    const { url } = await server({ auth: true });
    const admin = `q=${encodeURIComponent(`CREATE USER boss WITH PASSWORD 'pw' WITH ALL PRIVILEGES`)}`;
    await fetch(`${url}/query?${admin}`, { method: 'POST' });
    const settings = { user: 'boss', password: { env: 'PW' } };
    const right = await sinkOnto(url, settings, { secret: () => 'pw' });
    await right.connect(never);
    await expect(right.write(samples([houseFrame(tableOf(), 1)]), never)).resolves.toEqual({});
    const wrong = await sinkOnto(url, settings, { secret: () => 'guess' });
    await expect(wrong.connect(never)).rejects.toThrow(/as user boss: .*authorization failed/);
    await expect(wrong.write(samples([houseFrame(tableOf(), 1)]), never)).rejects.toThrow(/refuses writes of boss/);
  });

  influxd('survives a kill -9 of the server: the kept batch is there once', async () => {
    const influx = await server();
    const sink = await sinkOnto(influx.url);
    await sink.connect(never);
    const batch = samples(Array.from({ length: 10 }, (_, n) => houseFrame(tableOf(), n)));
    await sink.write(batch, never);
    await influx.kill();
    await expect(sink.write(batch, never)).rejects.toThrow();
    await influx.restart();
    await sink.connect(never);
    await sink.write(batch, never);
    expect(await influx.query('SELECT * FROM "house-sensor"', 'sluice')).toHaveLength(10);
  });

  influxd('keeps one connection over many writes', async () => {
    const { url } = await server();
    const wire = await startWire(Number(new URL(url).port));
    ends.push(() => wire.stop());
    const sink = await sinkOnto(`http://127.0.0.1:${wire.port}`);
    await sink.connect(never);
    const before = wire.connections;
    for (let n = 0; n < 20; n++) await sink.write(samples([houseFrame(tableOf(), n)]), never);
    expect(wire.connections).toBe(before);
  });
});

describe('what a server answers', () => {
  /** A server that answers as told and keeps what it was sent. */
  async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const bodies: Buffer[] = [];
    const stub = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks));
        answer(request, response);
      });
    }).listen(0, '127.0.0.1');
    await once(stub, 'listening');
    ends.push(() => {
      stub.closeAllConnections();
      stub.close();
    });
    return { url: `http://127.0.0.1:${(stub.address() as AddressInfo).port}`, bodies };
  }
  const batch = samples([houseFrame(tableOf(), 1), houseFrame(tableOf(), 2)]);

  test('lines go out compressed, in ns', async () => {
    let path = '';
    const { url, bodies } = await answering((request, response) => {
      path = request.url ?? '';
      response.writeHead(204).end();
    });
    await (await sinkOnto(url, { gzip: 1 })).write(batch, never);
    expect(path).toBe('/write?db=sluice&precision=ns');
    expect(gunzipSync(bodies[0] as Buffer).toString()).toBe(batch.records.map(frameLine).join(''));
  });

  test('lines go out plain to a peer on this machine, unless asked for', async () => {
    const { url, bodies } = await answering((_request, response) => response.writeHead(204).end());
    await (await sinkOnto(url)).write(batch, never);
    expect((bodies[0] as Buffer).toString()).toBe(batch.records.map(frameLine).join(''));
  });

  test('Retry-After is obeyed', async () => {
    const { url } = await answering((_, response) => response.writeHead(503, { 'retry-after': '7' }).end('busy'));
    const error: unknown = await (await sinkOnto(url)).write(batch, never).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(BackOff);
    expect((error as BackOff).waitMs).toBe(7000);
  });

  test.each([500, 502, 504, 302])('%i keeps the batch', async (status) => {
    const { url } = await answering((_, response) => response.writeHead(status).end('no'));
    await expect((await sinkOnto(url)).write(batch, never)).rejects.toThrow(`answered ${status}`);
  });

  test('a server that does not answer in time keeps the batch', async () => {
    const { url } = await answering(() => undefined);
    await expect((await sinkOnto(url, { timeout: '50ms' })).write(batch, never)).rejects.toThrow(
      'no answer within 50 ms',
    );
  });

  test('a record without a UTC time is named, not stamped with a guess', async () => {
    const { url, bodies } = await answering((_, response) => response.writeHead(204).end());
    const frames = [houseFrame(tableOf(), 1), { ...houseFrame(tableOf(), 2), time: Number.NaN }];
    const outcome = await (await sinkOnto(url, { gzip: 0 })).write(samples(frames), never);
    expect(outcome.rejected).toEqual([{ index: 1, reason: 'its UTC time is not known' }]);
    expect(bodies[0]?.toString()).toBe(frameLine(frames[0] as (typeof frames)[0]));
  });
});
