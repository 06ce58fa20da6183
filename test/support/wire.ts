import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP connection that can be cut: what stands between a sink and its destination. */
export interface Wire {
  readonly port: number;
  /** Bytes that passed towards the destination. */
  readonly bytesForward: number;
  /** Connections made so far. */
  readonly connections: number;
  /** Takes everything and passes nothing on, in both directions. Resolves at once. */
  hang(): void;
  /** Resolves when something arrived while hanging. */
  held(): Promise<void>;
  /** Resets what is open and refuses what comes. */
  cut(): void;
  /** Resolves when no connection is open. */
  quiet(): Promise<void>;
  /** Passes again, also what was held. */
  heal(): void;
  stop(): Promise<void>;
}

type State = 'open' | 'hanging' | 'cut';

/** A wire to a port of this machine. */
export async function startWire(targetPort: number): Promise<Wire> {
  let state: State = 'open';
  let bytesForward = 0;
  let connections = 0;
  const pairs = new Set<readonly [Socket, Socket]>();
  let noteHeld: () => void = () => undefined;
  let noteQuiet: () => void = () => undefined;

  const server = createServer((near) => {
    if (state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    connections += 1;
    const far = connect(targetPort, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const backlog: (() => void)[] = [];
    const pass = (to: Socket, chunk: Buffer, forward: boolean) => {
      if (forward) bytesForward += chunk.byteLength;
      to.write(chunk);
    };
    const relay = (from: Socket, to: Socket, forward: boolean) => {
      from.on('data', (chunk: Buffer) => {
        if (state === 'hanging') {
          backlog.push(() => pass(to, chunk, forward));
          noteHeld();
        } else {
          for (const late of backlog.splice(0)) late();
          pass(to, chunk, forward);
        }
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(pair);
        to.end();
        if (pairs.size === 0) noteQuiet();
      });
    };
    relay(near, far, true);
    relay(far, near, false);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const reset = () => {
    for (const sockets of pairs) for (const socket of sockets) socket.resetAndDestroy();
    pairs.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get bytesForward() {
      return bytesForward;
    },
    get connections() {
      return connections;
    },
    hang: () => {
      state = 'hanging';
    },
    held: () =>
      new Promise((resolve) => {
        noteHeld = resolve;
      }),
    quiet: () =>
      new Promise((resolve) => {
        if (pairs.size === 0) resolve();
        else noteQuiet = resolve;
      }),
    cut: () => {
      state = 'cut';
      reset();
    },
    heal: () => {
      state = 'open';
    },
    stop: async () => {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}
