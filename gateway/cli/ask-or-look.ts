import type { SiteConfig } from '../../config/index.js';
import type { Journal } from '../journal/index.js';
import type { Cli } from './cli.js';
import { Failure } from './failure.js';
import { type GatewayClient, NotRunning } from './gateway-client.js';
import { type TargetOptions, targetOf } from './options.js';
import { hasJournal, openStopped } from './stopped-journal.js';

export interface LookOptions extends TargetOptions {
  /** Journal folder of a stopped gateway. */
  readonly folder?: string;
}

interface Ways<Answer> {
  /** How a running gateway is asked. */
  readonly ask: (client: GatewayClient, site: SiteConfig | undefined) => Promise<Answer>;
  /** How the answer is found in a stopped one's journal. */
  readonly look: (journal: Journal, site: SiteConfig | undefined) => Promise<Answer>;
}

async function lookInto<Answer>(
  cli: Cli,
  folder: string,
  look: (journal: Journal) => Promise<Answer>,
): Promise<Answer> {
  const journal = await openStopped(cli, folder);
  try {
    return await look(journal);
  } finally {
    await journal.close();
  }
}

/** Asks the running gateway; where none runs, looks into the journal its site file names. `--folder` looks at once. */
export async function askOrLook<Answer>(cli: Cli, options: LookOptions, { ask, look }: Ways<Answer>): Promise<Answer> {
  const { FolderLocked } = await import('../journal/index.js');
  const { folder, ...target } = options;
  if (folder !== undefined) {
    return lookInto(cli, folder, (journal) => look(journal, undefined)).catch((error: unknown) => {
      throw error instanceof FolderLocked ? new Failure(cli.m.journal.inUse({ folder, pid: error.pid })) : error;
    });
  }
  const { client, site } = await targetOf(cli, target);
  try {
    return await ask(client, site);
  } catch (error) {
    if (!(error instanceof NotRunning) || !site || !(await hasJournal(site.journal.folder))) throw error;
  }
  const own = site.journal.folder;
  return lookInto(cli, own, (journal) => look(journal, site)).catch((error: unknown) => {
    if (!(error instanceof FolderLocked)) throw error;
    throw new Failure(cli.m.journal.silent({ folder: own, pid: error.pid, url: client.url }));
  });
}
