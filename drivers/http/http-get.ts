import { type Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { type Clock, DeviceFault, Quality } from '../../gateway/contract/index.js';
import { answerFault, failureFault, redirectFault } from './http-faults.js';

export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
  readonly redirectsMax: number;
  readonly agents: { readonly http: HttpAgent; readonly https: HttpAgent };
  readonly clock: Clock;
  /** Ends the request; whatever it rejects with then is of no interest. */
  readonly signal: AbortSignal;
}

/** A body, or that it is the same as before (304). */
export interface Answer {
  readonly body: Uint8Array | undefined;
  readonly etag: string | undefined;
  readonly contentType: string | undefined;
}

/**
 * Asks for a resource. Rejects with a `DeviceFault` that says in words what came instead, without the query of the
 * address: it may hold a key. Resolves or rejects when the socket is done with.
 */
export async function httpGet(url: URL, options: GetOptions): Promise<Answer> {
  const { clock, timeoutMs, signal } = options;
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let isOver = false;
  const timer = clock.wait(timeoutMs, ending.signal).then(() => {
    isOver = !ending.signal.aborted;
    end();
  });
  try {
    return await follow(url, options, ending.signal);
  } catch (cause) {
    if (cause instanceof DeviceFault) throw cause;
    throw isOver ? timeOut(url, timeoutMs) : failureFault(url, cause);
  } finally {
    signal.removeEventListener('abort', end);
    end();
    await timer;
  }
}

async function follow(start: URL, options: GetOptions, signal: AbortSignal): Promise<Answer> {
  let url = start;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await ask(url, options, signal);
    if ('body' in answer) return answer;
    url = redirectedTo(url, answer.location, redirects, options);
  }
}

/** To the same host and port alone: headers and query hold secrets of this service, and another may listen beside it. */
function redirectedTo(from: URL, location: string, redirects: number, { redirectsMax }: GetOptions): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (!to) throw redirectFault(from, 'to no address');
  if (redirects >= redirectsMax) throw redirectFault(from, `more than ${redirectsMax} times`);
  if (to.host !== from.host) throw redirectFault(from, `to another host or port, ${to.host}`);
  if (from.protocol === 'https:' && to.protocol !== 'https:') throw redirectFault(from, 'away from https');
  return to;
}

function ask(url: URL, options: GetOptions, signal: AbortSignal): Promise<Answer | { readonly location: string }> {
  const { headers, agents } = options;
  const isTls = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (isTls ? httpsRequest : httpRequest)(url, {
      headers: { accept: 'application/json', 'accept-encoding': 'gzip', ...headers },
      agent: isTls ? agents.https : agents.http,
      signal,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      readAnswer(url, response, options).then(resolve, (error: unknown) => {
        request.destroy();
        reject(error as Error);
      });
    });
    request.end();
  });
}

const redirections = new Set([301, 302, 303, 307, 308]);

async function readAnswer(
  url: URL,
  response: IncomingMessage,
  { bodyBytesMax }: GetOptions,
): Promise<Answer | { readonly location: string }> {
  const { statusCode = 0, headers } = response;
  const { etag, 'content-type': contentType } = headers;
  if (statusCode !== 200) {
    response.resume();
    if (statusCode === 304) return { body: undefined, etag, contentType };
    if (redirections.has(statusCode) && headers.location !== undefined) return { location: headers.location };
    throw answerFault(url, statusCode, headers['retry-after']);
  }
  const body = await readBytes(url, response, bodyBytesMax);
  const isZipped = headers['content-encoding'] === 'gzip';
  return { body: isZipped ? unzipped(url, body, bodyBytesMax) : body, etag, contentType };
}

async function readBytes(url: URL, response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > bytesMax) throw tooLarge(url, bytesMax);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function unzipped(url: URL, body: Buffer, bytesMax: number): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: bytesMax });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(url, bytesMax);
    throw failureFault(url, cause);
  }
}

const tooLarge = ({ origin, pathname }: URL, bytesMax: number): DeviceFault =>
  new DeviceFault(
    `${origin}${pathname}: the answer is larger than ${bytesMax} bytes; ask for less, or raise \`bodyBytesMax\``,
    Quality['bad-decoding'],
    { answered: true },
  );

const timeOut = ({ origin, pathname }: URL, timeoutMs: number): DeviceFault =>
  new DeviceFault(
    `${origin}${pathname}: no whole answer within ${timeoutMs} ms; check the network, or raise \`timeout\``,
    Quality['bad-no-answer'],
    { answered: false },
  );
