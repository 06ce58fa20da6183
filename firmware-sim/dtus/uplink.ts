import type { Socket } from 'node:net';
import type { Clock } from '../../gateway/contract/index.js';

/** Bytes a DTU keeps for when it is connected again; of more the newest are lost. */
const keptMax = 4096;

/** The way from a DTU to whom it dials: in order, late, and over whichever connection there is by then. */
export class Uplink {
  readonly #clock: Clock;
  readonly #ended: AbortSignal;
  #socket: Socket | undefined;
  #connected: () => void = () => undefined;
  #online: Promise<void> = Promise.resolve();
  #last: Promise<void> = Promise.resolve();
  #keptBytes = 0;

  constructor(clock: Clock, ended: AbortSignal) {
    this.#clock = clock;
    this.#ended = ended;
    ended.addEventListener('abort', () => this.#connected(), { once: true });
    this.disconnect();
  }

  connect(socket: Socket): void {
    this.#socket = socket;
    this.#connected();
  }

  /** What is on its way waits for the next connection. */
  disconnect(): void {
    this.#socket = undefined;
    this.#online = new Promise((resolve) => {
      this.#connected = resolve;
    });
  }

  /** Sends pieces, each a TCP segment of its own, `delayMs` from now or when what is before them has left. */
  send(pieces: readonly Uint8Array[], delayMs: number, apartMs: number): void {
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (this.#keptBytes + bytes > keptMax) return;
    this.#keptBytes += bytes;
    const dueMs = this.#clock.monotonic() + delayMs;
    this.#last = this.#last.then(async () => {
      await this.#clock.wait(Math.max(0, dueMs - this.#clock.monotonic()), this.#ended);
      for (const [n, piece] of pieces.entries()) {
        if (n > 0) await this.#clock.wait(apartMs, this.#ended);
        while (!this.#socket && !this.#ended.aborted) await this.#online;
        this.#socket?.write(piece);
      }
      this.#keptBytes -= bytes;
    });
  }

  /** Resolves when nothing is on its way any more; soon after the end. */
  drained(): Promise<void> {
    return this.#last;
  }
}
