import { readFileSync } from 'node:fs';
import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A second gateway on one journal folder would ruin both: it is refused. */
export class FolderLocked extends Error {
  override readonly name = 'FolderLocked';
  readonly pid: number;
  constructor(folder: string, pid: number) {
    super(`${folder} is in use by process ${pid}. Stop that gateway first, or give this one a folder of its own.`);
    this.pid = pid;
  }
}

/** When a process began, in clock ticks since boot, with the boot's id: a pid used again differs in it. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${ticks} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  } catch {
    return undefined;
  }
}

const inodeOf = (path: string): Promise<string> =>
  stat(path).then(
    ({ ino }) => String(ino),
    () => '',
  );

/** A lock names its own inode: one that was copied with its folder holds nobody off. */
async function holderOf(path: string): Promise<number | undefined> {
  const [pid, start, inode] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const number = Number(pid);
  if (!(number > 0) || startOf(number) !== start) return undefined;
  return (await inodeOf(path)) === inode ? number : undefined;
}

/** The process that holds a folder now; undefined when none does. Takes nothing itself. */
export const folderHolder = (folder: string): Promise<number | undefined> => holderOf(join(folder, 'lock'));

/** Takes the lock of a folder; resolves to what gives it back. A lock left by a dead process is taken over. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const own = `${path}.${process.pid}`;
  const holder = await holderOf(path);
  if (holder !== undefined) throw new FolderLocked(folder, holder);
  const file = await open(own, 'w', 0o640);
  await file.write(`${process.pid}\n${startOf(process.pid) ?? ''}\n${await inodeOf(own)}\n`);
  await file.close();
  await rename(own, path);
  const winner = await holderOf(path);
  if (winner !== undefined && winner !== process.pid) throw new FolderLocked(folder, winner);
  return async () => {
    if ((await holderOf(path)) === process.pid) await unlink(path).catch(() => undefined);
  };
}
