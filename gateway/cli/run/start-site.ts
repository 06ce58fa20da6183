import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { SiteConfig } from '../../../config/index.js';
import type { Broker, Console, Users } from '../../console/index.js';
import type { Json, Log } from '../../contract/index.js';
import type { Gateway } from '../../runtime/index.js';
import { explainValue } from '../explain.js';
import { brokerOptions, signInOwn } from './embedded-broker.js';

/** A site that runs: the gateway, its status page, and its broker where it has one. */
export interface RunningSite {
  readonly gateway: Gateway;
  /** Where the status page is. */
  readonly url: string;
  readonly brokerUrl: string | undefined;
  readonly users: Users;
  /** Ends everything; what is journaled stays, and waits for its sinks. */
  stop(reason: string): Promise<void>;
}

/** Users and their tokens' hashes, beside the journal: they belong to this box. */
export const usersFileOf = ({ journal }: Pick<SiteConfig, 'journal'>): string => join(journal.folder, 'users.json');

/** Throws `PortTaken`, before anything is opened that would have to be closed again. */
export async function needPort(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen({ host, port }), 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    const { PortTaken } = await import('../../console/index.js');
    throw new PortTaken(host, port, { cause });
  }
  server.close();
  await once(server, 'close');
}

/**
 * Starts a checked site. Throws `PortTaken`, `FolderLocked`, `NewerFormat`, or what the system refused; nothing is left
 * running then.
 */
export async function startSite(site: SiteConfig, log: Log, version: string): Promise<RunningSite> {
  const started: (() => Promise<void>)[] = [];
  try {
    return await startParts(site, log, version, started);
  } catch (error) {
    for (const stop of started.toReversed()) await stop();
    throw error;
  }
}

async function startParts(
  site: SiteConfig,
  log: Log,
  version: string,
  started: (() => Promise<void>)[],
): Promise<RunningSite> {
  const [
    { createConsole, startBroker, Users },
    { Gateway, GatewayActs, GatewayView, resolveSecret, systemClock: clock },
    { registries },
  ] = await Promise.all([
    import('../../console/index.js'),
    import('../../runtime/index.js'),
    import('../../../config/index.js'),
  ]);
  await needPort(site.http.host, site.http.port);
  const users = new Users(usersFileOf(site), log);
  let broker: Broker | undefined;
  if (site.broker) {
    broker = await startBroker({ ...brokerOptions(site.broker, resolveSecret), users, clock, log });
    started.push(() => (broker as Broker).close());
  }
  const signIn = (one: SiteConfig): SiteConfig =>
    broker && site.broker ? signInOwn(one, site.broker, broker.publisher) : one;
  const gateway = await Gateway.start({ site, registries, clock, log, version, signIn });
  let stopReason = 'start failed';
  started.push(() => gateway.stop(stopReason));
  const explain = async (device: string, tag: string, time: number | undefined): Promise<Json | undefined> =>
    (await explainValue(gateway.journal, device, tag, time)) as Json | undefined;
  const page: Console = await createConsole(new GatewayView(gateway), new GatewayActs(gateway), {
    ...site.http,
    users,
    clock,
    log,
    explain,
  });
  return {
    gateway,
    url: page.url,
    brokerUrl: broker?.url,
    users,
    stop: async (reason) => {
      stopReason = reason;
      await page.close();
      await gateway.stop(reason);
      await broker?.close();
    },
  };
}
