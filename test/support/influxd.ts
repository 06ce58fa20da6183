import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';

export interface Influxd {
  readonly url: string;
  /** Rows of a statement as objects, tags beside columns. `time` is in ns, so its last digits are rounded. */
  readonly query: (statement: string, database?: string) => Promise<Record<string, unknown>[]>;
  /** Ends it in order and deletes its folder. */
  stop(): Promise<void>;
  /** kill -9; `restart` brings it back on the same port with the same data. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface InfluxdOptions {
  readonly auth?: boolean;
  /** A free one unless given. */
  readonly port?: number;
  /** Largest request body taken, compressed. */
  readonly bodyBytesMax?: number;
}

const configuration = (folder: string, port: number, rpcPort: number, options: InfluxdOptions): string => `
reporting-enabled = false
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${folder}/meta"
logging-enabled = false
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
auth-enabled = ${options.auth ?? false}
max-body-size = ${options.bodyBytesMax ?? 25_000_000}
[logging]
level = "error"
suppress-logo = true
[monitor]
store-enabled = false
[subscriber]
enabled = false
[continuous_queries]
enabled = false
[shard-precreation]
enabled = false
`;

/** A real InfluxDB 1.x of its own: scratch folder, free port. */
export async function startInfluxd(options: InfluxdOptions = {}): Promise<Influxd> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-influxd-'));
  const [port, rpcPort] = [options.port ?? (await freePort()), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'influxd.conf');
  await writeFile(config, configuration(folder, port, rpcPort, options));
  let child = await launch(config, url);
  return {
    url,
    query: (statement, database) => query(url, statement, database),
    stop: async () => {
      await end(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      child = await launch(config, url);
    },
  };
}

async function launch(config: string, url: string): Promise<ChildProcess> {
  const child = spawn('influxd', ['-config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`influxd ended before it answered: ${said}`);
  });
  await Promise.race([ended, answering(url)]);
  ended.catch(() => undefined);
  return child;
}

/** The server tells nobody when it is up, so it is asked until it is. */
async function answering(url: string): Promise<void> {
  const until = performance.now() + 20_000;
  for (;;) {
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.status === 204) return;
    if (performance.now() > until) throw new Error(`influxd at ${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

interface QueryAnswer {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly columns: readonly string[];
      readonly values: readonly (readonly unknown[])[];
      readonly tags?: Readonly<Record<string, string>>;
    }[];
  }[];
}

async function query(url: string, statement: string, database = ''): Promise<Record<string, unknown>[]> {
  const body = new URLSearchParams({ q: statement, db: database, epoch: 'ns' });
  const answer = await fetch(`${url}/query`, { method: 'POST', body });
  const { results, error } = (await answer.json()) as QueryAnswer & { error?: string };
  const problem = error ?? results.find((result) => result.error)?.error;
  if (problem) throw new Error(`${statement}: ${problem}`);
  return results.flatMap(({ series }) =>
    (series ?? []).flatMap(({ columns, values, tags }) =>
      values.map((row) => ({ ...tags, ...Object.fromEntries(columns.map((column, n) => [column, row[n]])) })),
    ),
  );
}
