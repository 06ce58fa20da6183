import { type Disk, type DiskFile, FolderLocked, folderHolder, nodeDisk } from '../journal/index.js';

/** A file that opening a journal believes to have made: it lives in memory and goes with it. */
class MemoryFile implements DiskFile {
  #bytes = Buffer.alloc(0);

  write(bytes: Uint8Array, position: number): Promise<void> {
    const larger = Buffer.alloc(Math.max(this.#bytes.length, position + bytes.length));
    this.#bytes.copy(larger);
    larger.set(bytes, position);
    this.#bytes = larger;
    return Promise.resolve();
  }
  read(into: Uint8Array, position: number): Promise<number> {
    const found = this.#bytes.subarray(position, position + into.length);
    into.set(found);
    return Promise.resolve(found.length);
  }
  sync(): Promise<void> {
    return Promise.resolve();
  }
  truncate(size: number): Promise<void> {
    this.#bytes = this.#bytes.subarray(0, size);
    return Promise.resolve();
  }
  size(): Promise<number> {
    return Promise.resolve(this.#bytes.length);
  }
  identity(): Promise<string> {
    return Promise.resolve('memory');
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A file as it is; what would change it is left undone. */
async function unchanged(path: string): Promise<DiskFile> {
  const file = await nodeDisk.openToRead(path);
  return {
    read: (into, position) => file.read(into, position),
    size: () => file.size(),
    identity: () => file.identity(),
    close: () => file.close(),
    write: () => Promise.resolve(),
    sync: () => Promise.resolve(),
    truncate: () => Promise.resolve(),
  };
}

/**
 * The file system for looking at a gateway's journal: nothing on it changes, not even what a start would mend. A folder
 * in use is refused as ever (`FolderLocked`), but `beside` a running gateway; one that is not stays free for a gateway
 * that starts meanwhile.
 */
export function readOnlyDisk({ beside = false } = {}): Disk {
  const made = new Map<string, MemoryFile>();
  const open = (path: string): Promise<DiskFile> => {
    const file = made.get(path);
    return file ? Promise.resolve(file) : unchanged(path);
  };
  return {
    ...nodeDisk,
    open,
    openToRead: open,
    makeFolder: () => Promise.resolve(),
    create: (path) => {
      const file = new MemoryFile();
      made.set(path, file);
      return Promise.resolve(file);
    },
    rename: () => Promise.resolve(),
    remove: () => Promise.resolve(),
    copy: () => Promise.resolve(),
    syncFolder: () => Promise.resolve(),
    lock: async (folder) => {
      // Only looked at, never taken: many may read at once, and none keeps a gateway from starting.
      const holder = beside ? undefined : await folderHolder(folder);
      if (holder !== undefined) throw new FolderLocked(folder, holder);
      return () => Promise.resolve();
    },
  };
}
