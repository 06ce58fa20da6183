import type { ClientSecureChannelLayer, OPCUAClient } from 'node-opcua-client';
import { type Clock, NotConnected } from '../../gateway/contract/index.js';
import type { OpcuaSession } from './library.js';
import { isBadStatus, withoutInfo } from './values/status-quality.js';

export interface ConnectionOptions {
  readonly endpoint: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** A request that was not answered in time; what came of it is not known. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * One client of the library and its one session. The library's own reconnection is off: a connection that is lost stays
 * lost, and the host makes another. Every wait is on our clock, and ends before one of the library would: it takes an
 * answer that comes after its own time-out for a fault of the channel.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #client: OPCUAClient;
  readonly #ended = new AbortController();
  readonly #watchers: ((error: NotConnected) => void)[] = [];
  #refusal: number | undefined;
  #channel: ClientSecureChannelLayer | undefined;
  #session: OpcuaSession | undefined;
  #lost: NotConnected | undefined;
  #closing: Promise<void> | undefined;

  constructor(client: OPCUAClient, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    client.on('secure_channel_created', (channel) => {
      this.#channel = channel;
    });
    client.on('receive_response', ({ responseHeader: { serviceResult } }) => {
      if (isBadStatus(serviceResult.value)) this.#refusal = withoutInfo(serviceResult.value);
    });
    client.on('connection_lost', () => this.lose('the server closed the connection, or the network did'));
    client.on('close', () => this.lose('the connection was closed'));
  }

  get client(): OPCUAClient {
    return this.#client;
  }

  /** The StatusCode of the last service the server refused; the library's own errors do not always carry it. */
  get refusal(): number | undefined {
    return this.#refusal;
  }

  get session(): OpcuaSession {
    if (!this.#session) throw new Error('the session is not open yet');
    return this.#session;
  }

  /** Aborts when the connection is lost or closed: ends every wait that belongs to it. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** The session, when the connection was lost before it could be closed. */
  get leftSession(): OpcuaSession | undefined {
    return this.#lost ? this.#session : undefined;
  }

  holds(session: OpcuaSession): void {
    this.#session = session;
    session.on('session_closed', () => this.lose('the server closed the session'));
  }

  /** Tells once of a loss, also of one that was before; not of a close of our own. */
  onLost(watcher: (error: NotConnected) => void): void {
    if (this.#lost) watcher(this.#lost);
    else this.#watchers.push(watcher);
  }

  /**
   * The answer to one request. One that does not come in time is the loss of the connection: a server that lets a request
   * lie cannot be relied on for the next. What the server refuses rejects with the library's own error.
   */
  ask<T>(what: string, request: () => Promise<T>): Promise<T> {
    return this.#answer(request, (afterMs) => this.lose(`no answer within ${afterMs} ms to: ${what}`));
  }

  /** As `ask`, but one that does not come in time rejects alone, with `NoAnswer`: it says nothing of other requests. */
  askAlone<T>(request: () => Promise<T>): Promise<T> {
    return this.#answer(request, (afterMs) => {
      throw new NoAnswer(`no answer within ${afterMs} ms`);
    });
  }

  async #answer<T>(request: () => Promise<T>, late: (afterMs: number) => void): Promise<T> {
    this.#throwIfGone();
    const { clock, timeoutMs } = this.#options;
    const settled = new AbortController();
    const gone = clock.wait(timeoutMs, AbortSignal.any([settled.signal, this.ended])).then(() => {
      if (settled.signal.aborted) return;
      if (!this.ended.aborted) late(timeoutMs);
      this.#throwIfGone();
    });
    const answer = request();
    // Either may fail after the other has settled the race.
    answer.catch(() => undefined);
    gone.catch(() => undefined);
    try {
      return (await Promise.race([answer, gone])) as T;
    } catch (error) {
      this.#throwIfGone();
      throw error;
    } finally {
      settled.abort();
    }
  }

  lose(why: string): void {
    if (this.#lost || this.#closing) return;
    this.#lost = new NotConnected(`no connection to ${this.#options.endpoint}: ${why}`);
    this.#ended.abort();
    for (const watcher of this.#watchers) watcher(this.#lost);
  }

  /** Ends session and connection; where the server does not answer, the socket is cut after the time-out. */
  close(): Promise<void> {
    this.#closing ??= this.#hangUp();
    return this.#closing;
  }

  async #hangUp(): Promise<void> {
    const { clock, timeoutMs } = this.#options;
    this.#ended.abort();
    const done = new AbortController();
    const late = clock.wait(this.#lost ? 0 : timeoutMs, done.signal).then(() => {
      if (!done.signal.aborted) this.#channel?.forceConnectionBreak();
    });
    if (!this.#lost) await this.#session?.close(true).catch(() => undefined);
    await this.#client.disconnect().catch(() => undefined);
    done.abort();
    await late;
    this.#client.removeAllListeners();
  }

  #throwIfGone(): void {
    if (this.#lost) throw this.#lost;
    if (this.#closing) throw new NotConnected(`no connection to ${this.#options.endpoint}: it was closed`);
  }
}
