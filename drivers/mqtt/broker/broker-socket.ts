import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { type Clock, NotConnected } from '../../../gateway/contract/index.js';
import { connectSocket } from '../../streams/index.js';
import { type BrokerAddress, formatBrokerAddress } from './broker-address.js';
import type { BrokerSecrets } from './broker-secrets.js';

const handshakeTimeoutMs = 10_000;

/** A connected socket to the broker, its certificate proven where TLS is asked for. Rejects with `NotConnected`. */
export async function openBrokerSocket(
  broker: BrokerAddress,
  { ca, cert, key }: BrokerSecrets,
  clock: Clock,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = await connectSocket(broker.host, broker.port, clock, signal);
  if (!broker.isSecure) return socket;
  const servername = isIP(broker.host) === 0 ? { servername: broker.host } : {};
  const secure = connect({
    socket,
    host: broker.host,
    ...servername,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  });
  try {
    await handshake(secure, broker, clock, signal);
    return secure;
  } catch (error) {
    secure.destroy();
    socket.destroy();
    throw error;
  }
}

async function handshake(socket: TLSSocket, broker: BrokerAddress, clock: Clock, signal: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const where = formatBrokerAddress(broker);
  const shaken = new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    // A socket that fails later fails here too: an error event without a listener would end the process.
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      reject(new NotConnected(`no TLS with ${where}: ${cause.message}; ${hintFor(cause.code)}`, { cause }));
    });
    socket.once('close', () => {
      reject(new NotConnected(`no TLS with ${where}: the broker closed; ${hintFor(undefined)}`));
    });
  });
  shaken.catch(() => undefined);
  const givenUp = clock.wait(handshakeTimeoutMs, AbortSignal.any([signal, settled.signal])).then(() => {
    if (settled.signal.aborted) return;
    signal.throwIfAborted();
    throw new NotConnected(`no TLS with ${where}: no answer within ${handshakeTimeoutMs} ms; ${hintFor(undefined)}`);
  });
  try {
    await Promise.race([shaken, givenUp]);
  } finally {
    settled.abort();
  }
}

/** What to check for the errors of OpenSSL and Node that somebody can do something about. */
const hints: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'give its certificate as `ca`',
  SELF_SIGNED_CERT_IN_CHAIN: 'give the certificate authority that signed its certificate as `ca`',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'give the certificate authority that signed its certificate as `ca`',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'give the certificate authority that signed its certificate as `ca`',
  ERR_TLS_CERT_ALTNAME_INVALID: 'write the broker under a name that stands in its certificate',
  CERT_HAS_EXPIRED: 'check the clock of this box, then the certificate of the broker',
  CERT_NOT_YET_VALID: 'check the clock of this box, then the certificate of the broker',
};

const hintFor = (code: string | undefined): string =>
  hints[code ?? ''] ?? 'check that the broker speaks TLS on this port, and whether it asks for `cert` and `key`';
