import { stat } from 'node:fs/promises';
import type { LaneName } from '../contract/index.js';
import type { Account, Journal } from '../journal/index.js';
import type { Cli } from './cli.js';
import { Failure } from './failure.js';

/** Looking is no reason to limit anything: nothing is appended and nothing removed. */
const limits = {
  commitEveryMs: 1000,
  memoryBytesMax: 2 ** 20,
  bytesMax: Number.MAX_SAFE_INTEGER,
  freeBytesMin: 0,
  samplesAgeMaxMs: Number.MAX_SAFE_INTEGER,
  alarmsAgeMaxMs: Number.MAX_SAFE_INTEGER,
} as const;

export const hasJournal = async (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );

/**
 * Opens the journal of a stopped gateway to look at it; nothing in the folder changes. Ends the command when there is
 * none. Throws `FolderLocked` when a gateway is using it.
 */
export const openStopped = (cli: Cli, folder: string): Promise<Journal> => openKept(cli, folder, false);

/**
 * Opens a journal beside the gateway that writes it. Segments are only ever appended to, and what is half written is
 * found by its checksum, so what is read is right; the last seconds may be missing, and retention may take a segment
 * away meanwhile (ENOENT).
 */
export const openBeside = (cli: Cli, folder: string): Promise<Journal> => openKept(cli, folder, true);

async function openKept(cli: Cli, folder: string, beside: boolean): Promise<Journal> {
  if (!(await hasJournal(folder))) throw new Failure(cli.m.journal.none({ folder }));
  const [{ NewerFormat, openJournal }, { readOnlyDisk }, { silentLog: log }, { systemClock: clock }] =
    await Promise.all([
      import('../journal/index.js'),
      import('./read-only-disk.js'),
      import('../contract/index.js'),
      import('../runtime/index.js'),
    ]);
  try {
    return await openJournal({ folder, site: '', clock, log, disk: readOnlyDisk({ beside }), ...limits });
  } catch (error) {
    if (error instanceof NewerFormat) throw new Failure(cli.m.fault.newerFormat({ folder }));
    throw error;
  }
}

/** The epoch of a journal that is only looked at: a copy would begin a new one when a gateway started on it. */
export const keptEpoch = ({ identity, recovery }: Journal): string => recovery.newEpoch?.previous ?? identity.epoch;

/** What a sink did with a lane of such a journal; the entry of an epoch that did not begin is not counted. */
export function keptAccount(journal: Journal, sink: string, lane: LaneName): Account | undefined {
  const notBegun = lane === 'alarms' && journal.recovery.newEpoch ? 1 : 0;
  return journal.position(sink, lane)?.account(journal[lane].next - notBegun);
}
