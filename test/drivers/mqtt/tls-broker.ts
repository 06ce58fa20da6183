import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { scratchFolder } from '../../support/scratch.js';

export interface TlsBroker {
  readonly port: number;
  /** Paths of the authority, and of a client's certificate and key. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  publish(topic: string, message: string): Promise<void>;
  stop(): Promise<void>;
}

/** A mosquitto over TLS under the name `localhost` that asks its clients for a certificate. */
export async function startTlsBroker(): Promise<TlsBroker> {
  const { folder, remove } = await scratchFolder();
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test authority',
  );
  for (const [name, extension] of [
    ['server', 'subjectAltName=DNS:localhost'],
    ['client', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    const subject = name === 'server' ? '/CN=localhost' : '/CN=box';
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
    await writeFile(path(`${name}.ext`), `${extension}\n`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`];
    openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`, '-days', '2');
  }
  const port = await freePort();
  const lines = [
    `listener ${port} 127.0.0.1`,
    `cafile ${path('ca.pem')}`,
    `certfile ${path('server.pem')}`,
    `keyfile ${path('server.key')}`,
    'require_certificate true',
    'allow_anonymous true',
    'user root',
  ];
  await writeFile(path('mosquitto.conf'), `${lines.join('\n')}\n`);
  const child = spawn('mosquitto', ['-c', path('mosquitto.conf')], { stdio: 'ignore' });
  await listening(port);
  return {
    port,
    ca: path('ca.pem'),
    cert: path('client.pem'),
    key: path('client.key'),
    publish: async (topic, message) => {
      const files = ['--cafile', path('ca.pem'), '--cert', path('client.pem'), '--key', path('client.key')];
      const args = ['-h', 'localhost', '-p', String(port), '-q', '1', '-t', topic, '-m', message, ...files];
      const publishing = spawn('mosquitto_pub', args, { stdio: 'inherit' });
      const [code] = (await once(publishing, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await remove();
    },
  };
}

/** Asked until it takes a connection: it tells nobody when it is up. */
async function listening(port: number): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`mosquitto on port ${port} does not answer`);
}
