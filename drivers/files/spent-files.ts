import { constants, copyFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { listFile } from './folder-list.js';
import type { LinkSettings } from './link-schema.js';

/** A file that was taken. */
export interface SpentFile {
  readonly name: string;
  readonly seen: string;
  readonly said: string;
  readonly isDamaged: boolean;
}

/**
 * Does with a taken file what the link says. One that was written again meanwhile stays for the next look; a damaged one
 * is not deleted, so that somebody can see what is wrong. Of two files of one name in the other folder both are kept.
 * Rejects when the file system refuses; then nothing is lost.
 */
export async function putAway({ folder, after }: LinkSettings, file: SpentFile): Promise<void> {
  if (after === 'keep' || (after === 'delete' && file.isDamaged)) return;
  const now = await listFile(folder, file.name);
  if (now?.seen !== file.seen) return;
  const path = join(folder, file.name);
  if (after !== 'delete') await copyBeside(path, after.moveTo, file);
  await unlink(path);
}

async function copyBeside(path: string, to: string, { name, said }: SpentFile): Promise<void> {
  try {
    await copyFile(path, join(to, name), constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await copyFile(path, join(to, `${name}.${said}`));
  }
}
