import type { Disk, DiskFile } from './disk.js';
import { type FoundRecord, findCandidate, findRecord, isCounted, recordAt, recordHeaderBytes } from './record.js';
import { type Damage, readOver, type SegmentFile } from './segment.js';

const chunkBytes = 256 * 1024;

/** Records read in order; offsets missing from `[from, next)` are damaged. */
export interface ReadResult {
  readonly records: readonly FoundRecord[];
  /** Where to go on. */
  readonly next: number;
}

/** What a reader meets beside counted records. */
export interface ReaderEvents {
  readonly onBookkeeping: (record: FoundRecord) => void;
  /** Bytes of a segment that hold no whole record though they should. Told again when they are read again. */
  readonly onDamage: (segment: SegmentFile, damage: Damage) => void;
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
  /** First offset of the segment behind this one. */
  #follower = Number.POSITIVE_INFINITY;
  /** Where the bytes that are being skipped begin in the file. */
  #damagedFrom: number | undefined;
  readonly #events: ReaderEvents;

  constructor(disk: Disk, segments: () => readonly SegmentFile[], events: ReaderEvents) {
    this.#disk = disk;
    this.#segments = segments;
    this.#events = events;
  }

  /** Up to `recordsMax` counted records of `[from, committed)`, and about `bytesMax` of payload. */
  async read(from: number, committed: number, recordsMax: number, bytesMax: number): Promise<ReadResult> {
    if (from !== this.#nextOffset) await this.#seek(from);
    // Until this reading has come to its end, the place is not known.
    this.#nextOffset = -1;
    const records: FoundRecord[] = [];
    let next = from;
    let bytes = 0;
    while (records.length < recordsMax && bytes < bytesMax && next < committed) {
      const record = await this.#step();
      if (!record) {
        this.#tellShort(next);
        if (!(await this.#advance())) {
          next = committed;
          break;
        }
        continue;
      }
      if (!isCounted(record.kind)) this.#events.onBookkeeping(record);
      if (!isCounted(record.kind) || record.offset < next) continue;
      if (record.offset >= this.#follower) {
        // Written again into the next segment after a failed sync: that is what counts.
        await this.#advance();
        continue;
      }
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
        if (this.#damagedFrom !== undefined) this.#tell(this.#damagedFrom, this.#position);
        this.#damagedFrom = undefined;
        this.#at = record.end;
        return record;
      }
      if (record === 'short' && (await this.#fill())) continue;
      // At the end of the file what is short may also be a spoilt length: then a whole record follows somewhere.
      const next =
        record === 'bad' ? findCandidate(this.#buffer, this.#at + 1) : findRecord(this.#buffer, this.#at + 1);
      if (next < 0) return undefined;
      this.#damagedFrom ??= this.#position;
      this.#at = next;
    }
  }

  /** Where in the file the next record should begin. */
  get #position(): number {
    return this.#fileEnd - this.#buffer.length + this.#at;
  }

  #tell(from: number, to: number): void {
    if (this.#segment) this.#events.onDamage(this.#segment, { from, to });
  }

  /** A segment that another one follows has to hold everything up to there. */
  #tellShort(next: number): void {
    const segment = this.#segment;
    if (segment && next < segment.endOffset && segment !== this.#segments().at(-1))
      this.#tell(this.#damagedFrom ?? this.#position, this.#fileEnd);
  }

  /** Reads on; false when the file has no more. Records given out before keep the old buffer. */
  async #fill(): Promise<boolean> {
    const rest = this.#buffer.subarray(this.#at);
    // As much again as there is already: a long record takes few readings.
    const more = Buffer.allocUnsafe(Math.max(chunkBytes, rest.length));
    const { read, unreadable, error } = await readOver(this.#file as DiskFile, more, this.#fileEnd);
    if (read === 0) return false;
    // Nothing of it can be read: the disk is in trouble, and what stands there may still be good.
    if (error && unreadable.reduce((sum, { from, to }) => sum + to - from, 0) === read) throw error;
    this.#buffer = Buffer.concat([rest, more.subarray(0, read)]);
    this.#at = 0;
    this.#fileEnd += read;
    return true;
  }

  async #seek(from: number): Promise<void> {
    const isOpen = await this.#open((segments) => segments.findLast((one) => one.firstOffset <= from) ?? segments[0]);
    if (!isOpen) await this.close();
  }

  #advance(): Promise<boolean> {
    const current = this.#segment;
    return this.#open((segments) => segments.find((one) => !current || one.serial > current.serial));
  }

  /** False when there is none to open: then the place is kept. One that retention removes meanwhile is passed over. */
  async #open(choose: (segments: readonly SegmentFile[]) => SegmentFile | undefined): Promise<boolean> {
    for (;;) {
      const segment = choose(this.#segments());
      if (!segment) return false;
      try {
        await this.#openSegment(segment);
        return true;
      } catch (error) {
        const isRemoved = (error as NodeJS.ErrnoException).code === 'ENOENT' && !this.#segments().includes(segment);
        if (!isRemoved) throw error;
      }
    }
  }

  async #openSegment(segment: SegmentFile): Promise<void> {
    const file = await this.#disk.openToRead(segment.path);
    await this.#file?.close();
    this.#file = file;
    this.#segment = segment;
    this.#follower =
      this.#segments().find(({ serial }) => serial > segment.serial)?.firstOffset ?? Number.POSITIVE_INFINITY;
    this.#buffer = Buffer.alloc(0);
    this.#at = 0;
    this.#fileEnd = 0;
    this.#damagedFrom = undefined;
  }
}
