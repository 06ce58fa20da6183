import type { Batch, LaneName, Sink, SinkContext, WriteOutcome } from '../../contract/index.js';
import { busy } from '../http/busy.js';
import { encodeBody } from '../http/gzip.js';
import { type HttpAnswer, HttpClient } from '../http/http-client.js';
import { type Capabilities, capabilities, conflict, type EventOutcome, outcomes, readAnswer } from './answers.js';
import { type Chunk, chunksOf, halves } from './chunks.js';
import { type CloudEvent, entryEvent, frameEvent } from './cloud-event.js';
import type { PoolConfig } from './config.js';

const batchType = 'application/cloudevents-batch+json';

type Rejected = NonNullable<WriteOutcome['rejected']>[number];

/** A batch as it travels: events as JSON, once. */
interface Prepared {
  readonly epoch: string;
  readonly lane: LaneName;
  readonly offsets: readonly number[];
  readonly events: readonly CloudEvent[];
  readonly texts: readonly string[];
}

/** What became of one chunk: refused events, or the pool lacks something from `expected` on. */
type ChunkOutcome = { readonly rejected: readonly Rejected[] } | { readonly expected: number };

/**
 * The city pool: CloudEvents in batches, an idempotency key that names the offsets answered for, an outcome an event.
 *
 * A pool that lacks something answers with the offset it expects; the batch is then ended with `resumeFrom`, and the
 * host reads its journal from there. What the host sends next begins there or, when those records are dropped, later:
 * then the range of its first request still begins at the offset expected, which tells the pool that there is no more.
 */
export class PoolSink implements Sink {
  readonly #config: PoolConfig;
  readonly #context: SinkContext;
  readonly #http: HttpClient;
  /** Offsets the pool asked for and did not get yet, by source and lane. */
  readonly #expected = new Map<string, number>();
  #capabilities: Capabilities | undefined;

  constructor(config: PoolConfig, context: SinkContext) {
    this.#config = config;
    this.#context = context;
    this.#http = new HttpClient({
      url: config.url,
      headers: config.token ? { authorization: `Bearer ${context.secret(config.token)}` } : {},
      timeoutMs: config.timeout,
      ca: config.ca && context.secret(config.ca),
      clock: context.clock,
    });
  }

  async connect(signal: AbortSignal): Promise<void> {
    const answer = await this.#http.send({ method: 'GET', path: '/v1/capabilities' }, signal);
    if (answer.status !== 200) throw this.#failure(answer);
    const said = readAnswer(capabilities, answer.text, this.#name);
    if (!said.contentTypes.includes(batchType)) throw new Error(`${this.#name} does not take ${batchType}`);
    this.#capabilities = said;
  }

  async write(batch: Batch, signal: AbortSignal): Promise<WriteOutcome> {
    const limits = this.#capabilities;
    if (!limits) throw new Error(`${this.#name} was not asked yet what it takes`);
    const prepared = prepare(batch);
    const [offset] = prepared.offsets;
    if (offset === undefined) return {};
    const bytes = prepared.texts.map((text) => Buffer.byteLength(text));
    const stream = `${prepared.epoch} ${prepared.lane}`;
    const first = Math.min(offset, this.#expected.get(stream) ?? offset);
    const rejected: Rejected[] = [];
    for (const chunk of chunksOf(prepared.offsets, bytes, first, limits)) {
      const outcome = await this.#send(prepared, chunk, signal);
      if ('expected' in outcome) {
        this.#expected.set(stream, outcome.expected);
        return { ...(rejected.length > 0 && { rejected }), resumeFrom: outcome.expected };
      }
      rejected.push(...outcome.rejected);
    }
    this.#expected.delete(stream);
    return rejected.length > 0 ? { rejected } : {};
  }

  async close(): Promise<void> {
    this.#http.close();
  }

  async #send(prepared: Prepared, chunk: Chunk, signal: AbortSignal): Promise<ChunkOutcome> {
    const answer = await this.#post(prepared, chunk, signal);
    if (answer.status === 200) return { rejected: this.#rejected(prepared, chunk, answer) };
    if (answer.status === 413) {
      return this.#sendHalves(prepared, chunk, 'the event alone is larger than the pool takes', signal);
    }
    if (answer.status === 409) {
      const said = readAnswer(conflict, answer.text, this.#name);
      if (said.error === 'gap') return { expected: said.expected };
      // The pool took this range before, from a release that spelt its events otherwise: it knows them by id.
      return this.#sendHalves(prepared, chunk, 'the pool holds this event with other content', signal);
    }
    throw this.#failure(answer);
  }

  async #sendHalves(prepared: Prepared, chunk: Chunk, alone: string, signal: AbortSignal): Promise<ChunkOutcome> {
    if (chunk.to - chunk.from === 1) return { rejected: [{ index: chunk.from, reason: alone }] };
    const [one, other] = halves(chunk, prepared.offsets);
    const left = await this.#send(prepared, one, signal);
    if ('expected' in left) return left;
    const right = await this.#send(prepared, other, signal);
    return 'expected' in right ? right : { rejected: [...left.rejected, ...right.rejected] };
  }

  async #post({ epoch, lane, texts }: Prepared, chunk: Chunk, signal: AbortSignal): Promise<HttpAnswer> {
    const level = this.#capabilities?.encodings.includes('gzip') ? this.#config.gzip : 0;
    const { body, headers } = await encodeBody(Buffer.from(`[${texts.slice(chunk.from, chunk.to).join(',')}]`), level);
    signal.throwIfAborted();
    return this.#http.send(
      {
        method: 'POST',
        path: '/v1/batches',
        headers: {
          ...headers,
          'content-type': `${batchType}; charset=utf-8`,
          'idempotency-key': `${epoch}-${lane}-${chunk.first}-${chunk.last}`,
        },
        body,
      },
      signal,
    );
  }

  #rejected({ events }: Prepared, { from, to }: Chunk, answer: HttpAnswer): readonly Rejected[] {
    const said = readAnswer(outcomes, answer.text, this.#name).events;
    const fits = said.length === to - from && said.every(({ id }, n) => id === events[from + n]?.id);
    if (!fits) throw new Error(`${this.#name} answered for other events than it was sent`);
    return said.flatMap(({ outcome, reason }: EventOutcome, n) =>
      outcome === 'rejected' ? { index: from + n, reason: reason ?? 'no reason given' } : [],
    );
  }

  #failure(answer: HttpAnswer): Error {
    if (answer.status === 401 || answer.status === 403) {
      return new Error(`${this.#name} refuses our token (${answer.status}); check \`token\``);
    }
    return (
      busy(this.#name, answer, this.#context.clock.utc()) ??
      new Error(`${this.#name} answered ${answer.status}: ${answer.text.trim().slice(0, 500)}`)
    );
  }

  get #name(): string {
    return `pool at ${this.#config.url}`;
  }
}

function prepare(batch: Batch): Prepared {
  const { identity, lane, offsets } = batch;
  const events =
    batch.lane === 'samples'
      ? batch.records.map((frame, n) => frameEvent(identity, offsets[n] as number, frame))
      : batch.records.map((entry, n) => entryEvent(identity, offsets[n] as number, entry));
  return { epoch: identity.epoch, lane, offsets, events, texts: events.map((event) => JSON.stringify(event)) };
}
