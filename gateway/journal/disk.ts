import { constants } from 'node:fs';
import { copyFile, type FileHandle, mkdir, open, readdir, rename, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from './lock.js';

/** One open file. Writes and reads are at explicit positions, so that a failed write can be made again in place. */
export interface DiskFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Reads up to `into.length` bytes; resolves to how many there were. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Resolves when everything written so far survives a power cut. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  size(): Promise<number>;
  /** Tells this very file from a copy of it. */
  identity(): Promise<string>;
  close(): Promise<void>;
}

/** The file system as the journal uses it: a seam, so that tests can stall, fill and tear it. */
export interface Disk {
  makeFolder(path: string): Promise<void>;
  list(folder: string): Promise<string[]>;
  create(path: string): Promise<DiskFile>;
  open(path: string): Promise<DiskFile>;
  openToRead(path: string): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /** Makes creations, renames and removals in a folder survive a power cut. */
  syncFolder(path: string): Promise<void>;
  freeBytes(folder: string): Promise<number>;
  folderIdentity(path: string): Promise<string>;
  /** Keeps every other process off a folder; resolves to what gives it back. Throws `FolderLocked`. */
  lock(folder: string): Promise<() => Promise<void>>;
}

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;
  constructor(handle: FileHandle) {
    this.#handle = handle;
  }
  async write(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }
  async read(into: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const { bytesRead } = await this.#handle.read(into, done, into.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  }
  sync(): Promise<void> {
    return this.#handle.datasync();
  }
  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size);
  }
  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }
  async identity(): Promise<string> {
    // ext4 gives the inode of a deleted file to the next one: a backup put back in place is told by its birth alone.
    const { dev, ino, birthtimeNs } = await this.#handle.stat({ bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  }
  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The machine's own file system. Nothing here blocks the event loop: a stalled disk stalls the journal alone. */
export const nodeDisk: Disk = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o750 });
  },
  async list(folder) {
    return (await readdir(folder)).sort();
  },
  async create(path) {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC;
    return new NodeFile(await open(path, flags, 0o640));
  },
  async open(path) {
    return new NodeFile(await open(path, constants.O_RDWR));
  },
  async openToRead(path) {
    return new NodeFile(await open(path, constants.O_RDONLY));
  },
  rename,
  async remove(path) {
    await unlink(path);
  },
  async copy(from, to) {
    await copyFile(from, to);
  },
  async syncFolder(path) {
    const handle = await open(path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  async folderIdentity(path) {
    const { dev, ino } = await stat(join(path, '.'), { bigint: true });
    return `${dev}:${ino}`;
  },
  lock: lockFolder,
};
