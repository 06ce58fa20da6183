import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, type Log, NotConnected } from '../../gateway/contract/index.js';
import { type PostReply, refusals, tooLarge } from './post-reply.js';
import { TokenBucket } from './token-bucket.js';
import type { ListenAddress } from './written-fields.js';

/** Connections at a time; more are closed at once. */
const connectionsMax = 64;
/** Bytes of bodies that are being read, of all connections; a body that would make more is refused (503). */
const readingBytesMax = 64 * 2 ** 20;
/** Bytes of all headers of a request. */
const headerBytesMax = 8192;
/** Longest wait for all headers: whoever sends none holds one of the connections. */
const headersMaxMs = 5000;
/** Dropped connections are logged no more often. */
const dropLogEveryMs = 60_000;
/** How often connections are looked at that take too long. */
const checkEveryMs = 1000;

/** A whole body, as it came. */
export interface Posted {
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
}

export interface PostServerOptions {
  readonly listen: ListenAddress;
  readonly token: string;
  readonly bodyBytesMax: number;
  readonly timeoutMs: number;
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes a whole body for a path; undefined when no device has this path. Neither throws nor rejects. */
  readonly take: (path: string) => ((posted: Posted) => Promise<PostReply>) | undefined;
  readonly counters: PostCounters;
}

export interface PostCounters {
  requests: number;
  accepted: number;
  /** Refused for what they were: path, method, type, size, body. */
  refused: number;
  unauthorized: number;
  limited: number;
  /** Connections closed at once, for there were too many. */
  dropped: number;
}

/** A port of this box that takes posted bodies. */
export class PostServer {
  readonly #options: PostServerOptions;
  readonly #server: Server;
  readonly #token: Buffer;
  readonly #bucket: TokenBucket;
  readonly #reading: Reading = { bytes: 0 };
  #dropLoggedMs = Number.NEGATIVE_INFINITY;

  private constructor(options: PostServerOptions) {
    const { timeoutMs, clock, requestsPerSecond, token } = options;
    this.#options = options;
    this.#token = digest(token);
    this.#bucket = new TokenBucket(requestsPerSecond, clock.monotonic());
    this.#server = createServer(
      {
        requestTimeout: timeoutMs,
        headersTimeout: Math.min(timeoutMs, headersMaxMs),
        connectionsCheckingInterval: checkEveryMs,
        maxHeaderSize: headerBytesMax,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = connectionsMax;
    this.#server.on('drop', () => this.#dropped());
  }

  /** Rejects with `NotConnected` when the port cannot be listened on. */
  static async open(options: PostServerOptions): Promise<PostServer> {
    const server = new PostServer(options);
    await listen(server.#server, options.listen);
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when no connection is left. */
  async close(): Promise<void> {
    const isClosed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await isClosed;
  }

  #dropped(): void {
    const { counters, clock, log } = this.#options;
    counters.dropped += 1;
    const now = clock.monotonic();
    if (now - this.#dropLoggedMs < dropLogEveryMs) return;
    this.#dropLoggedMs = now;
    const message = 'connections are closed unheard, for too many are open; check who holds them';
    log.warn({ connectionsMax, dropped: counters.dropped }, message);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A caller that goes away in the middle is answered nothing.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    this.#options.counters.requests += 1;
    const reply = await this.#judge(request);
    this.#count(reply);
    if (!reply || response.destroyed) return;
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
    response.end(JSON.stringify(reply.body));
    if (!request.complete) request.resume();
  }

  /** Who may, what for, how often, how much: in this order, so that a stranger learns nothing. */
  async #judge(request: IncomingMessage): Promise<PostReply | undefined> {
    const { bodyBytesMax, clock, take } = this.#options;
    const { method, headers, url = '' } = request;
    if (!this.#isKnown(headers.authorization)) return refusals.token;
    if (!this.#bucket.take(clock.monotonic())) return refusals.rate;
    const taken = take(pathOf(url));
    if (!taken) return refusals.path;
    if (method !== 'POST') return refusals.method;
    if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) return refusals.type;
    if (Number(headers['content-length'] ?? 0) > bodyBytesMax) return tooLarge(bodyBytesMax);
    const body = await readBytes(request, bodyBytesMax, this.#reading);
    if (body === 'gone') return undefined;
    if (body === 'too-much') return refusals.waiting;
    return body === 'too-large' ? tooLarge(bodyBytesMax) : taken({ body, contentType: headers['content-type'] });
  }

  /** Compared by digest, in the same time wherever the difference is. */
  #isKnown(authorization = ''): boolean {
    const match = /^Bearer +(\S+)$/i.exec(authorization);
    return match !== null && timingSafeEqual(digest(match[1] as string), this.#token);
  }

  #count(reply: PostReply | undefined): void {
    const { counters } = this.#options;
    if (reply === refusals.token) counters.unauthorized += 1;
    else if (reply === refusals.rate) counters.limited += 1;
    else if (reply?.status === 202) counters.accepted += 1;
    else counters.refused += 1;
  }
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Percent signs decoded: names of devices may be Chinese. */
function pathOf(url: string): string {
  const path = url.split('?')[0] as string;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

interface Reading {
  bytes: number;
}

type Unread = 'too-large' | 'too-much' | 'gone';

/** `reading` is what all requests have read of their bodies so far. */
async function readBytes(request: IncomingMessage, bytesMax: number, reading: Reading): Promise<Buffer | Unread> {
  const parts: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    const take = (part: Buffer): void => {
      length += part.length;
      reading.bytes += part.length;
      if (length > bytesMax) settle('too-large');
      else if (reading.bytes > readingBytesMax) settle('too-much');
      else parts.push(part);
    };
    const whole = (): void => settle(Buffer.concat(parts));
    const gone = (): void => settle('gone');
    // A request stays until it is answered, and its listeners must not hold the body as long.
    const settle = (outcome: Buffer | Unread): void => {
      request.off('data', take).off('end', whole).off('close', gone);
      parts.length = 0;
      reading.bytes -= length;
      resolve(outcome);
    };
    request.on('data', take).on('end', whole).on('close', gone);
  });
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const hint =
        cause.code === 'EADDRINUSE'
          ? 'another program, or a link of another kind, has this port: choose another one'
          : 'check the address: this box must have it, and ports below 1024 need leave';
      reject(new NotConnected(`cannot listen on ${where}: ${cause.code ?? cause.message}; ${hint}`, { cause }));
    });
    server.listen({ host, port }, resolve);
  });
}
