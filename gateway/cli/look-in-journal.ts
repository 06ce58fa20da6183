import type { SiteConfig } from '../../config/index.js';
import type { Journal } from '../journal/index.js';
import type { Cli } from './cli.js';
import { Failure } from './failure.js';
import { requireSite, siteFileOf } from './site-file.js';
import { openBeside, openStopped } from './stopped-journal.js';
import { lastSite } from './stored-site.js';

export interface JournalOptions {
  readonly site?: string;
  /** Journal folder, in place of the site file's. */
  readonly folder?: string;
}

/** A journal that is only looked at. */
export interface Look {
  readonly journal: Journal;
  /** The site of the file named, else as it was applied last; undefined when neither is there. */
  readonly site: SiteConfig | undefined;
  /** A gateway goes on writing it: its last seconds may not be there yet. */
  readonly isGrowing: boolean;
}

async function open(cli: Cli, folder: string): Promise<Pick<Look, 'journal' | 'isGrowing'>> {
  const { FolderLocked } = await import('../journal/index.js');
  try {
    return { journal: await openStopped(cli, folder), isGrowing: false };
  } catch (error) {
    if (!(error instanceof FolderLocked)) throw error;
    return { journal: await openBeside(cli, folder), isGrowing: true };
  }
}

/**
 * Opens the journal of a site, or of a folder, to read it whole: also beside a running gateway, which is neither asked nor
 * disturbed. Closed when `use` is done.
 */
export async function lookInJournal<Result>(
  cli: Cli,
  options: JournalOptions,
  use: (look: Look) => Promise<Result>,
): Promise<Result> {
  const file = options.folder === undefined ? siteFileOf(cli, options.site) : options.site;
  const given = file === undefined ? undefined : await requireSite(cli, file);
  const folder = options.folder ?? given?.journal.folder;
  if (folder === undefined) throw new Failure(cli.m.usage.noSite(), 'wrong');
  return whole(cli, folder, async () => {
    const { journal, isGrowing } = await open(cli, folder);
    try {
      return await use({ journal, isGrowing, site: given ?? (await lastSite(journal)) });
    } finally {
      await journal.close();
    }
  });
}

/** Retention may take a segment away while it is to be read: then the command has to be given again. */
async function whole<Result>(cli: Cli, folder: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new Failure(cli.m.journal.segmentGone({ folder }), 'failed', { cause });
  }
}
