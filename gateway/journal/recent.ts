import { type FoundRecord, isCounted, wholeRecord } from './record.js';

/** Whole records as they were written, holding the counted offsets `[from, to)`. */
export interface RecordBytes {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/**
 * The newest committed bytes of a lane in memory, so that a sink that keeps up never reads the disk. Bytes rather than
 * records: frames that wait as objects grow old in the heap, and the collector copies each of them twice.
 */
export class Recent {
  readonly #bytesMax: number;
  #chunks: RecordBytes[] = [];
  #bytes = 0;
  /** Offset of the oldest record held. */
  #first: number;

  constructor(first: number, bytesMax: number) {
    this.#first = first;
    this.#bytesMax = bytesMax;
  }

  get first(): number {
    return this.#first;
  }

  /** What was committed next. The oldest goes where that is more than may be held. */
  push(chunk: RecordBytes): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.bytes.length;
    while (this.#bytes > this.#bytesMax) this.#dropOldest();
  }

  /** Nobody asks for what lies below `offset` again. */
  release(offset: number): void {
    while (this.#chunks[0] && this.#chunks[0].to <= offset) this.#dropOldest();
  }

  /** The records of `[from, to)`, which is committed; undefined when some are no longer held. */
  read(from: number, to: number): FoundRecord[] | undefined {
    if (from < this.#first) return undefined;
    const records: FoundRecord[] = [];
    for (const chunk of this.#chunks) {
      if (chunk.to <= from) continue;
      if (chunk.from >= to) break;
      for (let at = 0; at < chunk.bytes.length; ) {
        const record = wholeRecord(chunk.bytes, at);
        if (isCounted(record.kind) && record.offset >= from && record.offset < to) records.push(record);
        at = record.end;
      }
    }
    return records;
  }

  #dropOldest(): void {
    const oldest = this.#chunks.shift() as RecordBytes;
    this.#bytes -= oldest.bytes.length;
    this.#first = oldest.to;
  }
}
