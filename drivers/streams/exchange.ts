import { DeviceFault, NotConnected, Quality } from '../../gateway/contract/index.js';
import { type ByteLine, byteLine, type ByteLineOptions } from './byte-line.js';
import type { ByteStream } from './byte-stream.js';
import { formatStreamAddress } from './stream-address.js';

/** Bytes kept while an answer is awaited; beyond it the oldest are forgotten. */
const receivedMax = 4096;
/** Bytes shown of what came instead of an answer. */
const shownMax = 32;

/**
 * Request and reply over a line, one at a time, for protocols whose replies carry their own identity: a late reply to
 * an earlier request is told apart by `find`, not by waiting.
 */
export interface Exchange {
  /** Opens the line, anew when it is open. Rejects with `NotConnected`. */
  connect(signal: AbortSignal): Promise<void>;
  /**
   * Sends and resolves to the first thing `find` makes of all bytes received since. What `find` throws rejects the call.
   * Time-out: `DeviceFault`, saying what came instead. Line lost: `NotConnected`. Abort: the signal's reason.
   * `find` must know the request itself again: some lines give it back.
   */
  ask<T>(request: Uint8Array, find: (bytes: Uint8Array) => T | undefined, signal: AbortSignal): Promise<T>;
  /** Leaves no socket, port or timer behind. */
  close(): Promise<void>;
  /** Those of the line. */
  counters(): Readonly<Record<string, number>>;
}

export interface ExchangeOptions extends ByteLineOptions {
  /** Longest wait for the end of an answer, from the last byte of its request. */
  readonly timeoutMs: number;
  /** Silence on the line before each request; on a line that is never silent it is waited for as long as for an answer. */
  readonly gapMs: number;
}

/** An exchange over the line behind an address; `connect` opens it. */
export const openExchange = (options: ExchangeOptions): Exchange => new LineExchange(options);

/** A request under way, whatever its answer is. */
interface Asking {
  /** What comes before the request has begun to leave is for nobody. */
  isSent: boolean;
  /** Looks for the answer in everything that has come. */
  look(received: Uint8Array): void;
  fail(error: unknown): void;
}

/** How an answer is known, and who waits for it. */
class Question<T> implements Asking {
  readonly answer: Promise<T>;
  isSent = false;
  readonly #find: (bytes: Uint8Array) => T | undefined;
  #resolve: (found: T) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(find: (bytes: Uint8Array) => T | undefined) {
    this.#find = find;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  look(received: Uint8Array): void {
    try {
      const found = this.#find(received);
      if (found !== undefined) this.#resolve(found);
    } catch (error) {
      this.#reject(error as Error);
    }
  }

  fail(error: unknown): void {
    this.#reject(error as Error);
  }
}

class LineExchange implements Exchange {
  readonly #options: ExchangeOptions;
  readonly #line: ByteLine;
  #stream: ByteStream | undefined;
  #lostWhy = 'it was not opened yet';
  #received = Buffer.alloc(0);
  #lastByteAtMs = Number.NEGATIVE_INFINITY;
  #question: Asking | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#line = byteLine(options);
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.#hangUp();
    let lost: string | undefined;
    const events = {
      received: (bytes: Uint8Array) => this.#receive(bytes),
      lost: (why: string) => {
        lost = why;
        if (this.#stream === opened) this.#lose(why);
      },
    };
    let opened: ByteStream | undefined;
    opened = await this.#line.open(events, signal);
    if (lost !== undefined) throw this.#notConnected(lost);
    this.#stream = opened;
  }

  async ask<T>(request: Uint8Array, find: (bytes: Uint8Array) => T | undefined, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const stream = this.#stream;
    if (!stream) throw this.#notConnected(this.#lostWhy);
    if (this.#question) throw new Error('an exchange is asked one thing at a time');
    const question = new Question(find);
    const ended = new AbortController();
    const fail = (error: unknown): void => question.fail(error);
    const abort = (): void => fail(signal.reason);
    this.#question = question;
    signal.addEventListener('abort', abort, { once: true });
    this.#sendAndWait(stream, question, request, ended.signal).catch(fail);
    try {
      return await question.answer;
    } finally {
      ended.abort();
      signal.removeEventListener('abort', abort);
      this.#question = undefined;
    }
  }

  async close(): Promise<void> {
    await this.#hangUp();
    await this.#line.close();
  }

  counters(): Readonly<Record<string, number>> {
    return this.#line.counters();
  }

  async #hangUp(): Promise<void> {
    const stream = this.#stream;
    this.#lose('it was closed');
    await stream?.close();
  }

  /** Returns when the question has ended otherwise; throws at the time-out. */
  async #sendAndWait(stream: ByteStream, question: Asking, request: Uint8Array, ended: AbortSignal): Promise<void> {
    const { clock, timeoutMs } = this.#options;
    await this.#silence(ended);
    if (ended.aborted) return;
    this.#received = Buffer.alloc(0);
    question.isSent = true;
    await stream.write(request);
    this.#lastByteAtMs = Math.max(this.#lastByteAtMs, clock.monotonic());
    await clock.wait(timeoutMs, ended);
    if (ended.aborted) return;
    if (await stream.isGone()) {
      this.#lose('the port is gone; check the plug');
      await stream.close();
    } else {
      throw this.#noAnswer();
    }
  }

  async #silence(ended: AbortSignal): Promise<void> {
    const { clock, gapMs, timeoutMs } = this.#options;
    const givenUpAtMs = clock.monotonic() + timeoutMs;
    for (;;) {
      const now = clock.monotonic();
      const waitMs = Math.min(this.#lastByteAtMs + gapMs, givenUpAtMs) - now;
      if (waitMs <= 0 || ended.aborted) return;
      await clock.wait(waitMs, ended);
    }
  }

  #receive(bytes: Uint8Array): void {
    this.#lastByteAtMs = this.#options.clock.monotonic();
    const question = this.#question;
    if (!question?.isSent) return;
    const joined = Buffer.concat([this.#received, bytes]);
    this.#received = joined.subarray(Math.max(0, joined.length - receivedMax));
    question.look(this.#received);
  }

  #lose(why: string): void {
    this.#stream = undefined;
    this.#lostWhy = why;
    this.#question?.fail(this.#notConnected(why));
  }

  #notConnected(why: string): NotConnected {
    return new NotConnected(`no connection to ${formatStreamAddress(this.#options.address)}: ${why}`);
  }

  #noAnswer(): DeviceFault {
    const { address, timeoutMs } = this.#options;
    const where = `${formatStreamAddress(address)} gave no answer within ${timeoutMs} ms`;
    const count = this.#received.length;
    if (count === 0) {
      const hint = 'nothing came: check address, wiring, A and B, speed and parity';
      return new DeviceFault(`${where}; ${hint}`, Quality['bad-no-answer'], { answered: false });
    }
    const hex = spacedHex(this.#received.subarray(0, shownMax));
    const shown = count > shownMax ? `${hex} … (${count} bytes)` : hex;
    return new DeviceFault(`${where}; instead came ${shown}`, Quality['bad-frame'], { answered: false });
  }
}

const spacedHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
