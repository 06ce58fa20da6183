import { join } from 'node:path';
import type { LaneName } from '../contract/index.js';
import type { Disk, DiskFile } from './disk.js';
import { jsonRecord, RecordKind } from './record.js';
import { formatVersion, type SegmentFile, type SegmentHeader, segmentBytesMax, segmentName } from './segment.js';
import { SegmentIndex } from './segment-index.js';

export interface SegmentWriterOptions {
  readonly lane: LaneName;
  readonly folder: string;
  readonly disk: Disk;
  readonly epoch: () => string;
  /** Bookkeeping at the head of a new segment, from which reading can start. */
  readonly headRecords: (firstOffset: number) => readonly Buffer[];
  /** Records survive a power cut now: the state that `headRecords` gives next includes them. */
  readonly onSynced: (records: SyncedRecords) => void;
  /** Bookkeeping that has to stand in each segment before the first record that refers to this table. */
  readonly companion?: (table: number, offset: number) => Buffer | undefined;
  readonly onOpened: (segment: SegmentFile) => void;
}

/** Whole records that hold offsets below `to`. */
export interface SyncedRecords {
  readonly bytes: Buffer;
  readonly index: SegmentIndex;
  readonly to: number;
}

/** A segment that recovery has cleaned and the writer goes on in. */
export interface OpenSegment {
  readonly file: DiskFile;
  readonly segment: SegmentFile;
  readonly size: number;
  readonly index: SegmentIndex;
}

/** Pages that a failed sync has dropped are not written by the next one: everything since the last must be written anew. */
export class SyncFailed extends Error {
  override readonly name = 'SyncFailed';
  constructor(cause: unknown) {
    super(`the disk did not take a sync: ${(cause as Error).message}`, { cause });
  }
}

/** The files of one lane, one after the other. Every write is at an explicit position, so it can be made again. */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #open: OpenSegment | undefined;
  #size: number;
  #serial: number;
  /** Written since the last sync. */
  #unsynced: SyncedRecords[] = [];

  constructor(options: SegmentWriterOptions, serial: number, open: OpenSegment | undefined) {
    this.#options = options;
    this.#serial = serial;
    this.#open = open;
    this.#size = open?.size ?? 0;
  }

  /** Writes whole records holding offsets `[from, to)`; rolls to a new segment when they do not fit. */
  async write(bytes: Buffer, from: number, to: number, index: SegmentIndex): Promise<void> {
    if (this.#open && this.#size + bytes.length > segmentBytesMax && this.#size > 0) await this.#seal(from);
    const open = this.#open ?? (await this.#begin(from));
    const companions = this.#companions(open, from, index);
    await open.file.write(companions.length > 0 ? Buffer.concat([...companions, bytes]) : bytes, this.#size);
    this.#size += companions.reduce((sum, { length }) => sum + length, bytes.length);
    open.segment.bytes = this.#size;
    open.segment.endOffset = to;
    open.index.merge(index);
    this.#unsynced.push({ bytes, index, to });
  }

  /** Throws `SyncFailed`: what was written since the last sync is not to be trusted, and the file is left unsealed. */
  async sync(): Promise<void> {
    const open = this.#open;
    const written = this.#unsynced;
    this.#unsynced = [];
    try {
      await open?.file.sync();
    } catch (cause) {
      this.#open = undefined;
      await open?.file.close().catch(() => undefined);
      throw new SyncFailed(cause);
    }
    written.forEach(this.#options.onSynced);
  }

  async close(): Promise<void> {
    await this.#open?.file.close();
    this.#open = undefined;
  }

  /** For the tables that this segment refers to for the first time. */
  #companions(open: OpenSegment, from: number, index: SegmentIndex): Buffer[] {
    const { companion } = this.#options;
    if (!companion) return [];
    const fresh = [...index.tables].filter((table) => !open.index.tables.has(table));
    return fresh.flatMap((table) => companion(table, from) ?? []);
  }

  async #begin(firstOffset: number): Promise<OpenSegment> {
    const { lane, folder, disk, epoch, headRecords } = this.#options;
    const serial = this.#serial + 1;
    const path = join(folder, segmentName(lane, serial));
    const file = await disk.create(path);
    try {
      const header: SegmentHeader = {
        format: formatVersion,
        lane,
        epoch: epoch(),
        firstOffset,
        file: await file.identity(),
      };
      const head = Buffer.concat([jsonRecord(RecordKind.header, firstOffset, header), ...headRecords(firstOffset)]);
      await file.write(head, 0);
      await file.sync();
      await disk.syncFolder(folder);
      const index = new SegmentIndex();
      const bytes = head.length;
      const segment: SegmentFile = { lane, serial, path, firstOffset, endOffset: firstOffset, bytes, open: index };
      this.#serial = serial;
      this.#size = head.length;
      this.#open = { file, segment, size: head.length, index };
      this.#options.onOpened(segment);
      return this.#open;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async #seal(to: number): Promise<void> {
    const open = this.#open as OpenSegment;
    const index = open.index.toJSON([open.segment.firstOffset, to]);
    await open.file.write(jsonRecord(RecordKind.index, to, index), this.#size);
    await this.sync();
    await open.file.close();
    open.segment.index = index;
    delete open.segment.open;
    this.#open = undefined;
  }
}
