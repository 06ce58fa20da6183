import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** What an instrument answers to requests other than the one that is tried; undefined: nothing. */
export type OtherAnswers = (request: Uint8Array) => Uint8Array | undefined;

/**
 * A line behind a serial server whose instrument answers the first request of each sort with what is laid out for it, and
 * others as it would.
 */
export class ScriptedLine {
  readonly requests: Buffer[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #answer: readonly Uint8Array[] = [];
  #tried: Buffer | undefined;

  private constructor(others: OtherAnswers) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', (bytes) => {
        this.requests.push(bytes);
        this.#tried ??= bytes;
        const other = this.#tried.equals(bytes) ? undefined : others(bytes);
        void say(socket, other ? [other] : this.#answer);
      });
    });
  }

  /** The request that is tried is the first that comes. */
  static async open(others: OtherAnswers = () => undefined): Promise<ScriptedLine> {
    const line = new ScriptedLine(others);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The answer to the tried request from now on, in these pieces. */
  answerWith(...pieces: readonly Uint8Array[]): void {
    this.#answer = pieces;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Each piece arrives by itself. */
async function say(socket: Socket, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
