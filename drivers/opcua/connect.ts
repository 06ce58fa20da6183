import type { OPCUAClient, OPCUAClientOptions } from 'node-opcua-client';
import { type DriverContext, NotConnected } from '../../gateway/contract/index.js';
import { connectSocket } from '../streams/index.js';
import { Connection } from './connection.js';
import type { Opcua, OpcuaSession } from './library.js';
import { endpointAddress, type LinkSettings } from './link-schema.js';
import { applicationName, type OwnCertificate, ownCertificate } from './certificates/own-certificate.js';
import { mismatchWords, noCertificateWords, refusalWords, unreadableWords, untrustedWords } from './refusal-words.js';
import { refusalStatus } from './values/status-quality.js';
import { thumbprintsOf } from './certificates/server-certificate.js';
import { rejectCertificate, type Trust, trustOf } from './certificates/trust.js';
import { userIdentity } from './user-identity.js';

export interface ConnectOptions {
  readonly link: string;
  readonly settings: LinkSettings;
  readonly context: Pick<DriverContext, 'clock' | 'log' | 'secret'>;
  /** A session that was left when the connection before was lost. */
  readonly left: OpcuaSession | undefined;
}

/** The server's certificate is not trusted; it is kept among the rejected, under this thumbprint. */
export class ServerNotTrusted extends NotConnected {
  readonly sha256: string;
  constructor(message: string, der: Uint8Array) {
    super(message);
    this.sha256 = thumbprintsOf(der).sha256;
  }
}

/** What the library may wait: longer than we do, so that our own time-out is always the first. */
const librarySlackMs = 600_000;

/** A session with the server, on the endpoint and with the security of the site file. Rejects with `NotConnected`. */
export async function connect(opcua: Opcua, options: ConnectOptions, signal: AbortSignal): Promise<Connection> {
  const { settings } = options;
  const own = await ownCertificate(settings.pki, opcua);
  const base = clientOptions(opcua, options, own);
  if (settings.security === 'none') return openSession(opcua, options, base, own, signal);
  const serverCertificate = await trustedCertificate(opcua, options, base, own, signal);
  return openSession(opcua, options, { ...base, ...securityOf(opcua, settings), serverCertificate }, own, signal);
}

function clientOptions(opcua: Opcua, { settings, link }: ConnectOptions, own: OwnCertificate): OPCUAClientOptions {
  const { crypto_utils: tools } = opcua;
  const key = tools.coercePEMorDerToPrivateKey(own.key);
  return {
    applicationName,
    applicationUri: own.applicationUri,
    clientName: `${applicationName} ${link}`,
    certificateKeyPairProvider: {
      getCertificate: () => own.certificate,
      getCertificateChain: () => [own.certificate],
      getPrivateKey: () => key,
    },
    // Servers tell their endpoints by host names that the gateway's network may not know.
    endpointMustExist: false,
    // A session is closed by name; one whose connection was lost is taken over by the next connection.
    keepPendingSessionsOnDisconnect: true,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    requestedSessionTimeout: settings.sessionTimeout,
    transportTimeout: settings.timeout + librarySlackMs,
    defaultTransactionTimeout: settings.timeout + librarySlackMs,
  };
}

const modes = { sign: 'Sign', 'sign-and-encrypt': 'SignAndEncrypt' } as const;

function securityOf(
  { MessageSecurityMode, SecurityPolicy }: Opcua,
  { security }: LinkSettings,
): Pick<OPCUAClientOptions, 'securityMode' | 'securityPolicy'> {
  if (security === 'none') return { securityMode: MessageSecurityMode.None, securityPolicy: SecurityPolicy.None };
  return { securityMode: MessageSecurityMode[modes[security.mode]], securityPolicy: SecurityPolicy[security.policy] };
}

