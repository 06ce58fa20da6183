import type { DiskFile } from '../../gateway/journal/disk.js';
import { jsonPayload, recordAt } from '../../gateway/journal/record.js';
import type { SegmentHeader } from '../../gateway/journal/segment.js';
import { MemoryDisk } from '../support/memory-disk.js';
import type { DiskState } from './disk-states.js';

/** A rebuilt state posing as the very files it was recorded from, so that the journal's identity goes on. */
export class RecordedDisk extends MemoryDisk {
  readonly #folderIdentity: string;

  constructor(folder: string, folderIdentity: string, state: DiskState) {
    super();
    this.#folderIdentity = folderIdentity;
    for (const [name, content] of state) this.put(`${folder}/${name}`, content);
  }

  override folderIdentity(): Promise<string> {
    return Promise.resolve(this.#folderIdentity);
  }

  override async open(path: string): Promise<DiskFile> {
    const file = await super.open(path);
    const record = recordAt(this.content(path), 0);
    const header = typeof record === 'object' ? (jsonPayload(record.payload) as SegmentHeader) : undefined;
    return header ? { ...file, identity: () => Promise.resolve(header.file) } : file;
  }
}
