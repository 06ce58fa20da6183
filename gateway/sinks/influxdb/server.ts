import type { Agent } from 'node:http';
import type { InfluxDB } from 'influx';
import type { Log } from '../../contract/index.js';
import type { InfluxdbConfig } from './config.js';

/** A server that does not answer is our host's to judge: no retries, no host taken out of service, no timer kept. */
const noBackoff = { getDelay: () => 0, next: () => noBackoff, reset: () => noBackoff };

/** A 1.x server's statements, by the `influx` client: is it there, and has it our database and retention policy. */
export class InfluxServer {
  readonly #client: InfluxDB;
  readonly #config: InfluxdbConfig;
  readonly #log: Log;

  private constructor(client: InfluxDB, config: InfluxdbConfig, log: Log) {
    this.#client = client;
    this.#config = config;
    this.#log = log;
  }

  static async create(
    config: InfluxdbConfig,
    password: string | undefined,
    agent: Agent,
    log: Log,
  ): Promise<InfluxServer> {
    const { InfluxDB } = await import('influx');
    const { protocol, hostname, port, pathname } = new URL(config.url);
    const scheme = protocol === 'https:' ? 'https' : 'http';
    const client = new InfluxDB({
      hosts: [
        {
          host: hostname,
          port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port),
          protocol: scheme,
          path: pathname,
          options: { agent },
        },
      ],
      ...(config.user !== undefined && { username: config.user }),
      ...(password !== undefined && { password }),
      database: config.database,
      pool: { maxRetries: 0, requestTimeout: config.timeout, backoff: noBackoff },
    });
    return new InfluxServer(client, config, log);
  }

  /** Resolves when the server answers and the place to write to exists. */
  async prepare(signal: AbortSignal): Promise<void> {
    const { url, timeout } = this.#config;
    const [pong] = await unlessAborted(this.#client.ping(timeout), signal);
    if (!pong?.online) throw new Error(`InfluxDB at ${url} does not answer; check that it runs and the address`);
    try {
      await unlessAborted(this.#ensureDatabase(), signal);
    } catch (error) {
      throw signal.aborted ? error : this.#explained(error);
    }
  }

  async #ensureDatabase(): Promise<void> {
    const { database, retention } = this.#config;
    const names = await this.#client.getDatabaseNames();
    if (!names.includes(database)) await this.#client.createDatabase(database);
    if (!retention) return;
    const policies = await this.#client.showRetentionPolicies(database);
    if (policies.some(({ name }) => name === retention.name)) return;
    await this.#client.createRetentionPolicy(retention.name, {
      database,
      duration: `${Math.ceil(retention.keep / 1000)}s`,
      replication: 1,
      isDefault: true,
    });
    this.#log.info({ database, policy: retention.name, keepMs: retention.keep }, 'retention policy created');
  }

  #explained(error: unknown): Error {
    const { url, database, user } = this.#config;
    const words = error instanceof Error ? error.message : String(error);
    const who = user === undefined ? 'without a user' : `as user ${user}`;
    return new Error(`InfluxDB at ${url}, database ${database}, ${who}: ${words}`, { cause: error });
  }
}

/** The client library has no signal on all its calls; what it still receives afterwards is thrown away. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
