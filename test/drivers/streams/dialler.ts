import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** Somebody who dials in and says what a test wants. */
export class Dialler {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #heard = Buffer.alloc(0);
  #told: () => void = () => undefined;

  /** The address it calls from. */
  readonly from: string;

  /** `socket` is connected. */
  private constructor(socket: Socket) {
    this.from = `${socket.localAddress}:${socket.localPort}`;
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, bytes]);
      this.#told();
    });
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async to(port: number, host = '127.0.0.1'): Promise<Dialler> {
    const socket = createConnection({ host, port, noDelay: true });
    await once(socket, 'connect');
    return new Dialler(socket);
  }

  get isOpen(): boolean {
    return !this.#socket.closed;
  }

  say(text: string): Promise<void> {
    return new Promise((resolve) => void this.#socket.write(Buffer.from(text, 'latin1'), () => resolve()));
  }

  /** Resolves when this was said to it, in all. */
  async hears(text: string): Promise<void> {
    while (this.#heard.toString('latin1') !== text) {
      await new Promise<void>((resolve) => {
        this.#told = resolve;
      });
    }
  }

  /** Takes nothing of what is said to it any more. */
  stopsReading(): void {
    this.#socket.pause();
  }

  async hangUp(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }
}
