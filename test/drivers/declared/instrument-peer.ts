import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** An instrument on a TCP port whose every byte the test says. */
export class InstrumentPeer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #requests: Buffer[] = [];
  /** What it answers to the requests so far, the newest last; undefined is silence. */
  answer: (requests: readonly Buffer[]) => Buffer | undefined = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<InstrumentPeer> {
    const server = createServer({ noDelay: true });
    const peer = new InstrumentPeer(server);
    server.on('connection', (socket) => {
      peer.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => peer.#sockets.delete(socket));
      socket.on('data', (request: Buffer) => {
        peer.#requests.push(request);
        const reply = peer.answer(peer.#requests);
        if (reply) socket.write(reply);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return peer;
  }

  get address(): string {
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get requests(): readonly Buffer[] {
    return this.#requests;
  }

  /** Sends to everyone who is connected; waits for the connection that is being made. */
  async say(text: string): Promise<void> {
    if (this.#sockets.size === 0) await once(this.#server, 'connection');
    for (const socket of this.#sockets) socket.write(Buffer.from(text, 'latin1'));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }
}
