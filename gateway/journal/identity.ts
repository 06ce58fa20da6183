import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import type { EpochEntry } from '../contract/index.js';

/** What tells this box from a copy of it. */
export interface BoxIdentity {
  /** systemd's machine id, else the host name. */
  readonly machine: string;
  /** Device and inode of the journal's folder, a space, and its path. */
  readonly folder: string;
}

/** The two parts of a folder as a box identity names it. */
function partsOf(folder: string): { readonly inode: string; readonly path: string } {
  const at = folder.indexOf(' ');
  return at < 0 ? { inode: folder, path: '' } : { inode: folder.slice(0, at), path: folder.slice(at + 1) };
}

/** Another folder is taken for a backup where the journal stood, and for a copy anywhere else. */
function folderReason(last: string, now: string): EpochEntry['reason'] | undefined {
  const [before, found] = [partsOf(last), partsOf(now)];
  if (before.inode === found.inode) return undefined;
  return before.path !== '' && before.path === found.path ? 'restored' : 'cloned';
}

export async function machineId(): Promise<string> {
  const id = await readFile('/etc/machine-id', 'utf8').catch(() => '');
  return id.trim() || `host:${hostname()}`;
}

/** The account that runs this process; behind `sudo` also who asked for it: `root (li)`. */
export function startedBy(): string {
  const asked = process.env['SUDO_USER'];
  const account = accountName();
  return asked === undefined || asked === account ? account : `${account} (${asked})`;
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no file names.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** A new name for a journal: 96 random bits. */
export const newEpoch = (): string => randomBytes(12).toString('hex');

/** What recovery knows when it must decide whether this journal is still the one it was. */
export interface EpochFacts {
  readonly last: EpochEntry | null;
  readonly box: BoxIdentity;
  /** The file of the newest alarms segment as its header names it, and as it is. */
  readonly file: { readonly written: string; readonly found: string } | undefined;
  /** `sluice restore` left its mark. */
  readonly wasRestored: boolean;
  /** Sequences or offsets cannot be gone on with: something that left the box is no longer in the journal. */
  readonly isUnreadable: boolean;
}

/** Why a new epoch must begin; undefined when the old one goes on. */
export function epochReason(facts: EpochFacts): EpochEntry['reason'] | undefined {
  if (!facts.last) return facts.isUnreadable ? 'unreadable' : 'created';
  if (facts.wasRestored) return 'restored';
  if (facts.last.machine !== facts.box.machine) return 'cloned';
  const moved = folderReason(facts.last.folder, facts.box.folder);
  if (moved) return moved;
  if (facts.file && facts.file.written !== facts.file.found) return 'restored';
  return facts.isUnreadable ? 'unreadable' : undefined;
}
