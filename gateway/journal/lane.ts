import type { LaneName } from '../contract/index.js';
import type { Disk } from './disk.js';
import type { LaneWriter } from './lane-writer.js';
import type { Recent } from './recent.js';
import type { FoundRecord } from './record.js';
import type { SegmentFile } from './segment.js';
import { type ReaderEvents, SegmentReader } from './segment-reader.js';

/** What a reader gives: records in order with their offsets. Offsets missing from `[from, next)` are damaged. */
export interface LaneRead<T> {
  readonly offsets: readonly number[];
  readonly records: readonly T[];
  readonly next: number;
}

/** Reads committed records of a lane. Keeps its place: one a stream, closed when done. */
export interface LaneReader<T> {
  read(from: number, recordsMax: number, bytesMax: number): Promise<LaneRead<T>>;
  close(): Promise<void>;
}

interface LaneParts<T> {
  readonly name: LaneName;
  readonly disk: Disk;
  readonly segments: SegmentFile[];
  readonly epochs: Map<number, string>;
  readonly writer: LaneWriter;
  readonly recent: Recent;
  /** undefined when a record cannot be decoded: it counts as damaged. */
  readonly decode: (record: FoundRecord) => T | undefined;
  readonly events: ReaderEvents;
}

/** One lane as the rest of the gateway sees it. */
export class Lane<T> {
  readonly name: LaneName;
  readonly #parts: LaneParts<T>;
  readonly #listeners = new Set<() => void>();

  constructor(parts: LaneParts<T>) {
    this.name = parts.name;
    this.#parts = parts;
  }

  /** Oldest offset still kept. */
  get first(): number {
    return this.#parts.segments[0]?.firstOffset ?? this.committed;
  }

  /** Offset the next record gets. */
  get next(): number {
    return this.#parts.writer.next;
  }

  /** Everything below survives a power cut and may leave. */
  get committed(): number {
    return this.#parts.writer.committed;
  }

  get segments(): readonly SegmentFile[] {
    return this.#parts.segments;
  }

  /** The epoch an offset belongs to, and where that epoch ends in this lane (`Infinity` for the running one). */
  epochAt(offset: number): { readonly epoch: string; readonly until: number } {
    const { segments, epochs } = this.#parts;
    const at = Math.max(
      segments.findLastIndex(({ firstOffset }) => firstOffset <= offset),
      0,
    );
    const epoch = epochs.get(segments[at]?.serial ?? -1) ?? '';
    const other = segments.slice(at + 1).find(({ serial }) => epochs.get(serial) !== epoch);
    return { epoch, until: other?.firstOffset ?? Number.POSITIVE_INFINITY };
  }

  /** Every sink has taken what lies below `offset`: it need not be held in memory. */
  release(offset: number): void {
    this.#parts.recent.release(Math.min(offset, this.committed));
  }

  /** Calls back after each commit; returns what ends it. */
  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tellCommit(): void {
    for (const listener of this.#listeners) listener();
  }

  reader(): LaneReader<T> {
    const { disk, recent, decode, events } = this.#parts;
    const fromDisk = new SegmentReader(disk, () => this.#parts.segments, events);
    return {
      read: async (from, recordsMax, bytesMax) => {
        const end = Math.min(this.committed, from + recordsMax);
        const held = from < end ? recent.read(from, end) : [];
        const { records, next } = held
          ? { records: held, next: Math.max(from, end) }
          : await fromDisk.read(from, Math.min(this.committed, recent.first), recordsMax, bytesMax);
        const decoded = records.map((record) => ({ offset: record.offset, value: decode(record) }));
        const whole = decoded.filter(({ value }) => value !== undefined);
        return { offsets: whole.map(({ offset }) => offset), records: whole.map(({ value }) => value as T), next };
      },
      close: () => fromDisk.close(),
    };
  }
}
