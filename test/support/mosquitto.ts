import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';

export interface Mosquitto {
  readonly port: number;
  /** Ends it in order and deletes its folder. */
  stop(): Promise<void>;
  /** kill -9; `restart` brings it back on the same port, with what it had retained only if it was saved. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface MosquittoOptions {
  /** User → password; without users everyone may connect. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an access list, for example `topic write sluice/#`. */
  readonly access?: readonly string[];
}

/** A real mosquitto of its own: scratch folder, free port. */
export async function startMosquitto({ users, access }: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'persistence false',
    `allow_anonymous ${users === undefined}`,
    'user root',
  ];
  if (users) {
    const file = join(folder, 'passwords');
    await writeFile(
      file,
      Object.entries(users)
        .map(([name, password]) => `${name}:${password}\n`)
        .join(''),
    );
    const hashing = spawn('mosquitto_passwd', ['-U', file], { stdio: 'ignore' });
    await once(hashing, 'exit');
    lines.push(`password_file ${file}`);
  }
  if (access) {
    const file = join(folder, 'access');
    await writeFile(file, `${access.join('\n')}\n`);
    lines.push(`acl_file ${file}`);
  }
  await writeFile(config, `${lines.join('\n')}\n`);
  let child = await launch(config, port);
  return {
    port,
    stop: async () => {
      await end(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      child = await launch(config, port);
    },
  };
}

async function launch(config: string, port: number): Promise<ChildProcess> {
  const child = spawn('mosquitto', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`mosquitto ended before it answered: ${said}`);
  });
  await Promise.race([ended, listening(port)]);
  ended.catch(() => undefined);
  return child;
}

/** Asked until it takes a connection: it tells nobody when it is up. */
async function listening(port: number): Promise<void> {
  const until = performance.now() + 10_000;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    if (performance.now() > until) throw new Error(`mosquitto on port ${port} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
