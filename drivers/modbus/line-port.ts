import { EventEmitter } from 'node:events';
import type { ByteStream } from '../streams/index.js';
import type { FoundFrame, LineFraming } from './line-framing.js';
import { shapeOfRequest, type Shape } from './rtu-framing.js';

/** Beyond this nothing of what came first can be of use: the longest frame of ASCII has 513 bytes. */
const bufferedMax = 2048;

/** What lay on the line beside answers: frames of others or of another time, and bytes that are no frame. */
export interface Strays {
  readonly frames: readonly Uint8Array[];
  readonly garbageBytes: number;
}

/**
 * What modbus-serial takes for its serial port. It writes whole requests and is given whole, right answers to the one
 * request under way and nothing else; everything else that comes is kept as strays. Both sides are frames of RTU.
 */
export class LinePort extends EventEmitter {
  readonly #framing: LineFraming;
  readonly #hasEcho: boolean;
  #stream: ByteStream | undefined;
  #received = new Uint8Array(0);
  #strays: FoundFrame['frame'][] = [];
  #garbageBytes = 0;
  #echoes = 0;
  #expected: Shape | undefined;
  #echo: Uint8Array | undefined;
  #request = new Uint8Array(0);
  #sent: Promise<void> = Promise.resolve();
  readonly #heard: () => void;

  /** `heard` is called for whatever comes. With `hasEcho` the line gives back each request before its answer. */
  constructor(framing: LineFraming, hasEcho: boolean, heard: () => void) {
    super();
    this.#framing = framing;
    this.#hasEcho = hasEcho;
    this.#heard = heard;
  }

  attach(stream: ByteStream | undefined): void {
    this.#stream = stream;
    this.#received = new Uint8Array(0);
    this.#expected = undefined;
  }

  get isOpen(): boolean {
    return this.#stream !== undefined;
  }

  /** Resolves when the last byte of the request under way has left. */
  get sent(): Promise<void> {
    return this.#sent;
  }

  /** Own requests that came back, in all. */
  get echoes(): number {
    return this.#echoes;
  }

  /** The line was opened by the bus. */
  open(opened: (error: Error | null) => void): void {
    opened(null);
  }

  close(closed: () => void): void {
    closed();
  }

  write(request: Uint8Array): void {
    const wire = this.#framing.encode(request);
    this.#request = Uint8Array.from(request);
    this.#expected = shapeOfRequest(request);
    this.#echo = this.#hasEcho ? wire : undefined;
    this.#sent = this.#stream?.write(wire) ?? Promise.resolve();
  }

  /** What came is for nobody any more: the request under way is given up. */
  giveUp(): void {
    this.#expected = undefined;
  }

  /** Empties the buffer: what it held beside answers. */
  takeStrays(): Strays {
    this.#sortOut(this.#received);
    this.#received = new Uint8Array(0);
    return this.takePassedOver();
  }

  /** What was passed over to find answers; what came after the last one may not be whole yet and stays. */
  takePassedOver(): Strays {
    const strays = { frames: this.#strays, garbageBytes: this.#garbageBytes };
    this.#strays = [];
    this.#garbageBytes = 0;
    return strays;
  }

  receive(bytes: Uint8Array): void {
    const joined = Buffer.concat([this.#received, bytes]);
    this.#received = joined.subarray(Math.max(0, joined.length - bufferedMax));
    this.#garbageBytes += joined.length - this.#received.length;
    this.#heard();
    if (this.#stripEcho()) this.#lookForAnswer();
  }

  /** Takes exactly the own request off the front. False while it may still be on its way. */
  #stripEcho(): boolean {
    const echo = this.#echo;
    if (!echo) return true;
    const at = this.#received.length < echo.length ? -1 : Buffer.from(this.#received).indexOf(echo);
    if (at < 0) return this.#received.length > echo.length + longestNoise;
    this.#echo = undefined;
    this.#echoes += 1;
    this.#sortOut(this.#received.subarray(0, at));
    this.#received = this.#received.subarray(at + echo.length);
    return true;
  }

  #lookForAnswer(): void {
    const expected = this.#expected;
    const found = expected && this.#framing.findAnswer(this.#received, expected);
    if (!found || this.#isOwnRequest(found.frame)) return;
    this.#expected = undefined;
    this.#sortOut(this.#received.subarray(0, found.start));
    this.#received = this.#received.subarray(found.end);
    this.emit('data', Buffer.from(found.frame));
  }

  /** A line that gives back requests unasked: some bit reads look like their own answer. */
  #isOwnRequest(frame: Uint8Array): boolean {
    return !this.#hasEcho && Buffer.compare(frame, this.#request) === 0;
  }

  #sortOut(bytes: Uint8Array): void {
    let known = 0;
    for (const { start, end, frame } of this.#framing.findFrames(bytes)) {
      known += end - start;
      if (Buffer.compare(frame, this.#request) === 0) this.#echoes += 1;
      else this.#strays.push(frame);
    }
    this.#garbageBytes += bytes.length - known;
  }
}

/** Noise before an echo that is waited out; with more, the echo is not waited for. */
const longestNoise = 16;
