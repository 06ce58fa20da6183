import type { Disk, DiskFile } from '../../gateway/journal/disk.js';

/** A write the disk has not been asked to keep yet. */
interface Unsynced {
  readonly position: number;
  readonly bytes: Uint8Array;
}

class Node {
  static inodes = 0;
  readonly inode: number;
  /** What every reader sees. */
  content = Buffer.alloc(0);
  /** What a power cut leaves for certain. */
  durable = Buffer.alloc(0);
  unsynced: Unsynced[] = [];
  constructor() {
    Node.inodes += 1;
    this.inode = Node.inodes;
  }

  static put(content: Buffer, { position, bytes }: Unsynced): Buffer<ArrayBuffer> {
    const size = Math.max(content.length, position + bytes.length);
    const grown = Buffer.alloc(size);
    content.copy(grown);
    grown.set(bytes, position);
    return grown;
  }
}

/**
 * A disk in memory that knows what was synced. `killed()` is what a killed process leaves; `cut(random)` is one of the
 * states a power cut may leave: any subset of the unsynced writes, each also torn, and unsynced names gone.
 */
export class MemoryDisk implements Disk {
  #files = new Map<string, Node>();
  #durableNames = new Map<string, Node>();
  #folderInode = 1;
  /** Bytes the disk holds at most. */
  capacity = Number.POSITIVE_INFINITY;
  failSync: Error | undefined;
  /** Bytes of a file that no reading brings. */
  unreadable: { readonly path: string; readonly from: number; readonly to: number } | undefined;
  /** Awaited before each write and sync: a stalled disk. */
  stall: Promise<void> | undefined;

  get used(): number {
    return [...this.#files.values()].reduce((sum, { content }) => sum + content.length, 0);
  }

  content(path: string): Buffer {
    return (this.#files.get(path) as Node).content;
  }

  /** A file that is safely there. */
  put(path: string, content: Buffer): void {
    this.#adopt(path, new Node(), content);
  }

  setContent(path: string, content: Buffer): void {
    const node = this.#files.get(path) as Node;
    node.content = Buffer.from(content);
    node.durable = node.content;
  }

  get paths(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** As a process that was killed leaves it: everything written is there. */
  killed(): MemoryDisk {
    const copy = new MemoryDisk();
    for (const [path, node] of this.#files) copy.#adopt(path, node, node.content);
    copy.#folderInode = this.#folderInode;
    return copy;
  }

  /** One state a power cut may leave. `random` gives numbers in [0, 1). */
  cut(random: () => number): MemoryDisk {
    const copy = new MemoryDisk();
    copy.#folderInode = this.#folderInode;
    const names = random() < 0.5 ? this.#files : this.#durableNames;
    for (const [path, node] of names) {
      let content = node.durable;
      for (const write of node.unsynced) {
        const fate = random();
        if (fate < 0.4) continue;
        const bytes = fate < 0.7 ? write.bytes : write.bytes.subarray(0, Math.floor(random() * write.bytes.length));
        content = Node.put(content, { position: write.position, bytes });
      }
      copy.#adopt(path, node, content);
    }
    return copy;
  }

  /** The same files on another disk: other inodes. */
  copied(): MemoryDisk {
    const copy = this.killed();
    for (const [path, node] of copy.#files) copy.#adopt(path, new Node(), node.content);
    copy.#folderInode = this.#folderInode + 1000;
    return copy;
  }

  #adopt(path: string, original: Node, content: Buffer): void {
    const node = new Node();
    Object.defineProperty(node, 'inode', { value: original.inode });
    node.content = Buffer.from(content);
    node.durable = node.content;
    this.#files.set(path, node);
    this.#durableNames.set(path, node);
  }

  makeFolder(): Promise<void> {
    return Promise.resolve();
  }
  list(folder: string): Promise<string[]> {
    const inside = this.paths.filter((path) => path.startsWith(`${folder}/`));
    return Promise.resolve([...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] as string))]);
  }
  create(path: string): Promise<DiskFile> {
    const node = new Node();
    this.#files.set(path, node);
    return Promise.resolve(this.#handle(node));
  }
  open(path: string): Promise<DiskFile> {
    const node = this.#files.get(path);
    return node ? Promise.resolve(this.#handle(node)) : Promise.reject(new Error(`no ${path}`));
  }
  openToRead(path: string): Promise<DiskFile> {
    return this.open(path);
  }
  rename(from: string, to: string): Promise<void> {
    this.#files.set(to, this.#files.get(from) as Node);
    this.#files.delete(from);
    return Promise.resolve();
  }
  remove(path: string): Promise<void> {
    this.#files.delete(path);
    return Promise.resolve();
  }
  copy(from: string, to: string): Promise<void> {
    this.#adopt(to, new Node(), this.content(from));
    return Promise.resolve();
  }
  syncFolder(): Promise<void> {
    this.#durableNames = new Map(this.#files);
    return Promise.resolve();
  }
  freeBytes(): Promise<number> {
    return Promise.resolve(this.capacity - this.used);
  }
  folderIdentity(): Promise<string> {
    return Promise.resolve(`1:${this.#folderInode}`);
  }
  lock(): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve());
  }

  #handle(node: Node): DiskFile {
    return {
      write: async (bytes, position) => {
        await this.stall;
        const grows = Math.max(0, position + bytes.length - node.content.length);
        if (this.used + grows > this.capacity) {
          throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        }
        const write = { position, bytes: Uint8Array.from(bytes) };
        node.content = Node.put(node.content, write);
        node.unsynced.push(write);
      },
      read: (into, position) => {
        const bad = this.unreadable;
        const isHit =
          bad && this.#files.get(bad.path) === node && position < bad.to && position + into.length > bad.from;
        if (isHit) return Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }));
        return Promise.resolve(node.content.copy(into, 0, position));
      },
      sync: async () => {
        await this.stall;
        if (this.failSync) {
          const error = this.failSync;
          this.failSync = undefined;
          throw error;
        }
        node.durable = node.content;
        node.unsynced = [];
      },
      truncate: (size) => {
        node.content = Buffer.from(node.content.subarray(0, size));
        node.durable = node.content;
        return Promise.resolve();
      },
      size: () => Promise.resolve(node.content.length),
      identity: () => Promise.resolve(`1:${node.inode}`),
      close: () => Promise.resolve(),
    };
  }
}
