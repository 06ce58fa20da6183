import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A bare TCP client for tests: bytes out, bytes in, nothing known of Modbus. */
export class Wire {
  readonly socket: Socket;
  received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.received = Buffer.concat([this.received, bytes]);
    });
    socket.on('error', () => {});
  }

  static async open(address: string): Promise<Wire> {
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.setNoDelay(true);
    return new Wire(socket);
  }

  send(hex: string): void {
    this.socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  }

  /** Resolves when at least this many bytes have come since the last take; takes them all. */
  async take(byteCount: number): Promise<string> {
    while (this.received.length < byteCount) await once(this.socket, 'data');
    const hex = this.received.toString('hex');
    this.received = Buffer.alloc(0);
    return hex;
  }

  /** Sends a request and resolves to the next `byteCount` or more bytes, as hex. */
  ask(hex: string, byteCount: number): Promise<string> {
    this.send(hex);
    return this.take(byteCount);
  }

  /** Resolves when the other side has ended the connection. */
  async ended(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  close(): void {
    this.socket.destroy();
  }
}
