import type { Clock } from '../../gateway/contract/index.js';
import type { ByteStream, ByteStreamEvents } from './byte-stream.js';
import { connectSocket } from './connect-socket.js';

/** A line behind a serial server: its bytes over TCP, without a header. */
export async function openTcpStream(
  host: string,
  port: number,
  events: ByteStreamEvents,
  clock: Clock,
  signal: AbortSignal,
): Promise<ByteStream> {
  const socket = await connectSocket(host, port, clock, signal);
  let isOpen = true;
  const lost = (why: string): void => {
    if (!isOpen) return;
    isOpen = false;
    events.lost(why);
  };
  socket.on('data', (bytes: Buffer) => events.received(bytes));
  socket.on('error', ({ message }) => lost(message));
  socket.on('close', () => lost('closed by the other side'));
  return {
    // A write that fails is followed by the end of the socket, which says why.
    write: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    isGone: () => Promise.resolve(socket.destroyed),
    close: () =>
      new Promise((resolve) => {
        isOpen = false;
        if (socket.closed) return resolve();
        socket.once('close', () => resolve());
        socket.destroy();
      }),
  };
}
