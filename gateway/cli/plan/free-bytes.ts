import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

async function nearestFolder(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

/** Bytes a journal in this folder may take: what is free there, and what it has taken already. */
export async function freeBytesFor(folder: string): Promise<number | undefined> {
  const existing = await nearestFolder(resolve(folder));
  const free = await statfs(existing).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
  if (free === undefined) return undefined;
  let taken = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.endsWith('.seg'))
      taken += await stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return free + taken;
}
