import { type EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Aedes, AuthenticateError, Client } from 'aedes';
import type { Clock, Log } from '../contract/index.js';
import { BrokerAccess } from './broker-access.js';
import { isLoopback, urlHost } from './loopback.js';
import { type PacketLimits, PacketMeter } from './packet-meter.js';
import { listenError } from './port-taken.js';
import type { Users } from './users.js';

export interface BrokerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly users: Users;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Broker {
  /** Where it answers, for example `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  /** What the gateway's own MQTT sink signs in with; nobody else may publish. Valid until `close`. */
  readonly publisher: { readonly user: string; readonly password: string };
  close(): Promise<void>;
}

/** Clients at once; further ones are closed as they come. */
const clientsMax = 100;
/** A client that has not said who it is by then is dropped. */
const connectTimeoutMs = 10_000;
/** A client that takes nothing for so long is dropped: until then it holds up everyone's messages. */
const drainTimeoutMs = 5000;
/** TCP finds out about a client that vanished after about this. */
const keepAliveMs = 60_000;
/** Of a client that only listens: subscriptions, pings, acknowledgements. One that sends more is dropped. */
const subscriberLimits: PacketLimits = { bytesMax: 16 * 1024, perSecondMax: 100 };
/** Topic filters of one connection; further ones are refused in SUBACK. */
const subscriptionsMax = 100;
/** CONNACK return code 4: bad user name or password (MQTT 3.1.1 §3.2.2.3). */
const badLogin = 4;
/** CONNACK return code 2: identifier rejected. */
const badIdentifier = 2;

/**
 * An MQTT 3.1.1 broker inside the gateway, for screens and programs nearby: QoS 0–2, retained messages in memory, one a
 * topic the gateway publishes. Sessions end with their connection: what a client missed is in the journal and in real
 * sinks, not in this process's memory. On loopback anyone may listen; beyond it a user's name and token are needed, and
 * without users it refuses to start. Throws `PortTaken`, or a sentence saying what is missing.
 */
export async function startBroker({ host, port, users, clock, log }: BrokerOptions): Promise<Broker> {
  if (!isLoopback(host) && users.isEmpty) {
    throw new Error(
      `the MQTT broker on ${host} can be reached from outside and there are no users: sluice user add NAME`,
    );
  }
  const access = new BrokerAccess(users, host, clock, log);
  const publishers = new Set<Client>();
  const sockets = new Set<Socket>();
  const aedes = await createAedes(access, publishers);
  // The library reports what it cannot recover from as an event that would end the process if nobody heard it.
  (aedes as EventEmitter).on('error', (error: unknown) => log.error({ err: error }, 'MQTT broker failed'));
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    admit(aedes, publishers, socket, clock);
  });
  server.maxConnections = clientsMax;
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    await ended(aedes);
    throw listenError(error, host, port);
  }
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `mqtt://${urlHost(host)}:${actualPort}`,
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

/** The broker with its rules of who may do what. `publishers` holds the gateway's own connections. */
async function createAedes(access: BrokerAccess, publishers: Set<Client>): Promise<Aedes> {
  const { Aedes } = await import('aedes');
  const filters = new WeakMap<Client, number>();
  const isPublisherId = (id: string): boolean => [...publishers].some((client) => client.id === id);
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
      // A second client of one id closes the first: nobody else may push the gateway out that way.
      if (entrance !== 'gateway' && isPublisherId(client.id)) return done(refused(badIdentifier), false);
      if (entrance === 'gateway') publishers.add(client);
      done(null, true);
    },
    authorizePublish: (client, _packet, done) =>
      done(client && publishers.has(client) ? null : new Error('only the gateway publishes here')),
    authorizeSubscribe: (client, subscription, done) => {
      const count = (filters.get(client) ?? 0) + 1;
      filters.set(client, count);
      done(null, count > subscriptionsMax || subscription.topic.startsWith('$') ? null : subscription);
    },
  });
  aedes.on('clientDisconnect', (client) => publishers.delete(client));
  return aedes;
}

const refused = (returnCode: number): AuthenticateError =>
  Object.assign(new Error('refused'), { returnCode }) as AuthenticateError;

/** Hands a connection to the broker and watches what comes in, but for the gateway's own. */
function admit(aedes: Aedes, publishers: ReadonlySet<Client>, socket: Socket, clock: Clock): void {
  socket.setKeepAlive(true, keepAliveMs);
  socket.setNoDelay(true);
  const client = aedes.handle(socket);
  const meter = new PacketMeter(subscriberLimits);
  // The broker reads on `readable`; each of its reads also emits `data`, before the broker sees the bytes.
  socket.on('data', (chunk: Buffer) => {
    const excess = publishers.has(client) ? undefined : meter.take(chunk, clock.monotonic());
    if (excess !== undefined) socket.destroy(new Error(excess));
  });
}

const ended = (aedes: Aedes): Promise<void> => new Promise((resolve) => aedes.close(() => resolve()));
