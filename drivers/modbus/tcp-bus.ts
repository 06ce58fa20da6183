import type { Socket } from 'node:net';
import { type Clock, NotConnected } from '../../gateway/contract/index.js';
import { connectSocket } from '../streams/index.js';
import { dataOffset, MbapReader, readRequestBytes, writeReadRequest } from './mbap.js';
import {
  answerDataBytes,
  DamagedAnswer,
  NoAnswer,
  type ReadFunction,
  Refusal,
  type RegisterBus,
} from './register-bus.js';
import { SignalFollower } from './signal-follower.js';
import { TransactionIds } from './transaction-ids.js';

export interface TcpBusOptions {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** No answer comes later than this after its request. */
  readonly latenessMs: number;
  /** Pause before each request. */
  readonly turnaroundMs: number;
  readonly clock: Clock;
}

/** What the one request under way waits for. */
interface Pending {
  readonly id: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly dataBytes: number;
  readonly deadlineMs: number;
  /** A frame under this id came that is no answer to it. */
  isSpoiled: boolean;
  readonly resolve: (data: DataView) => void;
  readonly reject: (error: Error) => void;
}

const chunkBytes = 4096;
/** Time-outs whose answers are told apart from strangers when they come. */
const rememberedTimeouts = 64;

/**
 * Modbus TCP, one request at a time on one connection. An answer counts only with its own transaction id, protocol 0,
 * the unit, the function and the byte count asked for. Ids are not given again while they could be answered.
 */
