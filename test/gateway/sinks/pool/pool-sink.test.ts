import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BackOff, type Sink, type SinkContext } from '../../../../gateway/contract/index.js';
import { startPool } from '../../../../gateway/pool/index.js';
import { pool } from '../../../../gateway/sinks/pool/index.js';
import { sinkContext } from '../../../contracts/sink.js';
import { scratchFolder } from '../../../support/scratch.js';
import { houseFrame, identity, samples, tableOf } from '../../../support/sink-records.js';

const never = new AbortController().signal;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function sinkOnto(url: string, settings: object = {}, context: Partial<SinkContext> = {}): Promise<Sink> {
  const config = pool.config.parse({ type: 'pool', url, ...settings });
  const sink = await pool.create('city', config, sinkContext(context));
  ends.push(() => sink.close());
  return sink;
}

async function runningPool(tokens?: readonly string[]) {
  const { folder, remove } = await scratchFolder();
  const running = await startPool({ host: '127.0.0.1', port: 0, folder, ...(tokens && { tokens }) });
  ends.push(async () => {
    await running.stop();
    await remove();
  });
  return running;
}

const frames = (count: number, from = 1) => Array.from({ length: count }, (_, n) => houseFrame(tableOf(), from + n));

describe('with the reference pool', () => {
  test('a pool that lacks something is sent it again from there', async () => {
    const first = await runningPool();
    const sink = await sinkOnto(first.url);
    await sink.connect(never);
    await sink.write(samples(frames(10)), never);
    await expect(sink.write(samples(frames(5, 16), 16), never)).resolves.toEqual({ resumeFrom: 11 });
    const missing = await (await fetch(`${first.url}/v1/missing`)).json();
    expect(missing).toMatchObject([{ lane: 'samples', missing: [{ first: 11, last: 20 }] }]);
    await expect(sink.write(samples(frames(10, 11), 11), never)).resolves.toEqual({});
    expect(await (await fetch(`${first.url}/v1/missing`)).json()).toMatchObject([{ missing: [], closed: [] }]);
  });

  test('records that are dropped for good do not stop what follows, and the pool can name them', async () => {
    const { url } = await runningPool();
    const sink = await sinkOnto(url);
    await sink.connect(never);
    await sink.write(samples(frames(10)), never);
    const later = samples(frames(5, 16), 16);
    await expect(sink.write(later, never)).resolves.toEqual({ resumeFrom: 11 });
    await expect(sink.write(later, never)).resolves.toEqual({});
    expect(await (await fetch(`${url}/v1/missing`)).json()).toMatchObject([
      { missing: [], closed: [{ first: 11, last: 15 }] },
    ]);
  });

  test('a hole within a batch is told by its range and asks for nothing', async () => {
    const { url } = await runningPool();
    const sink = await sinkOnto(url);
    await sink.connect(never);
    const holey = { ...samples(frames(4)), offsets: [1, 2, 7, 9] };
    await expect(sink.write(holey, never)).resolves.toEqual({});
    await expect(sink.write(samples(frames(1, 5), 10), never)).resolves.toEqual({});
  });

  test('more events than the pool takes at once travel in several requests', async () => {
    const { url } = await runningPool();
    const sink = await sinkOnto(url);
    await sink.connect(never);
    await expect(sink.write(samples(frames(2500)), never)).resolves.toEqual({});
    expect(await (await fetch(`${url}/v1/sources`)).json()).toEqual([
      {
        source: `urn:sluice:${identity.site}:${identity.epoch}`,
        lane: 'samples',
        events: 2500,
        first: 1,
        expected: 2501,
      },
    ]);
  });

  test('a token is sent, and a wrong one is named', async () => {
    const { url } = await runningPool(['secret-1', 'secret-2']);
    const token = { env: 'POOL_TOKEN' };
    await (await sinkOnto(url, { token }, { secret: () => 'secret-2' })).connect(never);
    await expect((await sinkOnto(url, { token }, { secret: () => 'guess' })).connect(never)).rejects.toThrow(
      /refuses our token \(401\)/,
    );
  });
});

