import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Log } from '../contract/index.js';
import { AnsweredKeys } from './answered-keys.js';
import { type BatchKey, parseBatchKey } from './batch-key.js';
import { eventBytesMax, type ReceivedEvent } from './event-check.js';
import type { BatchOutcome } from './lane-store.js';
import type { PoolStore } from './pool-store.js';
import { parseSource, type Source } from './source.js';
import { isAllowed } from './tokens.js';

const batchType = 'application/cloudevents-batch+json';
/** Of one request's body, compressed or not, and of what it unpacks to. */
const bytesMax = 4 * 2 ** 20;
const eventsMax = 1000;
/** Seconds a sender is asked to wait when the disk does not take its batch. */
const diskRetryAfter = 5;

const gunzipAsync = promisify(gunzip);

/** A refusal with its status, as `{ error, message }`. */
class Refusal extends Error {
  readonly statusCode: number;
  readonly error: string;
  constructor(statusCode: number, error: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.statusCode = statusCode;
    this.error = error;
  }
}

/** The routes of the pool protocol over a store. Without `tokens` everyone on the address may use it. */
export function poolServer(store: PoolStore, tokens: readonly string[] | undefined, log: Log): FastifyInstance {
  const server = fastify({ bodyLimit: bytesMax, forceCloseConnections: true });
  const answered = new AnsweredKeys<{ readonly events: unknown }>();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(batchType, { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer) =>
    unpacked(request, body),
  );
  server.setErrorHandler((error, _request, reply) => refuse(error, reply, log));
  server.addHook('onRequest', async (request) => {
    if (tokens && !isAllowed(request.headers.authorization, tokens)) {
      throw new Refusal(401, 'token', 'a bearer token of this pool is needed');
    }
  });

  server.get('/v1/capabilities', async () => ({
    contentTypes: [batchType],
    encodings: ['gzip'],
    eventsMax,
    bytesMax,
    eventBytesMax,
  }));
  server.get('/v1/sources', async () =>
    (await store.lanes()).map(({ state: { source, lane, events, first, expected } }) => ({
      source,
      lane,
      events,
      first,
      expected,
    })),
  );
  server.get('/v1/missing', async () =>
    (await store.lanes()).map(({ state: { source, lane, missing, closed } }) => ({ source, lane, missing, closed })),
  );
  server.post('/v1/batches', async (request, reply) => {
    const keyText = String(request.headers['idempotency-key'] ?? '');
    const key = parseBatchKey(keyText);
    if (!key) throw new Refusal(400, 'key', 'Idempotency-Key is not <epoch>-<lane>-<first offset>-<last offset>');
    const body = request.body as Buffer;
    const events = readEvents(body);
    const source = sourceOfBatch(events);
    const scopedKey = `${source.urn} ${keyText}`;
    const known = answered.find(scopedKey, body);
    if (known === 'reused') throw new Refusal(409, 'key-reused', 'this key was used for another body');
    if (known) return known.answer;

    const outcome = await take(store, source, key, events).catch((cause: unknown) => {
      void reply.header('retry-after', diskRetryAfter);
      throw new Refusal(503, 'disk', 'the batch could not be stored whole; send it again', { cause });
    });
    if ('expected' in outcome) return reply.code(409).send({ error: 'gap', expected: outcome.expected });
    answered.remember(scopedKey, body, outcome);
    return outcome;
  });
  return server;
}

async function take(
  store: PoolStore,
  source: Source,
  key: BatchKey,
  events: readonly unknown[],
): Promise<BatchOutcome> {
  const lane = await store.lane(source, key.lane);
  return lane.take(key, events);
}

async function unpacked(request: FastifyRequest, body: Buffer): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new Refusal(415, 'encoding', `Content-Encoding ${encoding} is not gzip`);
  try {
    return await gunzipAsync(body, { maxOutputLength: bytesMax });
  } catch (error) {
    const large = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw large
      ? new Refusal(413, 'too-large', `the batch unpacks to more than ${bytesMax} bytes`)
      : new Refusal(400, 'encoding', 'the body is no gzip');
  }
}

function readEvents(body: Buffer | undefined): readonly unknown[] {
  let events: unknown;
  try {
    events = JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    throw new Refusal(400, 'json', 'the body is no JSON');
  }
  if (!Array.isArray(events) || events.length === 0) throw new Refusal(400, 'batch', 'the body is no list of events');
  if (events.length > eventsMax) throw new Refusal(413, 'too-large', `more than ${eventsMax} events`);
  return events;
}

/** The first source named in a batch is the batch's; events of another are rejected one by one. */
function sourceOfBatch(events: readonly unknown[]): Source {
  for (const event of events) {
    const urn = (event as ReceivedEvent | null)?.['source'];
    const source = typeof urn === 'string' ? parseSource(urn) : undefined;
    if (source) return source;
  }
  throw new Refusal(400, 'source', 'no event names its source as urn:sluice:<site>:<epoch>');
}

/** One form for every refusal; what is our own fault goes to the log and tells the sender nothing of our insides. */
function refuse(error: unknown, reply: FastifyReply, log: Log): FastifyReply {
  const known = error instanceof Refusal;
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status >= 500) log.error({ err: known ? error.cause : error }, 'batch not stored');
  if (known) return reply.code(status).send({ error: error.error, message: error.message });
  const message = status < 500 && error instanceof Error ? error.message : 'the pool failed';
  return reply.code(status).send({ error: status < 500 ? 'request' : 'internal', message });
}
