import { type Log, silentLog } from '../contract/index.js';
import { poolServer } from './server.js';
import { PoolStore } from './pool-store.js';

export interface PoolOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the events are stored; created when it does not exist. */
  readonly folder: string;
  /** Bearer tokens that may use it; without any it is open to everyone who reaches the address. */
  readonly tokens?: readonly string[];
  /** Told when the pool itself fails. */
  readonly log?: Log;
}

export interface RunningPool {
  readonly url: string;
  /** Ends connections and closes the files. */
  stop(): Promise<void>;
}

/**
 * Starts the reference pool: takes batches of CloudEvents over HTTP, holds each event once, and tells what is missing.
 * Rejects when the folder cannot be read or the address is taken.
 */
export async function startPool({ host, port, folder, tokens, log = silentLog }: PoolOptions): Promise<RunningPool> {
  const store = await PoolStore.open(folder);
  const server = poolServer(store, tokens, log);
  try {
    const url = await server.listen({ host, port });
    return {
      url,
      stop: async () => {
        await server.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
