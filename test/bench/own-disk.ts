import { spawnSync } from 'node:child_process';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file system of its own, so that what the kernel says of its disk is of nobody else. */
export interface OwnDisk {
  readonly folder: string;
  /** Bytes the block layer has written to it so far, with what the file system adds of its own. */
  bytesWritten(): Promise<number>;
  remove(): void;
}

const sizeBytes = 4 * 2 ** 30;
const sectorBytes = 512;

const run = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** An ext4 in a file, over a loop device; undefined where only root may have one. */
export async function makeOwnDisk(scratch: string): Promise<OwnDisk | undefined> {
  const [image, folder] = [join(scratch, 'disk.ext4'), join(scratch, 'disk')];
  await writeFile(image, '');
  await truncate(image, sizeBytes);
  await mkdir(folder);
  // Nothing is left for the kernel to initialise in the background: it would be counted.
  const isMounted =
    run('mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image) &&
    run('mount', '-o', 'loop,noatime', image, folder);
  if (!isMounted) return undefined;
  const device = new RegExp(`^/dev/(\\S+) ${folder} `, 'm').exec(await readFile('/proc/mounts', 'utf8'))?.[1];
  return {
    folder,
    bytesWritten: async () => {
      const fields = (await readFile(`/sys/block/${device}/stat`, 'utf8')).trim().split(/ +/).map(Number);
      return (fields[6] as number) * sectorBytes;
    },
    remove: () => void run('umount', folder),
  };
}
