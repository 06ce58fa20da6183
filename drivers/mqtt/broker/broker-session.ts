import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { IClientOptions, IConnackPacket, MqttClient } from 'mqtt';
import { type Clock, type DriverContext, NotConnected } from '../../../gateway/contract/index.js';
import { acknowledgedLater, Acknowledgements } from './acknowledgements.js';
import { formatBrokerAddress } from './broker-address.js';
import { type BrokerSecrets, readSecrets } from './broker-secrets.js';
import type { BrokerSettings } from './broker-settings.js';
import { openBrokerSocket } from './broker-socket.js';
import { GatedStream } from './gated-stream.js';
import { PacketGate } from './packet-gate.js';
import { reasonText, refusalText } from './reason-text.js';

/** One message of the broker. */
export interface BrokerMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** It stood at the broker when we subscribed: nobody knows since when. */
  readonly isRetained: boolean;
  /** It was beyond `payloadMax`: of its payload nothing is here. */
  readonly isTooLong: boolean;
}

export interface Publication {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface BrokerSessionOptions {
  readonly settings: BrokerSettings;
  readonly clientId: string;
  readonly isPersistent: boolean;
  readonly will?: Publication | undefined;
  readonly clock: Clock;
  readonly secret: DriverContext['secret'];
  /** Called for each message from the connection on, also before anything is subscribed to. */
  readonly message: (message: BrokerMessage) => void;
  /**
   * Called after each message of QoS 1 of a persistent session, which is acknowledged when it resolves. When it rejects the
   * message is not: a minute later the connection is made anew, so that the broker sends it again. A clean session forgets
   * with the connection what was not acknowledged: there, as with QoS 2, messages are acknowledged when they were taken.
   */
  readonly kept: () => Promise<void>;
  /** Called once, and not after `close`. */
  readonly lost: (error: NotConnected) => void;
}

const connackTimeoutMs = 10_000;
const subackTimeoutMs = 10_000;
/** ms the broker may take to see us go in order. */
const farewellMs = 1000;
/** s a broker of MQTT 5 keeps a persistent session. */
const sessionExpiryS = 7 * 24 * 3600;
/** Bytes of a packet of MQTT 5 beside its payload: header, topic, properties. */
const envelopeBytes = 64 * 1024;
/** ms after which a connection is made anew over which messages could not be stored. */
const refusedMs = 60_000;
/** Bytes of the mark that stands for a payload that is too long: a random one, which nobody guesses. */
const markBytes = 16;
/** SUBACK: refused (MQTT 3.1.1 §3.9.3); MQTT 5 has more reasons above it. */
const refusedFrom = 0x80;

/**
 * One connection to a broker, from CONNECT to its end. The queue and the reconnecting of the client library are not
 * used: what is to come next is the host's to say.
 */
export class BrokerSession {
  readonly #client: MqttClient;
  readonly #socket: Socket;
  readonly #options: BrokerSessionOptions;
  readonly #gate: PacketGate | undefined;
  /** True from CONNACK to the end. */
  #isOpen = false;
  #isGone = false;
  readonly #closing = new AbortController();
  /** Something was not acknowledged: this connection will be made anew. */
  #isRefused = false;
  #why = 'the broker closed the connection; if it does so again and again, another client has the same `clientId`';

