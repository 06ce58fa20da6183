import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { PacketGate } from './packet-gate.js';

/** A socket whose incoming bytes go through a gate. Ends, fails and is destroyed with the socket. */
export class GatedStream extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket, gate: PacketGate) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const part of gate.push(chunk)) if (!this.push(part)) socket.pause();
      } catch (error) {
        this.destroy(error as Error);
      }
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(parts: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(parts.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