/** Asks the server for its certificate, without security as OPC UA provides for this, and lets it pass only when trusted. */
async function trustedCertificate(
  opcua: Opcua,
  options: ConnectOptions,
  base: OPCUAClientOptions,
  own: OwnCertificate,
  signal: AbortSignal,
): Promise<Buffer> {
  const { settings, link } = options;
  const shown = await withClient(opcua, options, base, own, signal, async (connection) => {
    const endpoints = await connection.ask('list the endpoints', () => connection.client.getEndpoints());
    const { securityMode, securityPolicy } = securityOf(opcua, settings);
    const found = endpoints.find(
      (one) => one.securityMode === securityMode && one.securityPolicyUri === securityPolicy,
    );
    if (!found) throw new NotConnected(mismatchWords(settings, endpoints));
    await connection.close();
    return found.serverCertificate;
  });
  const { der, trust } = await judged(opcua, settings, shown);
  if (trust === 'unknown') {
    await rejectCertificate(settings.pki, der);
    throw new ServerNotTrusted(untrustedWords(settings, der), der);
  }
  if (trust === 'renewed')
    options.context.log.info({ link }, 'the server shows a renewed certificate, with the key that is trusted');
  return der;
}

/** What the server shows may be nothing, or no certificate; the folder may not be ours to read. */
async function judged(
  opcua: Opcua,
  settings: LinkSettings,
  shown: Buffer,
): Promise<{ readonly der: Buffer; readonly trust: Trust }> {
  try {
    // A chain begins with the certificate of the server itself.
    const [der = Buffer.alloc(0)] = opcua.crypto_utils.split_der(shown);
    return { der, trust: await trustOf(settings.pki, der) };
  } catch (cause) {
    const { code, message, path } = cause as NodeJS.ErrnoException;
    const isOfFile = code !== undefined && path !== undefined;
    throw new NotConnected(isOfFile ? unreadableWords(settings, message) : noCertificateWords(settings), { cause });
  }
}

function openSession(
  opcua: Opcua,
  options: ConnectOptions,
  clientOptions: OPCUAClientOptions,
  own: OwnCertificate,
  signal: AbortSignal,
): Promise<Connection> {
  return withClient(opcua, options, clientOptions, own, signal, async (connection) => {
    const { settings, context } = options;
    const { client } = connection;
    const { securityMode, securityPolicy } = securityOf(opcua, settings);
    if (!client.findEndpointForSecurity(securityMode as number, securityPolicy as never)) {
      const endpoints = await connection.ask('list the endpoints', () => client.getEndpoints());
      throw new NotConnected(mismatchWords(settings, endpoints));
    }
    if (options.left) await closeLeft(connection, options.left);
    const user = await userIdentity(settings.user, context.secret, opcua);
    const session = await connection.ask('open a session', () => client.createSession(user));
    connection.holds(session as OpcuaSession);
    return connection;
  });
}

/** Ends a session on a connection that is not its own, so that a server never holds two; one it has ended itself is no fault. */
async function closeLeft(connection: Connection, left: OpcuaSession): Promise<void> {
  try {
    await connection.ask('take over the session before', () => connection.client.reactivateSession(left));
    await connection.ask('close the session before', () => left.close(true));
  } catch (error) {
    if (error instanceof NotConnected) throw error;
  }
}

/** Connects a client and does something with it; what fails, or is aborted, leaves nothing open. */
async function withClient<T>(
  opcua: Opcua,
  options: ConnectOptions,
  clientOptions: OPCUAClientOptions,
  own: OwnCertificate,
  signal: AbortSignal,
  act: (connection: Connection) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { settings, context } = options;
  const client: OPCUAClient = opcua.OPCUAClient.create(clientOptions);
  const connection = new Connection(client, {
    endpoint: settings.endpoint,
    timeoutMs: settings.timeout,
    clock: context.clock,
  });
  const abort = (): void => connection.lose('the attempt was ended');
  signal.addEventListener('abort', abort, { once: true });
  try {
    await connection.ask('connect', () => client.connect(settings.endpoint));
    return await act(connection);
  } catch (error) {
    await connection.close();
    signal.throwIfAborted();
    throw await explained(error, connection.refusal, options, own, signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The library has one error for most that can go wrong: what a plain connection says is clearer. */
async function explained(
  error: unknown,
  refusal: number | undefined,
  { settings, context }: ConnectOptions,
  own: OwnCertificate,
  signal: AbortSignal,
): Promise<unknown> {
  const words = refusalWords(refusalStatus(error) ?? refusal, settings, own);
  if (words !== undefined) return new NotConnected(words, { cause: error });
  const { host, port } = endpointAddress(settings.endpoint);
  try {
    (await connectSocket(host, port, context.clock, signal)).destroy();
  } catch (unreachable) {
    return unreachable;
  }
  if (error instanceof NotConnected) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new NotConnected(`no connection to ${settings.endpoint}: ${message}`, { cause: error });
}