export class TcpBus implements RegisterBus {
  readonly isUncertain = false;
  readonly #options: TcpBusOptions;
  readonly #ids: TransactionIds;
  readonly #reader = new MbapReader();
  readonly #chunk = new Uint8Array(chunkBytes);
  readonly #timedOut = new Int32Array(rememberedTimeouts).fill(-1);
  readonly #frameArrived = () => this.#take();
  readonly #follower = new SignalFollower((reason) => this.#fail(reason));
  readonly #count = {
    requests: 0,
    answers: 0,
    timeouts: 0,
    exceptions: 0,
    late: 0,
    duplicates: 0,
    foreign: 0,
    damaged: 0,
    connects: 0,
  };
  #request = requestBuffer();
  #socket: Socket | undefined;
  #closing = new AbortController();
  #pending: Pending | undefined;
  #answeredId = -1;
  #lastExchangeMs = Number.NEGATIVE_INFINITY;
  #isWatching = false;

  constructor(options: TcpBusOptions) {
    this.#options = options;
    this.#ids = new TransactionIds(options.latenessMs);
  }

  async open(signal: AbortSignal): Promise<void> {
    await this.close();
    const { host, port, clock } = this.#options;
    this.#closing = new AbortController();
    this.#reader.reset();
    const onread = { buffer: this.#chunk, callback: (size: number) => this.#received(size) };
    const socket = await connectSocket(host, port, clock, signal, onread);
    this.#socket = socket;
    this.#count.connects += 1;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      if (this.#socket === socket) this.#lost('closed by the other side');
    });
    if (socket.destroyed) this.#lost('closed by the other side');
  }

  request(
    unit: number,
    functionCode: ReadFunction,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<DataView> {
    const nowMs = this.#options.clock.monotonic();
    const pauseMs = Math.max(this.#lastExchangeMs + this.#options.turnaroundMs - nowMs, this.#ids.waitMs(nowMs));
    if (pauseMs > 0 || this.#reader.isMidFrame) {
      return this.#prepare(pauseMs, signal).then(() => this.#send(unit, functionCode, start, count, signal));
    }
    return this.#send(unit, functionCode, start, count, signal);
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#lost('closed');
    if (!socket || socket.closed) return;
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#count };
  }

  /** Pauses; and where an answer was cut short, the stream is followed again from a fresh connection. */
  async #prepare(pauseMs: number, signal: AbortSignal): Promise<void> {
    if (pauseMs > 0) await this.#options.clock.wait(pauseMs, signal);
    signal.throwIfAborted();
    if (!this.#reader.isMidFrame) return;
    this.#count.damaged += 1;
    await this.open(signal);
  }

  #send(
    unit: number,
    functionCode: ReadFunction,
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<DataView> {
    return new Promise((resolve, reject) => {
      const socket = this.#socket;
      if (!socket) {
        reject(new NotConnected(`${this.#name} is not connected`));
        return;
      }
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      this.#follower.follow(signal);
      const nowMs = this.#options.clock.monotonic();
      const id = this.#ids.take(nowMs);
      const dataBytes = answerDataBytes(functionCode, count);
      const deadlineMs = nowMs + this.#options.timeoutMs;
      this.#pending = { id, unit, functionCode, dataBytes, deadlineMs, isSpoiled: false, resolve, reject };
      writeReadRequest(this.#request.view, id, unit, functionCode, start, count);
      this.#count.requests += 1;
      socket.write(this.#request.bytes);
      // What could not leave at once is still read from this buffer later.
      if (socket.writableLength > 0) this.#request = requestBuffer();
      if (!this.#isWatching) void this.#watch();
    });
  }

  #received(size: number): boolean {
    if (!this.#reader.push(this.#chunk, size, this.#frameArrived)) {
      this.#count.damaged += 1;
      this.#lost('what it sends is not Modbus TCP; check the port and `framing`');
    }
    return true;
  }

  /** One whole frame has come. */
  #take(): void {
    const { frame, frameBytes } = this.#reader;
    const id = frame.getUint16(0);
    const pending = this.#pending;
    if (!pending || id !== pending.id) {
      this.#countStranger(id);
      return;
    }
    const functionCode = frame.getUint8(7);
    const isOurs = frame.getUint16(2) === 0 && frame.getUint8(6) === pending.unit;
    if (isOurs && functionCode === pending.functionCode && this.#hasLength(pending.dataBytes)) {
      this.#settle(id);
      this.#count.answers += 1;
      pending.resolve(this.#reader.keepData());
    } else if (isOurs && functionCode === (pending.functionCode | 0x80) && frameBytes === dataOffset) {
      this.#settle(id);
      this.#count.exceptions += 1;
      pending.reject(new Refusal(frame.getUint8(dataOffset - 1)));
    } else {
      this.#count.damaged += 1;
      pending.isSpoiled = true;
    }
  }

  #hasLength(dataBytes: number): boolean {
    const { frame, frameBytes } = this.#reader;
    return frameBytes === dataOffset + dataBytes && frame.getUint8(dataOffset - 1) === dataBytes;
  }

  #settle(id: number): void {
    this.#pending = undefined;
    this.#answeredId = id;
    this.#lastExchangeMs = this.#options.clock.monotonic();
  }

  #countStranger(id: number): void {
    const at = this.#timedOut.indexOf(id);
    if (at >= 0) {
      this.#timedOut[at] = -1;
      this.#count.late += 1;
    } else if (id === this.#answeredId) {
      this.#count.duplicates += 1;
    } else {
      this.#count.foreign += 1;
    }
  }

  /** Runs while something is pending: one wait a time-out, not one a request. */
  async #watch(): Promise<void> {
    const { clock } = this.#options;
    this.#isWatching = true;
    while (this.#pending) {
      const leftMs = this.#pending.deadlineMs - clock.monotonic();
      if (leftMs > 0) await clock.wait(leftMs, this.#closing.signal);
      else this.#expire(this.#pending);
    }
    this.#isWatching = false;
  }

  #expire(pending: Pending): void {
    this.#timedOut[this.#count.timeouts % rememberedTimeouts] = pending.id;
    this.#count.timeouts += 1;
    const within = `within ${this.#options.timeoutMs} ms`;
    const isDamaged = pending.isSpoiled || this.#reader.isMidFrame;
    this.#fail(isDamaged ? new DamagedAnswer(`no right answer ${within}`) : new NoAnswer(`no answer ${within}`));
  }

  #fail(error: Error): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    this.#lastExchangeMs = this.#options.clock.monotonic();
    pending.reject(error);
  }

  #lost(why: string): void {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#closing.abort();
    this.#fail(new NotConnected(`the connection to ${this.#name} is gone: ${why}`));
    this.#follower.follow(undefined);
  }

  get #name(): string {
    return `tcp://${this.#options.host}:${this.#options.port}`;
  }
}

interface RequestBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function requestBuffer(): RequestBuffer {
  const bytes = new Uint8Array(readRequestBytes);
  return { bytes, view: new DataView(bytes.buffer) };
}
