import { type EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Aedes, AuthenticateError, Client } from 'aedes';
import type { Clock, Log } from '../contract/index.js';
import { BrokerAccess } from './broker-access.js';
import type { BrokerDevice } from './broker-devices.js';
import { Seats } from './broker-seats.js';
import { isLoopback, urlHost } from './loopback.js';
import { PacketMeter } from './packet-meter.js';
import { listenError } from './port-taken.js';
import type { Users } from './users.js';

export interface BrokerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** PEM texts; without them bytes go unencrypted. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  readonly devices: readonly BrokerDevice[];
  readonly limits: BrokerLimits;
  readonly users: Users;
  readonly clock: Clock;
  readonly log: Log;
}

export interface BrokerLimits {
  /** Clients at once; further ones are closed as they come. */
  readonly clientsMax: number;
  /** Of everyone but the gateway. Who sends more is dropped. */
  readonly packetBytesMax: number;
  readonly packetsPerSecondMax: number;
}

export interface Broker {
  /** Where it answers, for example `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  /** What the gateway's own MQTT sink signs in with; nobody else may publish. Valid until `close`. */
  readonly publisher: { readonly user: string; readonly password: string };
  close(): Promise<void>;
}

/** A client that has not said who it is by then is dropped. */
const connectTimeoutMs = 10_000;
/** Bytes that wait for a client that takes none for a moment. */
const waitingBytesMax = 512 * 1024;
/** Who has taken nothing of that for so long is dropped: until then it holds up everyone's messages. */
const drainTimeoutMs = 1000;
/** TCP finds out about a client that vanished after about this. */
const keepAliveMs = 60_000;
/** Topic filters of one connection; further ones are refused in SUBACK. */
const subscriptionsMax = 100;
/** CONNACK return code 4: bad user name or password (MQTT 3.1.1 §3.2.2.3). */
const badLogin = 4;
/** CONNACK return code 2: identifier rejected. */
const badIdentifier = 2;

/**
 * An MQTT 3.1.1 broker inside the gateway, for screens and programs nearby and for devices that speak MQTT: QoS 0–2,
 * retained messages in memory, one a topic. Sessions end with their connection: what a client missed is in the journal
 * and in real sinks, not in this process's memory. The gateway publishes, and devices by the topics each is allowed; on
 * loopback anyone may listen, beyond it a user's name and token are needed, and with neither users nor devices it refuses
 * to start. Throws `PortTaken`, or a sentence saying what is missing.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { host, port, devices, limits, users, clock, log } = options;
  if (!isLoopback(host) && users.isEmpty && devices.length === 0) {
    throw new Error(
      `the MQTT broker on ${host} can be reached from outside and there are no users: sluice user add NAME`,
    );
  }
  const access = new BrokerAccess(users, devices, host, clock, log);
  const seats = new Seats(log);
  const sockets = new Set<Socket>();
  const aedes = await createAedes(access, seats);
  // The library reports what it cannot recover from as an event that would end the process if nobody heard it.
  (aedes as EventEmitter).on('error', (error: unknown) => log.error({ err: error }, 'MQTT broker failed'));
  const server = listener(options.tls, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    admit(aedes, seats, socket, limits, clock);
  });
  server.maxConnections = limits.clientsMax;
  server.on('drop', () => seats.full(limits.clientsMax));
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    await ended(aedes);
    throw listenError(error, host, port);
  }
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? 'mqtts' : 'mqtt'}://${urlHost(host)}:${actualPort}`,
    publisher: access.publisher,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      await ended(aedes);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function listener(tls: BrokerOptions['tls'], take: (socket: Socket) => void): Server {
  if (!tls) return createServer({ highWaterMark: waitingBytesMax }, take);
  const options = { cert: tls.certificate, key: tls.key, handshakeTimeout: connectTimeoutMs };
  const server = createTlsServer({ ...options, highWaterMark: waitingBytesMax } as TlsOptions, take);
  // A stranger that does not speak TLS is not worth a word; its socket is closed.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** The broker with its rules of who may do what. */
async function createAedes(access: BrokerAccess, seats: Seats): Promise<Aedes> {
  const { Aedes } = await import('aedes');
  const filters = new WeakMap<Client, number>();
  const aedes = await Aedes.createBroker({
    connectTimeout: connectTimeoutMs,
    drainTimeout: drainTimeoutMs,
    preConnect: (_client, packet, done) => {
      packet.clean = true;
      done(null, true);
    },
    authenticate: (client, name, password, done) => {
      const address = (client.conn as Socket).remoteAddress ?? '';
      const entrance = access.judge({ address, name, password: password?.toString() });
      if (entrance === 'refused') return done(refused(badLogin), false);
      if (seats.isTakenByOther(client.id, entrance)) return done(refused(badIdentifier), false);
      seats.take(client, entrance);
      done(null, true);
    },
    authorizePublish: (client, packet, done) => {
      const reason = seats.refusalToPublish(client, packet);
      done(reason === undefined ? null : new Error(reason));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const count = (filters.get(client) ?? 0) + 1;
      filters.set(client, count);
      done(null, count <= subscriptionsMax && seats.maySubscribe(client, subscription.topic) ? subscription : null);
    },
  });
  aedes.on('clientDisconnect', (client) => seats.leave(client));
  return aedes;
}

const refused = (returnCode: number): AuthenticateError =>
  Object.assign(new Error('refused'), { returnCode }) as AuthenticateError;

/** Hands a connection to the broker and watches what comes in, but for the gateway's own. */
function admit(aedes: Aedes, seats: Seats, socket: Socket, limits: BrokerLimits, clock: Clock): void {
  socket.setKeepAlive(true, keepAliveMs);
  socket.setNoDelay(true);
  const client = aedes.handle(socket);
  const { remoteAddress = '' } = socket;
  const meter = new PacketMeter({ bytesMax: limits.packetBytesMax, perSecondMax: limits.packetsPerSecondMax });
  // The broker reads on `readable`; each of its reads also emits `data`, before the broker sees the bytes.
  socket.on('data', (chunk: Buffer) => {
    const excess = seats.of(client) === 'gateway' ? undefined : meter.take(chunk, clock.monotonic());
    if (excess === undefined) return;
    seats.dropped(client, remoteAddress, excess);
    socket.destroy(new Error(excess));
  });
  socket.on('error', ({ message }) => {
    // The library's word for a client that takes nothing.
    if (message === 'drain timeout') seats.dropped(client, remoteAddress, `took nothing for ${drainTimeoutMs} ms`);
  });
}

const ended = (aedes: Aedes): Promise<void> => new Promise((resolve) => aedes.close(() => resolve()));
