import * as http from 'node:http';
import * as https from 'node:https';
import type { Clock } from '../../contract/index.js';

export interface HttpOptions {
  /** Origin and, if any, a path every request path is put behind. */
  readonly url: string;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** ms from the first byte of a request to the last of its answer. */
  readonly timeoutMs: number;
  /** Certificate authority in PEM, beside or instead of the system's, for https with a certificate of one's own. */
  readonly ca: string | undefined;
  readonly clock: Clock;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** An answer is an outcome a record at most; one longer than this is none of ours and ends the request. */
const answerBytesMax = 8 * 2 ** 20;

/**
 * Plain HTTP to one destination over kept connections: two at most, one a lane. Rejects when there was no whole answer
 * (network, time-out, `signal`); every status is an answer.
 */
export class HttpClient {
  /** Also lent to the libraries that speak to the same destination, so that `close` ends their connections too. */
  readonly agent: http.Agent;
  readonly #options: HttpOptions;
  readonly #base: string;
  readonly #request: typeof http.request;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#base = options.url.replace(/\/+$/, '');
    const kept = { keepAlive: true, maxSockets: 2 };
    const secure = options.url.startsWith('https:');
    this.agent = secure ? new https.Agent({ ...kept, ...(options.ca && { ca: options.ca }) }) : new http.Agent(kept);
    this.#request = secure ? https.request : http.request;
  }

  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { clock, timeoutMs } = this.#options;
    const over = new AbortController();
    const expired = new AbortController();
    void clock.wait(timeoutMs, over.signal).then(() => {
      if (!over.signal.aborted) expired.abort(new Error(`no answer within ${timeoutMs} ms`));
    });
    try {
      return await this.#exchange(request, AbortSignal.any([signal, expired.signal]));
    } catch (error) {
      const reason: unknown = expired.signal.aborted ? expired.signal.reason : error;
      const words = reason instanceof Error ? reason.message : String(reason);
      throw new Error(`${request.method} ${this.#base}${request.path} failed: ${words}`, { cause: reason });
    } finally {
      over.abort();
    }
  }

  /** Ends idle and busy connections. */
  close(): void {
    this.agent.destroy();
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await this.#once(request, signal);
    } catch (error) {
      // A server may close an idle connection just as it is used again; every request here may be repeated.
      if (error instanceof StaleConnection && !signal.aborted) return this.#once(request, signal);
      throw error;
    }
  }

  #once({ method, path, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const request = this.#request(
        `${this.#base}${path}`,
        {
          method,
          agent: this.agent,
          signal,
          headers: { ...this.#options.headers, ...headers, ...(body && { 'content-length': body.byteLength }) },
        },
        (response) => void collect(response).then(resolve, reject),
      );
      request.on('error', (error: NodeJS.ErrnoException) => {
        reject(request.reusedSocket && staleCodes.has(error.code) ? new StaleConnection(error.message) : error);
      });
      request.end(body);
    });
  }
}

/** What writing to a connection that the other side has closed ends with. */
const staleCodes: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);

/** A kept connection turned out to be closed before anything was answered. */
class StaleConnection extends Error {}

async function collect(response: http.IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
}
