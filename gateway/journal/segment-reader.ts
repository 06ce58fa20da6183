import type { Disk, DiskFile } from './disk.js';
import { type FoundRecord, findRecord, isCounted, recordAt, recordHeaderBytes } from './record.js';
import type { SegmentFile } from './segment.js';

const chunkBytes = 256 * 1024;

/** Records read in order; offsets missing from `[from, next)` are damaged. */
export interface ReadResult {
  readonly records: readonly FoundRecord[];
  /** Where to go on. */
  readonly next: number;
}

/**
 * Reads one lane from its segments, in order; one a stream, because it keeps its place. The files may be appended to
 * meanwhile: nothing at or above `committed` is looked at.
 */
export class SegmentReader {
  readonly #disk: Disk;
  readonly #segments: () => readonly SegmentFile[];
  #file: DiskFile | undefined;
  #segment: SegmentFile | undefined;
  #buffer = Buffer.alloc(0);
  /** Position in the buffer, and of the buffer's end in the file. */
  #at = 0;
  #fileEnd = 0;
  #nextOffset = -1;

  constructor(disk: Disk, segments: () => readonly SegmentFile[]) {
    this.#disk = disk;
    this.#segments = segments;
  }

  /** Up to `recordsMax` counted records of `[from, committed)`, and about `bytesMax` of payload. */
  async read(from: number, committed: number, recordsMax: number, bytesMax: number): Promise<ReadResult> {
    if (from !== this.#nextOffset) await this.#seek(from);
    const records: FoundRecord[] = [];
    let next = from;
    let bytes = 0;
    while (records.length < recordsMax && bytes < bytesMax && next < committed) {
      const record = await this.#step();
      if (!record) {
        if (!(await this.#advance())) {
          next = committed;
          break;
        }
        continue;
      }
      if (!isCounted(record.kind) || record.offset < next) continue;
      if (record.offset >= committed) {
        // Not to be had yet: the next read begins with it.
        this.#at = record.end - recordHeaderBytes - record.payload.length;
        next = committed;
        break;
      }
      records.push(record);
      bytes += record.payload.length;
      next = record.offset + 1;
    }
    this.#nextOffset = next;
    return { records, next };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#segment = undefined;
    this.#nextOffset = -1;
  }

  /** The next whole record of the open segment, over damage; undefined at its end. */
  async #step(): Promise<FoundRecord | undefined> {
    if (!this.#file) return undefined;
    for (;;) {
      const record = recordAt(this.#buffer, this.#at);
      if (typeof record === 'object') {
        this.#at = record.end;
        return record;
      }
      if (await this.#fill()) continue;
      // Nothing more in the file: what does not parse here is damage, or the end.
      const found = findRecord(this.#buffer, this.#at + 1);
      if (found < 0) return undefined;
      this.#at = found;
    }
  }

  /** Reads on; false when the file has no more. Records given out before keep the old buffer. */
  async #fill(): Promise<boolean> {
    const more = Buffer.allocUnsafe(chunkBytes);
    const read = await (this.#file as DiskFile).read(more, this.#fileEnd);
    if (read === 0) return false;
    this.#buffer = Buffer.concat([this.#buffer.subarray(this.#at), more.subarray(0, read)]);
    this.#at = 0;
    this.#fileEnd += read;
    return true;
  }

  async #seek(from: number): Promise<void> {
    const segments = this.#segments();
    const segment = segments.findLast((one) => one.firstOffset <= from) ?? segments[0];
    await this.close();
    if (segment) await this.#openSegment(segment);
  }

  async #advance(): Promise<boolean> {
    const current = this.#segment;
    const segment = this.#segments().find((one) => !current || one.serial > current.serial);
    if (!segment) return false;
    await this.close();
    await this.#openSegment(segment);
    return true;
  }

  async #openSegment(segment: SegmentFile): Promise<void> {
    this.#file = await this.#disk.openToRead(segment.path);
    this.#segment = segment;
    this.#buffer = Buffer.alloc(0);
    this.#at = 0;
    this.#fileEnd = 0;
  }
}
