import { createConnection, type OnReadOpts, type Socket } from 'node:net';
import { type Clock, NotConnected } from '../../gateway/contract/index.js';

/** A host that drops packets would hold the attempt for minutes. */
const connectTimeoutMs = 10_000;
const keepAliveAfterMs = 10_000;

/** A connected socket without delay and with keep-alive. Rejects with `NotConnected`. */
export async function connectSocket(
  host: string,
  port: number,
  clock: Clock,
  signal: AbortSignal,
  onread?: OnReadOpts,
): Promise<Socket> {
  const socket = createConnection({ host, port, ...(onread && { onread }) });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveAfterMs);
  const settled = new AbortController();
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code ?? cause.message;
      reject(new NotConnected(`cannot connect to tcp://${host}:${port}: ${reason}; ${hintFor(cause.code)}`, { cause }));
    });
  });
  const givenUp = clock.wait(connectTimeoutMs, AbortSignal.any([signal, settled.signal])).then(() => {
    if (settled.signal.aborted) return;
    signal.throwIfAborted();
    throw new NotConnected(`cannot connect to tcp://${host}:${port}: nothing answers; ${hintFor(undefined)}`);
  });
  try {
    await Promise.race([connected, givenUp]);
    return socket;
  } catch (error) {
    // Both may still fail after the race; an error event without a listener would end the process.
    connected.catch(() => undefined);
    socket.destroy();
    throw error;
  } finally {
    settled.abort();
  }
}

function hintFor(code: string | undefined): string {
  if (code === 'ECONNREFUSED') return 'check the port, and that the device takes another connection';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'check the host name, or write its IP address';
  return 'check address, cable and power';
}
