import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Clock, DeviceModel, Fault, Simulator } from '../../gateway/contract/index.js';
import { systemClock } from '../system-clock.js';

/** What can befall an answer. `status` answers with a status, `body` with any text, `elsewhere` sends to another address. */
export type ServiceTrouble =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'body'; readonly text: string }
  | { readonly kind: 'elsewhere'; readonly to: string }
  /** Answers with nothing at all. */
  | { readonly kind: 'silent' }
  /** Says how long the body is, sends half, and hangs up. */
  | { readonly kind: 'cut' };

export interface WeatherServiceOptions {
  readonly model: DeviceModel;
  /** Has to come as `Authorization: Bearer KEY` or as the parameter `key`. */
  readonly key?: string;
  readonly isGzip?: boolean;
  /** Each body is a version of its own; a question for another one is answered 304 while nothing changed. */
  readonly hasVersions?: boolean;
  readonly clock?: Clock;
}

/** What was asked of the service. */
export interface AskedOfService {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly status: number;
}

/**
 * A weather service: GET /now gives the newest observation, made at a whole ten minutes, with its numbers as text, as
 * many such services do. `/moved` sends to `/now`.
 */
export class WeatherService implements Simulator {
  readonly asked: AskedOfService[] = [];
  readonly #options: WeatherServiceOptions;
  readonly #server: Server;
  readonly #clock: Clock;
  #trouble: ServiceTrouble | undefined;
  #address = '';

  constructor(options: WeatherServiceOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  get address(): string {
    return this.#address;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** `dead` answers nothing; for all else see `trouble`. */
  inject({ kind }: Fault): void {
    if (kind === 'dead' || kind === 'half-open') this.trouble({ kind: 'silent' });
  }

  trouble(trouble: ServiceTrouble): void {
    this.#trouble = trouble;
  }

  heal(): void {
    this.#trouble = undefined;
  }

  async stop(): Promise<void> {
    const isClosed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await isClosed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://service');
    const send = (status: number, headers: Record<string, string> = {}, body: Buffer | string = ''): void => {
      this.asked.push({ path: request.url ?? '', headers: request.headers, status });
      response.writeHead(status, headers).end(body);
    };
    const trouble = this.#trouble;
    if (trouble?.kind === 'silent') {
      this.asked.push({ path: request.url ?? '', headers: request.headers, status: 0 });
      return;
    }
    if (trouble?.kind === 'cut') {
      this.asked.push({ path: request.url ?? '', headers: request.headers, status: 200 });
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"code":"200",');
      response.socket?.end();
      return;
    }
    if (trouble?.kind === 'status') {
      return send(trouble.status, trouble.retryAfter === undefined ? {} : { 'retry-after': trouble.retryAfter });
    }
    if (trouble?.kind === 'elsewhere') return send(302, { location: trouble.to });
    if (!this.#mayAsk(request, url)) return send(401);
    if (url.pathname === '/moved') return send(307, { location: '/now' });
    if (url.pathname !== '/now') return send(404);
    const body = trouble?.kind === 'body' ? trouble.text : JSON.stringify(this.#observation());
    const version = `"${body.length}-${this.#madeAt()}"`;
    if (this.#options.hasVersions && request.headers['if-none-match'] === version) return send(304, { etag: version });
    const headers = { 'content-type': 'application/json', ...(this.#options.hasVersions && { etag: version }) };
    if (this.#options.isGzip) return send(200, { ...headers, 'content-encoding': 'gzip' }, gzipSync(body));
    send(200, headers, body);
  }

  #mayAsk({ headers }: IncomingMessage, url: URL): boolean {
    const { key } = this.#options;
    return key === undefined || headers.authorization === `Bearer ${key}` || url.searchParams.get('key') === key;
  }

  #madeAt(): number {
    const everyMs = 600_000;
    return Math.floor(this.#clock.utc() / everyMs) * everyMs;
  }

  #observation(): unknown {
    const now = Object.fromEntries(
      Object.entries(this.#options.model.values).map(([tag, value]) => [tag, String(value)]),
    );
    const zoneMs = 8 * 3_600_000;
    const obsTime = `${new Date(this.#madeAt() + zoneMs).toISOString().slice(0, 16)}+08:00`;
    return { code: '200', now: { obsTime, ...now } };
  }
}
