import { createConnection, type Socket } from 'node:net';
import type { Clock } from '../../gateway/contract/index.js';
import { Random } from '../random.js';
import { systemClock } from '../system-clock.js';
import { Uplink } from './uplink.js';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** From, to. */
export type Range = readonly [number, number];

/** What a DTU and its wireless network do; whatever is left out they do not. */
export interface DtuHabits {
  /** ms from the line's answer to its first byte on the network. */
  readonly latencyMs?: Range;
  readonly heartbeat?: Uint8Array;
  /** ms between two heartbeats. */
  readonly heartbeatEveryMs?: Range;
  /** Share of answers with a heartbeat inside. */
  readonly insideShare?: number;
  /** Share of answers, heartbeats and registrations that come in two TCP segments. */
  readonly splitShare?: number;
  /** ms a connection lasts. */
  readonly livesMs?: Range;
  /** Share of lost connections that stay open for the other side, as a lost mobile cell leaves them. */
  readonly halfOpenShare?: number;
  /** ms from the end of a connection to dialling again; a second when left out. */
  readonly redialsAfterMs?: Range;
}

export interface DtuOptions extends DtuHabits {
  /** Whom it dials. */
  readonly dials: Endpoint;
  /** The line behind it, as a simulator of instruments serves it over TCP; without one it says nothing but who it is. */
  readonly line?: Endpoint;
  /** Sent first on each connection; may be empty. */
  readonly registration: Uint8Array;
  readonly seed?: number;
  readonly clock?: Clock;
}

/** What it has done so far. */
export interface DtuTally {
  /** Connections made. */
  readonly dials: number;
  /** Connections the other side ended. */
  readonly closedByOther: number;
  readonly heartbeats: number;
  /** Of these, inside an answer. */
  readonly heartbeatsInside: number;
  readonly answers: number;
}

/** ms between two segments of one write. */
const apartMs: Range = [1, 30];

/**
 * A 4G DTU before a serial line: it dials in, says who it is, and carries bytes both ways. What the line says while it is
 * not connected it sends when it is again. Dials from `start` to `stop`.
 */
export class DtuSimulator {
  readonly #options: DtuOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ended = new AbortController();
  readonly #uplink: Uplink;
  /** Every connection that is not closed, those left half-open among them. */
  readonly #sockets = new Set<Socket>();
  readonly #tally = { dials: 0, closedByOther: 0, heartbeats: 0, heartbeatsInside: 0, answers: 0 };
  #line: Socket | undefined;
  #hangUp = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: DtuOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = new Random(options.seed ?? 1);
    this.#uplink = new Uplink(this.#clock, this.#ended.signal);
  }

  get tally(): DtuTally {
    return { ...this.#tally };
  }

  /** Connections it has to whom it dials, those left half-open among them. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Rejects when the line cannot be reached; whether anybody takes its call is another matter. */
  async start(): Promise<void> {
    if (this.#options.line) {
      this.#line = await connect(this.#options.line);
      this.#line.on('data', (bytes: Buffer) => this.#answer(bytes));
    }
    this.#running = this.#run();
  }

  /** Ends the connection there is; it dials again. */
  hangUp(): void {
    this.#hangUp.abort();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#hangUp.abort();
    await this.#running;
    await this.#uplink.drained();
    const sockets = [...this.#sockets, ...(this.#line ? [this.#line] : [])].filter(({ closed }) => !closed);
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  }

  async #run(): Promise<void> {
    const { dials, redialsAfterMs = [1000, 1000] } = this.#options;
    while (!this.#ended.signal.aborted) {
      const socket = await connect(dials).catch(() => undefined);
      if (socket) await this.#live(socket);
      await this.#clock.wait(this.#within(redialsAfterMs), this.#ended.signal);
    }
  }

  /** One connection from its registration to its end. */
  async #live(socket: Socket): Promise<void> {
    const { registration, livesMs, halfOpenShare = 0 } = this.#options;
    this.#tally.dials += 1;
    this.#sockets.add(socket);
    const ended = new AbortController();
    this.#hangUp = ended;
    let isTaken = true;
    socket.on('data', (bytes: Buffer) => {
      if (isTaken) this.#line?.write(bytes);
    });
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (isTaken) this.#tally.closedByOther += 1;
      ended.abort();
    });
    await this.#register(socket, registration, ended.signal);
    this.#uplink.connect(socket);
    const beating = this.#beat(ended.signal);
    const lifeMs = livesMs ? this.#within(livesMs) : 2 ** 31 - 1;
    if (!this.#ended.signal.aborted) await this.#clock.wait(lifeMs, ended.signal);
    isTaken = false;
    ended.abort();
    this.#uplink.disconnect();
    await beating;
    if (this.#random.next() >= halfOpenShare) socket.destroy();
  }

  async #register(socket: Socket, registration: Uint8Array, ended: AbortSignal): Promise<void> {
    for (const [n, piece] of this.#pieces(registration).entries()) {
      if (n > 0) await this.#clock.wait(this.#within(apartMs), ended);
      socket.write(piece);
    }
  }

  async #beat(ended: AbortSignal): Promise<void> {
    const { heartbeat, heartbeatEveryMs } = this.#options;
    if (!heartbeat || !heartbeatEveryMs) return;
    for (;;) {
      await this.#clock.wait(this.#within(heartbeatEveryMs), ended);
      if (ended.aborted) return;
      this.#tally.heartbeats += 1;
      this.#send(this.#pieces(heartbeat), 0);
    }
  }

  /** Whatever the line says, in one piece as it came. */
  #answer(bytes: Buffer): void {
    const { heartbeat, insideShare = 0, latencyMs = [0, 0] } = this.#options;
    this.#tally.answers += 1;
    const delayMs = this.#within(latencyMs);
    if (!heartbeat || bytes.length < 2 || this.#random.next() >= insideShare) {
      this.#send(this.#pieces(bytes), delayMs);
      return;
    }
    this.#tally.heartbeats += 1;
    this.#tally.heartbeatsInside += 1;
    const at = this.#random.whole(1, bytes.length - 1);
    const whole = Buffer.concat([bytes.subarray(0, at), heartbeat, bytes.subarray(at)]);
    this.#send(this.#pieces(whole), delayMs);
  }

  #send(pieces: readonly Uint8Array[], delayMs: number): void {
    this.#uplink.send(pieces, delayMs, this.#within(apartMs));
  }

  #pieces(bytes: Uint8Array): Uint8Array[] {
    if (bytes.length < 2 || this.#random.next() >= (this.#options.splitShare ?? 0)) return [bytes];
    const at = this.#random.whole(1, bytes.length - 1);
    return [bytes.subarray(0, at), bytes.subarray(at)];
  }

  #within([from, to]: Range): number {
    return this.#random.uniform(from, to);
  }
}

function connect({ host, port }: Endpoint): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    // A reset is an end like any other; 'close' follows.
    socket.on('error', reject);
  });
}
