import { createServer, type Server, type Socket } from 'node:net';
import { type Clock, NotConnected } from '../../gateway/contract/index.js';
import { IdleWatch } from './idle-watch.js';

/** Bytes a caller may leave untaken; beyond it the connection is closed. */
const untakenMax = 256 * 1024;
/** A wireless line may stall for many seconds, and pays for each byte. */
const keepAliveAfterMs = 60_000;

/** Somebody who has dialled in. */
export interface Caller {
  /** Address and port it calls from, as people write them: `10.2.0.7:40122`. */
  readonly from: string;
  /**
   * Resolves when the bytes have left, as far as this box can tell, or never will: a connection that fails is told by
   * `closed`. A caller that leaves 256 KiB untaken is closed.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing is received after it. May be called again. */
  close(): void;
}

/** What is told of one caller. Neither may throw. */
export interface CallerEvents {
  received(bytes: Uint8Array): void;
  /** The connection is gone. Told once, whoever closed it. */
  closed(): void;
}

export interface CallersOptions {
  /** Address of this box that is listened on: `127.0.0.1`, `0.0.0.0` for all. */
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Connections at a time; one more closes the one that has been silent longest. */
  readonly callersMax: number;
  /** A connection without a byte received for so long is closed; `Infinity`: none is. */
  readonly idleMs: number;
  readonly clock: Clock;
}

/** A port of this box that is listened on. */
export interface CallersPort {
  readonly port: number;
  /** Closes it and every caller; resolves when no socket and no timer is left behind. */
  close(): Promise<void>;
}

/**
 * Listens for callers. `greet` is called for each as it connects, before any byte of it is told. Rejects with
 * `NotConnected` when the port cannot be listened on.
 */
export async function listenForCallers(
  options: CallersOptions,
  greet: (caller: Caller) => CallerEvents,
): Promise<CallersPort> {
  const { host, port, callersMax } = options;
  const connected = new Set<CallerConnection>();
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveAfterMs });
  server.on('connection', (socket) => {
    const one = new CallerConnection(socket, options, () => connected.delete(one));
    connected.add(one);
    if (connected.size > callersMax) closeLongestSilent(connected);
    one.tell(greet(one));
  });
  await listen(server, host, port);
  return {
    port: (server.address() as { port: number }).port,
    close: async () => {
      const isClosed = new Promise<void>((resolve) => server.close(() => resolve()));
      const last = [...connected];
      for (const one of last) one.close();
      await Promise.all([isClosed, ...last.map(({ gone }) => gone)]);
    },
  };
}

class CallerConnection implements Caller {
  readonly from: string;
  /** Resolves when its end was told. */
  readonly gone: Promise<void>;
  #isGone: () => void = () => undefined;
  readonly #socket: Socket;
  readonly #idle: IdleWatch;
  readonly #ended: () => void;

  constructor(socket: Socket, { idleMs, clock }: CallersOptions, ended: () => void) {
    this.#socket = socket;
    this.#ended = ended;
    this.from = addressText(socket);
    this.#idle = new IdleWatch(idleMs, clock, () => this.close());
    this.gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
  }

  get heardMs(): number {
    return this.#idle.heardMs;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  tell(events: CallerEvents): void {
    // A line that breaks is closed next, which tells it.
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (bytes: Buffer) => {
      this.#idle.heard();
      events.received(bytes);
    });
    this.#socket.once('close', () => {
      this.#idle.stop();
      this.#ended();
      events.closed();
      this.#isGone();
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.isClosed) return;
    if (this.#socket.writableLength + bytes.length > untakenMax) return this.close();
    await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  close(): void {
    this.#idle.stop();
    this.#socket.destroy();
  }
}

function closeLongestSilent(callers: Iterable<CallerConnection>): void {
  const open = [...callers].filter(({ isClosed }) => !isClosed);
  open.reduce((a, b) => (b.heardMs < a.heardMs ? b : a)).close();
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays on: a connection that cannot be taken later is an error of the port as well, and the caller dials again.
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const reason = cause.code ?? cause.message;
      reject(new NotConnected(`cannot listen on ${where}: ${reason}; ${hintFor(cause.code)}`, { cause }));
    });
    server.listen({ host, port }, resolve);
  });
}

function hintFor(code: string | undefined): string {
  if (code === 'EADDRINUSE') return 'another program, or a link of another kind, has this port: choose another one';
  if (code === 'EADDRNOTAVAIL') return 'this box has no such address: write one it has, or 0.0.0.0 for all of them';
  if (code === 'EACCES') return 'this user may not use ports below 1024: choose another one';
  return 'check the address; write 0.0.0.0 for all addresses of this box';
}

/** An IPv4 caller of an IPv6 port is written as what it is. */
function addressText({ remoteAddress = 'gone', remotePort = 0 }: Socket): string {
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '');
  return `${address.includes(':') ? `[${address}]` : address}:${remotePort}`;
}