  private constructor(client: MqttClient, socket: Socket, gate: PacketGate | undefined, options: BrokerSessionOptions) {
    this.#client = client;
    this.#socket = socket;
    this.#gate = gate;
    this.#options = options;
    client.on('error', ({ message }) => {
      this.#why = message;
    });
    client.on('disconnect', ({ reasonCode }) => {
      this.#why = reasonText(reasonCode ?? 0);
    });
    client.on('close', () => {
      this.#isGone = true;
      this.#closing.abort();
      if (!this.#isOpen) return;
      this.#isOpen = false;
      client.end(true);
      options.lost(this.#lostError());
    });
  }

  /** Resolves when the broker has accepted us. Rejects with `NotConnected`. */
  static async open(options: BrokerSessionOptions, signal: AbortSignal): Promise<BrokerSession> {
    const { settings, clock, secret } = options;
    const { MqttClient: Client } = await import('mqtt');
    signal.throwIfAborted();
    const secrets = readSecrets(settings, secret);
    const socket = await openBrokerSocket(settings.broker, secrets, clock, signal);
    const gate = settings.version === '5' ? undefined : new PacketGate(settings.payloadMax, randomBytes(markBytes));
    const client = new Client(() => (gate ? new GatedStream(socket, gate) : socket), clientOptions(options, secrets));
    const session = new BrokerSession(client, socket, gate, options);
    client.on('message', (topic, payload, { retain: isRetained }) => {
      const isTooLong = gate?.isMark(payload) ?? false;
      options.message({ topic, payload: isTooLong ? Buffer.alloc(0) : payload, isRetained, isTooLong });
    });
    if (options.isPersistent) session.#acknowledgeKept();
    try {
      await accepted(client, settings, signal);
      if (session.#isGone) throw session.#lostError();
    } catch (error) {
      client.end(true);
      socket.destroy();
      throw error;
    }
    session.#isOpen = true;
    return session;
  }

  /** The library calls `handleMessage` right after it has told a message. */
  #acknowledgeKept(): void {
    const acknowledgements = new Acknowledgements({
      write: (bytes) => void (this.#isOpen && this.#client.stream.write(bytes)),
      refused: () => void this.#refused(),
    });
    this.#client.handleMessage = ({ qos, messageId }, done) => {
      if (qos !== 1 || messageId === undefined) return done();
      acknowledgements.give(messageId, this.#options.kept());
      done(acknowledgedLater);
    };
  }

  async #refused(): Promise<void> {
    if (this.#isRefused) return;
    this.#isRefused = true;
    await this.#options.clock.wait(refusedMs, this.#closing.signal);
    if (this.#closing.signal.aborted) return;
    this.#why = 'messages it brought could not be stored; connected anew, it sends them again';
    this.#socket.destroy();
  }

  /** Messages beyond `payloadMax`; with MQTT 5 the broker keeps them to itself, and nobody counts them. */
  get tooLong(): number {
    return this.#gate?.tooLong ?? 0;
  }

  /** Resolves when the broker has granted every filter. Rejects with `NotConnected`, naming those it refuses; after 10 s too. */
  async subscribe(filters: readonly string[], qos: 0 | 1 | 2, signal: AbortSignal): Promise<void> {
    if (filters.length === 0) return;
    const stop = (): void => void this.#socket.destroy();
    const settled = new AbortController();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = this.#client.subscribeAsync([...filters], { qos });
      const granted = await Promise.race([answer, this.#silence(settled.signal)]);
      const refused = granted.filter((one) => one.qos >= refusedFrom).map(({ topic }) => topic);
      if (refused.length > 0) throw new Error(refusalText(refused));
    } catch (cause) {
      signal.throwIfAborted();
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new NotConnected(`cannot subscribe at ${this.#where}: ${why}`, { cause });
    } finally {
      settled.abort();
      signal.removeEventListener('abort', stop);
    }
  }

  /** Rejects when a broker that pings, but grants nothing, has had its time. */
  async #silence(settled: AbortSignal): Promise<never[]> {
    await this.#options.clock.wait(subackTimeoutMs, settled);
    if (settled.aborted) return [];
    throw new Error(
      `it gives no answer to our subscription within ${subackTimeoutMs / 1000} s; check its load and its log`,
    );
  }

  /** Fire and forget: of a message that does not leave, the end of the connection is told. */
  publish({ topic, payload, qos, retain }: Publication): void {
    if (this.#isOpen) this.#client.publish(topic, payload, { qos, retain }, () => undefined);
  }

  /** Says goodbye and leaves no socket or timer behind. A broker that does not hear it is not waited for. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#closing.abort();
    const settled = new AbortController();
    const gone = new Promise<void>((resolve) => {
      if (this.#socket.closed) resolve();
      else this.#socket.once('close', () => resolve());
    });
    const farewell = new Promise<void>((resolve) => this.#client.end(false, {}, () => resolve()));
    await Promise.race([farewell, gone, this.#options.clock.wait(farewellMs, settled.signal)]);
    settled.abort();
    this.#socket.destroy();
    this.#client.end(true);
    await gone;
  }

  #lostError(): NotConnected {
    return new NotConnected(`no connection to ${this.#where}: ${this.#why}`);
  }

  get #where(): string {
    return formatBrokerAddress(this.#options.settings.broker);
  }
}

function clientOptions(
  { settings, clientId, isPersistent, will }: BrokerSessionOptions,
  { password }: BrokerSecrets,
): IClientOptions {
  const { version, user, keepAlive, payloadMax } = settings;
  const isFive = version === '5';
  const properties = {
    maximumPacketSize: payloadMax + envelopeBytes,
    ...(isPersistent && { sessionExpiryInterval: sessionExpiryS }),
  };
  return {
    protocolVersion: isFive ? 5 : 4,
    clientId,
    clean: !isPersistent,
    keepalive: Math.ceil(keepAlive / 1000),
    connectTimeout: connackTimeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    ...(isFive && { properties }),
    ...(will && { will }),
  };
}

/** Resolves at CONNACK. */
function accepted(client: MqttClient, { broker }: BrokerSettings, signal: AbortSignal): Promise<IConnackPacket> {
  return new Promise((resolve, reject) => {
    const settle = (run: () => void): void => {
      signal.removeEventListener('abort', stop);
      client.off('error', failed);
      client.off('close', closed);
      client.off('connect', connected);
      run();
    };
    const refuse = (why: string, cause?: unknown): void => {
      const where = formatBrokerAddress(broker);
      settle(() => reject(new NotConnected(`${where} does not take us: ${why}`, { cause })));
    };
    const stop = (): void => settle(() => reject(signal.reason as Error));
    const failed = (error: Error): void => {
      refuse('code' in error ? reasonText(Number(error.code), error.message) : error.message, error);
    };
    const closed = (): void => refuse('it closed the connection; check that it speaks MQTT on this port');
    const connected = (packet: IConnackPacket): void => settle(() => resolve(packet));
    signal.addEventListener('abort', stop, { once: true });
    client.on('error', failed);
    client.on('close', closed);
    client.on('connect', connected);
  });
}
