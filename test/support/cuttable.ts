import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP road to another port that can be cut and counted. */
export class Cuttable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<Cuttable> {
    const server = createServer((near) => {
      const far = createConnection({ host: '127.0.0.1', port });
      for (const socket of [near, far]) {
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
      }
      near.pipe(far);
      far.pipe(near);
      near.on('close', () => {
        road.#sockets.delete(near);
        far.destroy();
      });
      far.on('close', () => near.destroy());
      road.#sockets.add(near);
    });
    const road = new Cuttable(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return road;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Ends every connection; new ones are taken again. */
  async cut(): Promise<void> {
    const ended = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(ended);
  }

  /** Resolves once the other side of every closed connection was seen closing, to how many are left. */
  async close(): Promise<number> {
    for (let turn = 0; turn < 20 && this.#sockets.size > 0; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const left = this.#sockets.size;
    await this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
    return left;
  }
}
