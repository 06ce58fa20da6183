import type { Clock } from '../../../gateway/contract/index.js';
import { type ByteStream, openByteStream, type SerialSettings, type DirectAddress } from '../../streams/index.js';
import { characterMs } from '../wire-time.js';

/** Opens the line behind an address, as `openByteStream` does; another one may stand before it. */
export type OpenLine = typeof openByteStream;

/** Bytes that came in one piece. */
export interface Piece {
  /** ms after the last byte of the request had left, or after listening began. */
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** What came after a request, or while nothing was said. */
export interface Overheard {
  readonly pieces: readonly Piece[];
  /** Why the line is gone; undefined while it is there. */
  readonly lost: string | undefined;
}

/** Bytes kept of one listening; what comes beyond them is not looked at. */
const heardMax = 4096;
/** A line that is never silent is listened to for this long. */
const longestTalkMs = 2000;

export interface RawLineOptions {
  readonly address: DirectAddress;
  readonly serial: SerialSettings;
  readonly clock: Clock;
  readonly open?: OpenLine;
}

export const bytesOf = ({ pieces }: Pick<Overheard, 'pieces'>): Uint8Array =>
  Buffer.concat(pieces.map(({ bytes }) => bytes));

const nothingIsEnough = (): boolean => false;

/**
 * A line as it is, for finding out what is on it: sends bytes and keeps whatever comes, right or wrong. Live values are
 * never taken from here; `LineBus` and `TcpBus` are for that.
 */
export class RawLine {
  readonly #clock: Clock;
  readonly #byteMs: number;
  #stream: ByteStream | undefined;
  #pieces: Piece[] = [];
  #heard = 0;
  #sentMs = 0;
  #lost: string | undefined;
  #waking = new AbortController();
  #isDone: (received: Uint8Array) => boolean = nothingIsEnough;

  private constructor({ address, serial, clock }: RawLineOptions) {
    this.#clock = clock;
    this.#byteMs = address.kind === 'serial' ? characterMs(serial) : 0;
  }

  /** Rejects with `NotConnected`, or with the reason of `signal`. */
  static async open(options: RawLineOptions, signal: AbortSignal): Promise<RawLine> {
    const line = new RawLine(options);
    const { address, serial, clock, open = openByteStream } = options;
    const events = {
      received: (bytes: Uint8Array) => line.#receive(bytes),
      lost: (why: string) => {
        line.#lost = why;
        line.#waking.abort();
      },
    };
    line.#stream = await open(address, serial, events, clock, signal);
    return line;
  }

  /** Everything that comes within `ms`; ends early when the line is lost or `signal` aborts. */
  listen(ms: number, signal: AbortSignal): Promise<Overheard> {
    this.#forget();
    return this.#gather(this.#clock.monotonic(), ms, signal);
  }

  /** Sends, and gathers what comes until `isDone` says so of all of it, or `waitMs` after the last byte has left. */
  async ask(
    request: Uint8Array,
    waitMs: number,
    isDone: (received: Uint8Array) => boolean,
    signal: AbortSignal,
  ): Promise<Overheard> {
    const beganMs = this.#clock.monotonic();
    this.#forget();
    this.#isDone = isDone;
    await this.#stream?.write(request);
    // An adapter may take the bytes long before they are on the line.
    this.#sentMs = Math.max(this.#clock.monotonic(), beganMs + request.length * this.#byteMs);
    return this.#gather(this.#sentMs, waitMs, signal);
  }

  /**
   * Sends, and gathers everything that comes until the line has been silent for `quietMs` after it; nothing but the
   * request given back by an adapter is no answer, and is waited on for `waitMs`.
   */
  async askToTheEnd(request: Uint8Array, waitMs: number, quietMs: number, signal: AbortSignal): Promise<Overheard> {
    const isMore = (received: Uint8Array): boolean =>
      Buffer.compare(received, request.subarray(0, received.length)) !== 0;
    const originMs = this.#clock.monotonic();
    let overheard = await this.ask(request, waitMs, isMore, signal);
    const sentMs = this.#sentMs;
    let heard = 0;
    while (this.#heard > heard && this.#heard < heardMax && this.#lost === undefined && !signal.aborted) {
      if (!isMore(bytesOf(overheard)) || this.#clock.monotonic() - originMs > waitMs + longestTalkMs) break;
      heard = this.#heard;
      overheard = await this.#gather(sentMs, this.#clock.monotonic() - sentMs + quietMs, signal);
    }
    return overheard;
  }

  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    this.#waking.abort();
    await stream?.close();
  }

  async #gather(originMs: number, ms: number, signal: AbortSignal): Promise<Overheard> {
    this.#waking = new AbortController();
    const leftMs = originMs + ms - this.#clock.monotonic();
    const isOver = this.#lost !== undefined || this.#isDone(bytesOf({ pieces: this.#pieces }));
    if (!isOver && leftMs > 0) await this.#clock.wait(leftMs, AbortSignal.any([this.#waking.signal, signal]));
    this.#isDone = nothingIsEnough;
    return { pieces: this.#pieces.map(({ atMs, bytes }) => ({ atMs: atMs - originMs, bytes })), lost: this.#lost };
  }

  #forget(): void {
    this.#pieces = [];
    this.#heard = 0;
  }

  #receive(bytes: Uint8Array): void {
    if (this.#heard >= heardMax) return;
    this.#heard += bytes.length;
    this.#pieces.push({ atMs: this.#clock.monotonic(), bytes: Uint8Array.from(bytes) });
    if (this.#isDone(bytesOf({ pieces: this.#pieces }))) this.#waking.abort();
  }
}
