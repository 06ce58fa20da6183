import { connect, type Socket } from 'node:net';
import type { Clock } from '../../gateway/contract/index.js';
import { type Order, OrderReceiver } from './codec.js';

export interface GatewayLineOptions {
  readonly host: string;
  readonly port: number;
  readonly redialMs: number;
  readonly clock: Clock;
  readonly ordered: (order: Order) => void;
  /** It is connected, or no longer. */
  readonly changed: () => void;
}

/** A station's connection to its upper computer: dialled again and again, unless it was cut. */
export class GatewayLine {
  readonly #options: GatewayLineOptions;
  readonly #stopping = new AbortController();
  #socket: Socket | undefined;
  #dialling: Promise<void> | undefined;
  #isCut = false;
  #dials = 0;

  constructor(options: GatewayLineOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** Connections made so far. */
  get dials(): number {
    return this.#dials;
  }

  start(): void {
    this.#dialling = this.#dial();
  }

  /** Nothing leaves and nobody is dialled until `restore`. */
  cut(): void {
    this.#isCut = true;
    this.#socket?.destroy();
  }

  restore(): void {
    this.#isCut = false;
  }

  /** The connection breaks; it is dialled again. */
  break(): void {
    this.#socket?.destroy();
  }

  /** False when there is no connection. */
  async send(writes: readonly Buffer[]): Promise<boolean> {
    for (const bytes of writes) {
      const socket = this.#socket;
      if (!socket?.writable) return false;
      await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
      // Lets each piece leave by itself.
      if (writes.length > 1) await this.#options.clock.wait(1, this.#stopping.signal);
    }
    return this.#socket !== undefined;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#socket?.destroy();
    await this.#dialling;
  }

  async #dial(): Promise<void> {
    const { clock, redialMs } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (!this.#isCut) await this.#connection();
      await clock.wait(redialMs, signal);
    }
  }

  /** Resolves when the connection has ended, also when there was none. */
  #connection(): Promise<void> {
    const { host, port, ordered, changed } = this.#options;
    const receiver = new OrderReceiver();
    const socket = connect({ host, port, noDelay: true });
    const abort = (): void => void socket.destroy();
    this.#stopping.signal.addEventListener('abort', abort, { once: true });
    return new Promise((resolve) => {
      socket.on('connect', () => {
        this.#socket = socket;
        this.#dials += 1;
        changed();
      });
      socket.on('data', (bytes: Buffer) => {
        for (const order of receiver.push(bytes)) ordered(order);
      });
      // A refusal is followed by `close`.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#stopping.signal.removeEventListener('abort', abort);
        if (this.#socket === socket) this.#socket = undefined;
        changed();
        resolve();
      });
    });
  }
}
