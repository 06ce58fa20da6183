import type { Batch, Sink, SinkContext, WriteOutcome } from '../../contract/index.js';
import { busy } from '../http/busy.js';
import { encodeBody } from '../http/gzip.js';
import { HttpClient } from '../http/http-client.js';
import { gzipLevel, type InfluxdbConfig } from './config.js';
import { entryPoint } from './entry-point.js';
import { framePoint, writeFrameLine } from './frame-line.js';
import { pointLine } from './point.js';
import { RefusedFields } from './refused-fields.js';
import { InfluxServer } from './server.js';
import { type LineSource, type LinesAnswer, StoreRecords } from './store-records.js';

/** ms the search for refused records takes in one write at most; what it did not reach is written again. */
const searchMsMax = 10_000;

/**
 * InfluxDB 1.x. The write path is ours, for one reason: a line has to be the same at each try, and what a 400 means has
 * to be found out field by field.
 */
export class InfluxdbSink implements Sink {
  readonly #config: InfluxdbConfig;
  readonly #context: SinkContext;
  readonly #http: HttpClient;
  readonly #server: InfluxServer;
  readonly #path: string;
  readonly #refused = new RefusedFields();

  private constructor(config: InfluxdbConfig, context: SinkContext, http: HttpClient, server: InfluxServer) {
    this.#config = config;
    this.#context = context;
    this.#http = http;
    this.#server = server;
    const query = new URLSearchParams({ db: config.database, precision: 'ns' });
    if (config.retention) query.set('rp', config.retention.name);
    this.#path = `/write?${query.toString()}`;
  }

  static async create(config: InfluxdbConfig, context: SinkContext): Promise<InfluxdbSink> {
    const password = config.password && context.secret(config.password);
    const login = Buffer.from(`${config.user ?? ''}:${password ?? ''}`).toString('base64');
    const http = new HttpClient({
      url: config.url,
      headers: config.user === undefined ? {} : { authorization: `Basic ${login}` },
      timeoutMs: config.timeout,
      ca: config.ca && context.secret(config.ca),
      clock: context.clock,
    });
    return new InfluxdbSink(
      config,
      context,
      http,
      await InfluxServer.create(config, password, http.agent, context.log),
    );
  }

  connect(signal: AbortSignal): Promise<void> {
    return this.#server.prepare(signal);
  }

  write(batch: Batch, signal: AbortSignal): Promise<WriteOutcome> {
    const { clock } = this.#context;
    const end = clock.monotonic() + searchMsMax;
    const isOver = () => clock.monotonic() > end;
    return new StoreRecords(linesOf(batch), (lines) => this.#post(lines, signal), this.#refused, isOver).run();
  }

  async close(): Promise<void> {
    this.#http.close();
  }

  async #post(lines: Uint8Array, signal: AbortSignal): Promise<LinesAnswer> {
    const first = await this.#postOnce(lines, signal);
    if (first !== 'no-database') return first;
    // Someone dropped it while we were connected.
    await this.#server.prepare(signal);
    const second = await this.#postOnce(lines, signal);
    if (second === 'no-database') throw new Error(`${this.#name} does not keep the database it was asked to create`);
    return second;
  }

  async #postOnce(lines: Uint8Array, signal: AbortSignal): Promise<LinesAnswer | 'no-database'> {
    const { body, headers } = await encodeBody(lines, gzipLevel(this.#config));
    signal.throwIfAborted();
    const answer = await this.#http.send({ method: 'POST', path: this.#path, headers, body }, signal);
    const { status, text } = answer;
    if (status >= 200 && status < 300) return 'stored';
    if (status === 400) return { refused: serverWords(text) };
    if (status === 413) return 'too-large';
    if (status === 404) return 'no-database';
    if (status === 401 || status === 403) {
      const user = this.#config.user ?? 'nobody (no user is configured)';
      throw new Error(`${this.#name} refuses writes of ${user}: ${serverWords(text)}; check user, password and grants`);
    }
    throw (
      busy(this.#name, answer, this.#context.clock.utc()) ??
      new Error(`${this.#name} answered ${status}: ${text.trim()}`)
    );
  }

  get #name(): string {
    return `InfluxDB at ${this.#config.url}, database ${this.#config.database}`;
  }
}

function linesOf(batch: Batch): LineSource {
  const offset = (index: number) => batch.offsets[index] as number;
  if (batch.lane === 'samples') {
    const frame = (index: number) => batch.records[index] as (typeof batch.records)[number];
    return {
      count: batch.records.length,
      offset,
      write: (into, index) => {
        if (!Number.isFinite(frame(index).time)) return false;
        writeFrameLine(into, frame(index));
        return true;
      },
      point: (index) => framePoint(frame(index)),
    };
  }
  const entry = (index: number) => batch.records[index] as (typeof batch.records)[number];
  const point = (index: number) => entryPoint(entry(index), offset(index), batch.identity.site);
  return {
    count: batch.records.length,
    offset,
    write: (into, index) => {
      if (!Number.isFinite(entry(index).time)) return false;
      const one = point(index);
      into.text(pointLine(one, one.fields));
      return true;
    },
    point,
  };
}

/** The server's own sentence out of `{"error":"…"}`, at most 1,000 characters. */
function serverWords(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error.slice(0, 1000);
  } catch {
    // Not JSON: a proxy's page, shown as it is.
  }
  return text.trim().slice(0, 1000);
}
