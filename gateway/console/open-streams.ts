import type { ServerResponse } from 'node:http';
import type { Clock, Log } from '../contract/index.js';
import { Refusal } from './refusal.js';
import type { StreamAnswer } from './route.js';

/** Streams at once; a further one is answered with 503. */
export const streamsMax = 20;
/** A client that takes nothing for so long is closed. What it missed is in the journal: it may come back for it. */
export const stallMs = 30_000;
/** Whoever may no longer read is closed after this at the latest, with the next piece. */
const recheckMs = 10_000;

interface Stream {
  readonly answer: StreamAnswer;
  readonly headers: Readonly<Record<string, string>>;
  /** False when its user may not read any more. */
  readonly mayRead: () => boolean;
}

/**
 * Answers that go on. Each is pulled: the next piece is made when the socket has taken the one before, so a slow client
 * costs one piece of memory and no queue. Ends with the client, with its user's permission, or with the server.
 */
export class OpenStreams {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #open = new Set<AbortController>();
  #isClosed = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Throws `Refusal` when there are too many. */
  needRoom(): void {
    if (this.#open.size < streamsMax && !this.#isClosed) return;
    const [en, zh] = [`${streamsMax} streams are open, which is the limit`, `已有 ${streamsMax} 路数据流，达到上限`];
    throw new Refusal(503, en, zh, { 'retry-after': '10' });
  }

  /** Resolves when the stream has ended. Never rejects: the status was sent with its first byte. */
  async send(response: ServerResponse, stream: Stream): Promise<void> {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    this.#open.add(ending);
    response.once('close', end).once('error', end);
    if (response.destroyed) end();
    try {
      response.writeHead(stream.answer.status, { ...stream.headers, 'content-type': stream.answer.type });
      response.flushHeaders();
      await this.#pump(response, stream, ending.signal);
    } catch (error) {
      this.#log.error({ err: error }, 'a stream failed');
    } finally {
      this.#open.delete(ending);
      end();
      response.end();
    }
  }

  /** Ends all of them, and takes no more. */
  close(): void {
    this.#isClosed = true;
    for (const ending of this.#open) ending.abort();
  }

  async #pump(response: ServerResponse, { answer, mayRead }: Stream, signal: AbortSignal): Promise<void> {
    let checkedAt = this.#clock.monotonic();
    for await (const piece of answer.stream(signal)) {
      if (signal.aborted) return;
      const now = this.#clock.monotonic();
      if (now - checkedAt >= recheckMs) {
        if (!mayRead()) return;
        checkedAt = now;
      }
      if (!response.write(piece) && (await this.#stalls(response, signal))) {
        response.destroy();
        return;
      }
    }
  }

  /** Waits until the client has taken what was written; true when it does not in time. */
  async #stalls(response: ServerResponse, signal: AbortSignal): Promise<boolean> {
    const waiting = new AbortController();
    const end = (): void => waiting.abort();
    response.once('drain', end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    await this.#clock.wait(stallMs, waiting.signal);
    response.off('drain', end);
    signal.removeEventListener('abort', end);
    return !waiting.signal.aborted;
  }
}
