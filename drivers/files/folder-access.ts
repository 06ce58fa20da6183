import { access, constants, stat } from 'node:fs/promises';
import { NotConnected } from '../../gateway/contract/index.js';
import type { LinkSettings } from './link-schema.js';

/** Rejects with `NotConnected` when the folder, or the one files are moved to, cannot be used as the link says. */
export async function checkFolders({ folder, after }: LinkSettings): Promise<void> {
  await checkFolder(folder, after === 'keep' ? 'read' : 'change');
  if (typeof after === 'object') await checkFolder(after.moveTo, 'change');
}

async function checkFolder(folder: string, purpose: 'read' | 'change'): Promise<void> {
  try {
    if (!(await stat(folder)).isDirectory()) throw new NotConnected(`${folder} is no folder`);
    const writing = purpose === 'change' ? constants.W_OK : 0;
    await access(folder, constants.R_OK | constants.X_OK | writing);
  } catch (cause) {
    throw cause instanceof NotConnected ? cause : folderTrouble(folder, purpose, cause);
  }
}

/** What the file system said of a folder, with what to check. */
export function folderTrouble(folder: string, purpose: 'read' | 'change', cause: unknown): NotConnected {
  const { code, message } = cause as NodeJS.ErrnoException;
  const hint =
    code === 'ENOENT'
      ? 'check its name, and that the share is mounted'
      : code === 'EACCES' || code === 'EPERM'
        ? `give this user leave to ${purpose} it`
        : 'check the share and the network to it';
  return new NotConnected(`cannot ${purpose} the folder ${folder} (${code ?? message}); ${hint}`, { cause });
}
