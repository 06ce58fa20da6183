import { createServer, type Server, type Socket } from 'node:net';
import type { Channel, ChannelEvents, Port } from './channel.js';

/** Listens on a TCP port; each connection is a channel. */
export class TcpPort implements Port {
  readonly #host: string;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  /** Port 0 takes a free one. */
  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  open(events: ChannelEvents): Promise<string> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket, events));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.#host, () => {
        const address = server.address();
        const port = typeof address === 'object' && address ? address.port : this.#port;
        resolve(`tcp://${this.#host}:${port}`);
      });
    });
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => {
      if (this.#server?.listening) this.#server.close(() => resolve());
      else resolve();
    });
  }

  #accept(socket: Socket, events: ChannelEvents): void {
    const channel: Channel = {
      get isOpen() {
        return socket.writable;
      },
      write: (bytes) => {
        if (socket.writable) socket.write(bytes);
      },
      destroy: () => socket.destroy(),
    };
    this.#sockets.add(socket);
    events.opened(channel);
    socket.on('data', (bytes: Buffer) => events.received(channel, bytes));
    // A reset by the other side is an end like any other; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      events.closed(channel);
    });
  }
}
