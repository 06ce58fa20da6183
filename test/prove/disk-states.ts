import type { DiskAct } from './disk-trace.js';

interface FileState {
  durable: Buffer;
  unsynced: { at: number; position: number; bytes: Buffer }[];
  createdAt: number;
  /** Index of the act that removed it; its name may still be there after a power cut. */
  removedAt: number | undefined;
}

/** A disk state a power cut may leave: file name → content. */
export type DiskState = Map<string, Buffer>;

const page = 4096;

function put(content: Buffer, position: number, bytes: Buffer): Buffer {
  const grown = Buffer.alloc(Math.max(content.length, position + bytes.length));
  content.copy(grown);
  bytes.copy(grown, position);
  return grown;
}

/** Follows a trace and says at any point what the disk may look like if power goes now. */
export class DiskStates {
  readonly #files = new Map<string, FileState>();
  #at = 0;
  #folderSyncedAt = -1;
  /** What the process has said is committed so far. */
  told = { samples: 0, alarms: 0 };

  apply(act: DiskAct): void {
    const at = this.#at++;
    switch (act.kind) {
      case 'create':
        this.#files.set(act.path, { durable: Buffer.alloc(0), unsynced: [], createdAt: at, removedAt: undefined });
        break;
      case 'write':
        this.#files.get(act.path)?.unsynced.push({ at, position: act.position, bytes: act.bytes });
        break;
      case 'sync':
        this.#sync(act.path, act.since);
        break;
      case 'sync-folder':
        this.#folderSyncedAt = act.since;
        break;
      case 'truncate': {
        const file = this.#files.get(act.path);
        if (file) file.durable = Buffer.from(file.durable.subarray(0, act.size));
        break;
      }
      case 'remove': {
        const file = this.#files.get(act.path);
        if (file) file.removedAt = at;
        break;
      }
      case 'told':
        this.told = { samples: act.samples, alarms: act.alarms };
        break;
    }
  }

  /** Any subset of the writes not yet synced, each whole, torn, or in pages; unsynced names there or not. */
  cut(random: () => number): DiskState {
    const state: DiskState = new Map();
    for (const [path, file] of this.#files) {
      const isNameSafe = file.createdAt < this.#folderSyncedAt;
      if (!isNameSafe && random() < 0.5) continue;
      if (file.removedAt !== undefined && (file.removedAt < this.#folderSyncedAt || random() < 0.5)) continue;
      let content = file.durable;
      for (const { position, bytes } of file.unsynced) content = this.#maybe(content, position, bytes, random);
      state.set(path, content);
    }
    return state;
  }

  #sync(path: string, since: number): void {
    const file = this.#files.get(path);
    if (!file) return;
    for (const { position, bytes } of file.unsynced.filter(({ at }) => at < since)) {
      file.durable = put(file.durable, position, bytes);
    }
    file.unsynced = file.unsynced.filter(({ at }) => at >= since);
  }

  #maybe(content: Buffer, position: number, bytes: Buffer, random: () => number): Buffer {
    const fate = random();
    if (fate < 0.3) return content;
    if (fate < 0.5) return put(content, position, bytes);
    if (fate < 0.7) return put(content, position, bytes.subarray(0, Math.floor(random() * bytes.length)));
    let result = content;
    for (let start = 0; start < bytes.length; ) {
      const end = Math.min(bytes.length, start + page - ((position + start) % page));
      if (random() < 0.5) result = put(result, position + start, bytes.subarray(start, end));
      start = end;
    }
    return result;
  }
}
