import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Disk, type DiskFile, nodeDisk } from '../../gateway/journal/index.js';

/**
 * The machine's own disk, which stalls when told to: every change asked of it while it does takes hold of a thread of
 * Node's pool and keeps it until the stall is over, by a read of a pipe nobody has written to, as the thread of a call
 * that a real disk does not answer is kept. Reads are answered, as the page cache would.
 */
export class StallingDisk implements Disk {
  readonly #pipe: FileHandle;
  #isStalled = false;
  #held = 0;
  #heldMost = 0;
  #heldInAll = 0;

  private constructor(pipe: FileHandle) {
    this.#pipe = pipe;
  }

  /** `path` is where its pipe is made. */
  static async make(path: string): Promise<StallingDisk> {
    const made = spawnSync('mkfifo', [path], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`no pipe at ${path}: ${made.stderr || made.error}`);
    // Open both ways, so that neither opening nor a read of nothing ends.
    return new StallingDisk(await open(path, 'r+'));
  }

  /** Calls that were held by stalls, and the most at one time. */
  get held(): { readonly inAll: number; readonly most: number } {
    return { inAll: this.#heldInAll, most: this.#heldMost };
  }

  stall(): void {
    this.#isStalled = true;
  }

  /** Lets go of every call held. Writes by itself: the pool may have no thread left. */
  release(): void {
    this.#isStalled = false;
    if (this.#held > 0) writeSync(this.#pipe.fd, Buffer.alloc(this.#held));
    this.#held = 0;
  }

  async close(): Promise<void> {
    await this.#pipe.close();
  }

  makeFolder = (path: string): Promise<void> => nodeDisk.makeFolder(path);
  list = (folder: string): Promise<string[]> => nodeDisk.list(folder);
  openToRead = (path: string): Promise<DiskFile> => nodeDisk.openToRead(path);
  freeBytes = (folder: string): Promise<number> => nodeDisk.freeBytes(folder);
  folderIdentity = (path: string): Promise<string> => nodeDisk.folderIdentity(path);
  lock = (folder: string): Promise<() => Promise<void>> => nodeDisk.lock(folder);
  create = async (path: string): Promise<DiskFile> => this.#file(await this.#after(() => nodeDisk.create(path)));
  open = async (path: string): Promise<DiskFile> => this.#file(await nodeDisk.open(path));
  rename = (from: string, to: string): Promise<void> => this.#after(() => nodeDisk.rename(from, to));
  remove = (path: string): Promise<void> => this.#after(() => nodeDisk.remove(path));
  copy = (from: string, to: string): Promise<void> => this.#after(() => nodeDisk.copy(from, to));
  syncFolder = (path: string): Promise<void> => this.#after(() => nodeDisk.syncFolder(path));

  #file(file: DiskFile): DiskFile {
    return {
      write: (bytes, position) => this.#after(() => file.write(bytes, position)),
      read: (into, position) => file.read(into, position),
      sync: () => this.#after(() => file.sync()),
      truncate: (size) => this.#after(() => file.truncate(size)),
      size: () => file.size(),
      identity: () => file.identity(),
      close: () => file.close(),
    };
  }

  async #after<T>(act: () => Promise<T>): Promise<T> {
    if (this.#isStalled) {
      this.#held += 1;
      this.#heldInAll += 1;
      this.#heldMost = Math.max(this.#heldMost, this.#held);
      await this.#pipe.read(Buffer.alloc(1), 0, 1, null);
    }
    return act();
  }
}