describe('with a pool that answers as told', () => {
  interface Told {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
  }
  const capabilities = {
    contentTypes: ['application/cloudevents-batch+json'],
    encodings: ['gzip'],
    eventsMax: 100,
    bytesMax: 100_000,
  };
  async function answering(
    answer: (request: IncomingMessage, events: { id: string }[]) => Told,
    said: object = capabilities,
  ) {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
        const { status, headers, body } =
          request.method === 'GET'
            ? { status: 200, headers: {}, body: said }
            : answer(request, JSON.parse(plain.toString()) as { id: string }[]);
        response.writeHead(status, headers).end(JSON.stringify(body ?? {}));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const sink = await sinkOnto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await sink.connect(never);
    return sink;
  }
  const accept = (events: { id: string }[]) => ({ events: events.map(({ id }) => ({ id, outcome: 'accepted' })) });

  test('the request is a solicited batch with a key of epoch, lane and range', async () => {
    const seen: Record<string, unknown>[] = [];
    const sink = await answering((request, events) => {
      const { 'content-type': type, 'idempotency-key': key, 'content-encoding': encoding } = request.headers;
      seen.push({ path: request.url, type, key, encoding });
      return { status: 200, body: accept(events) };
    });
    await sink.write(samples(frames(3), 41), never);
    expect(seen).toEqual([
      {
        path: '/v1/batches',
        type: 'application/cloudevents-batch+json; charset=utf-8',
        key: `${identity.epoch}-samples-41-43`,
        encoding: 'gzip',
      },
    ]);
  });

  test('a pool that does not ask for batches gets none', async () => {
    await expect(answering(() => ({ status: 200 }), { ...capabilities, contentTypes: ['text/csv'] })).rejects.toThrow(
      'does not take application/cloudevents-batch+json',
    );
  });

  test('rejected events are named by index with the words of the pool', async () => {
    const sink = await answering((_, events) => ({
      status: 200,
      body: {
        events: events.map(({ id }, n) =>
          n === 1 ? { id, outcome: 'rejected', reason: 'no grant' } : { id, outcome: 'duplicate' },
        ),
      },
    }));
    await expect(sink.write(samples(frames(3)), never)).resolves.toEqual({
      rejected: [{ index: 1, reason: 'no grant' }],
    });
  });

  test.each([429, 503])('%i with Retry-After is obeyed', async (status) => {
    const sink = await answering(() => ({ status, headers: { 'retry-after': '11' } }));
    const error: unknown = await sink.write(samples(frames(1)), never).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(BackOff);
    expect((error as BackOff).waitMs).toBe(11_000);
  });

  test('a batch larger than the pool takes after all is halved; the event that alone is too large is named', async () => {
    const keys: string[] = [];
    const sink = await answering((request, events) => {
      keys.push(String(request.headers['idempotency-key']));
      const large = events.length > 2 || events.some(({ id }) => id === 'samples-3');
      return large ? { status: 413 } : { status: 200, body: accept(events) };
    });
    const outcome = await sink.write(samples(frames(4)), never);
    expect(outcome.rejected?.map(({ index }) => index)).toEqual([2]);
    expect(keys.map((key) => key.slice(`${identity.epoch}-samples-`.length))).toEqual([
      '1-4',
      '1-2',
      '3-4',
      '3-3',
      '4-4',
    ]);
  });

  test('an answer for other events than were sent keeps the batch', async () => {
    const sink = await answering(() => ({ status: 200, body: { events: [{ id: 'samples-9', outcome: 'accepted' }] } }));
    await expect(sink.write(samples(frames(1)), never)).rejects.toThrow('answered for other events');
  });

  test('an answer that is not of the protocol keeps the batch', async () => {
    const sink = await answering(() => ({ status: 200, body: 'ok' }));
    await expect(sink.write(samples(frames(1)), never)).rejects.toThrow('something else than the pool protocol');
  });
});
