import type { Clock } from '../contract/index.js';
import { CommitWaiters } from './commit-waiters.js';
import type { RecordBytes } from './recent.js';
import { isCounted, type RecordKind, recordHeaderBytes, sealRecord } from './record.js';
import { SegmentIndex } from './segment-index.js';
import { type SegmentWriter, SyncFailed } from './segment-writer.js';

/** Whole records appended and not yet known to survive a power cut. */
interface Chunk extends RecordBytes {
  readonly index: SegmentIndex;
  written: boolean;
}

export interface LaneOptions {
  readonly clock: Clock;
  /** A write each this many ms at most; 0: at once. */
  readonly writeEveryMs: number;
  /** A sync each this many ms at most; 0: after each write. */
  readonly commitEveryMs: number;
  /** The same for records that may wait: they are written by themselves this seldom, and synced each `lazySyncMs`. */
  readonly lazyWriteEveryMs: number;
  /** Bytes waiting for the disk; beyond it `hasRoom` says no. */
  readonly memoryBytesMax: number;
  /** Awaited before records are written: what they refer to must be safe first. */
  readonly beforeWrite?: () => Promise<void>;
  /** The disk is full: resolves to true when something was freed. */
  readonly makeRoom: () => Promise<boolean>;
  /** These survive a power cut from now on. */
  readonly onCommit: (committed: readonly RecordBytes[]) => void;
  /** Told when the disk refuses, and with `undefined` when it takes again. */
  readonly onTrouble: (error: Error | undefined) => void;
}

const slabBytes = 64 * 1024;
const retryMs = 1000;
const lazySyncMs = 60_000;

/**
 * The one writer of a lane. `append` is synchronous and copies into memory; a loop of its own writes and syncs, so a
 * stalled disk delays nobody else. A chunk is kept until it is synced: after a failed sync all of it goes into a new
 * segment, because pages that a failed sync has dropped are not written by the next one.
 */
export class LaneWriter {
  readonly #options: LaneOptions;
  readonly #segments: SegmentWriter;
  #slab = Buffer.allocUnsafe(slabBytes);
  #used = 0;
  #slabFrom: number;
  #slabIndex = new SegmentIndex();
  #chunks: Chunk[] = [];
  #waitingBytes = 0;
  #next: number;
  #committed: number;
  #lastSync: number;
  /** Something waits that must be committed soon, not only lazy records. */
  #isEager = false;
  #isInTrouble = false;
  #wake: () => void = () => undefined;
  #flushWaiters: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly #commitWaiters = new CommitWaiters();
  #hasEnded = false;
  readonly #closing = new AbortController();
  readonly #loop: Promise<void>;

  constructor(options: LaneOptions, segments: SegmentWriter, next: number) {
    this.#options = options;
    this.#segments = segments;
    this.#next = next;
    this.#slabFrom = next;
    this.#committed = next;
    this.#lastSync = options.clock.monotonic();
    this.#loop = this.#run();
  }

  /** Offset the next counted record gets. */
  get next(): number {
    return this.#next;
  }

  /** Everything below survives a power cut. */
  get committed(): number {
    return this.#committed;
  }

  /** Bytes appended and not yet synced. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** True while one more record of this size fits in memory. */
  hasRoom(payloadBytes: number): boolean {
    return this.#waitingBytes + payloadBytes + recordHeaderBytes <= this.#options.memoryBytesMax;
  }

  /**
   * Appends one record: `encode` writes the payload where it is told. Returns its offset; a bookkeeping kind gets the
   * offset of the next counted record. `seen` adds it to the index of its segment. A `lazy` record asks for no write
   * and no sync of its own.
   */
  append(
    kind: RecordKind,
    payloadBytes: number,
    encode: (into: Buffer, at: number) => void,
    options: { seen?: (index: SegmentIndex) => void; lazy?: boolean } = {},
  ): number {
    const end = this.#used + recordHeaderBytes + payloadBytes;
    if (end > this.#slab.length) this.#grow(end);
    const offset = this.#next;
    encode(this.#slab, this.#used + recordHeaderBytes);
    sealRecord(this.#slab, this.#used, kind, offset, payloadBytes);
    this.#waitingBytes += end - this.#used;
    this.#used = end;
    options.seen?.(this.#slabIndex);
    if (isCounted(kind)) this.#next += 1;
    this.#isEager ||= !options.lazy;
    this.#wake();
    return offset;
  }

  appendJson(
    kind: RecordKind,
    value: unknown,
    options?: { seen?: (index: SegmentIndex) => void; lazy?: boolean },
  ): number {
    return this.appendPayload(kind, Buffer.from(JSON.stringify(value), 'utf8'), options);
  }

  appendPayload(
    kind: RecordKind,
    payload: Buffer,
    options?: { seen?: (index: SegmentIndex) => void; lazy?: boolean },
  ): number {
    return this.append(kind, payload.length, (into, at) => void payload.copy(into, at), options);
  }

  /** Resolves when every record appended so far survives a power cut. */
  flushed(): Promise<void> {
    if (!this.#isDirty) return Promise.resolve();
    if (this.#hasEnded) return Promise.reject(givenUp());
    return new Promise((resolve, reject) => {
      this.#flushWaiters.push({ resolve, reject });
      this.#wake();
    });
  }

  /** The same for records that are not lazy. */
  eagerFlushed(): Promise<void> {
    return this.#isEager ? this.flushed() : Promise.resolve();
  }

  /**
   * Resolves when every counted record appended so far survives a power cut, with the next commit: hastens none. The same
   * promise for all who wait for the same commit.
   */
  kept(): Promise<void> {
    if (this.#committed >= this.#next) return nothingWaits;
    return this.#hasEnded ? Promise.reject(givenUp()) : this.#commitWaiters.wait(this.#next, this.#slabFrom);
  }

  /** Writes and syncs what is left, then closes the file. On a full disk what cannot be written is given up. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#loop;
    await this.#segments.close();
  }

  get #isDirty(): boolean {
    return this.#used > 0 || this.#chunks.length > 0;
  }

  get #isUrgent(): boolean {
    return this.#closing.signal.aborted || this.#flushWaiters.length > 0;
  }

  async #run(): Promise<void> {
    for (;;) {
      if (!this.#isDirty) {
        if (this.#closing.signal.aborted) break;
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      await this.#pause();
      try {
        await this.#write();
        if (this.#isSyncDue) await this.#sync();
        this.#tellTrouble(undefined);
      } catch (error) {
        if (error instanceof SyncFailed) this.#writeAgain();
        this.#tellTrouble(error as Error);
        if (!(await this.#recover(error as NodeJS.ErrnoException))) break;
      }
    }
    this.#hasEnded = true;
    // Given up at a stop: nobody waits for what will not come.
    for (const { reject } of this.#flushWaiters) reject(givenUp());
    this.#flushWaiters = [];
    this.#commitWaiters.giveUp(givenUp());
  }

  /** After a failed sync: everything since the last one goes into a new segment. */
  #writeAgain(): void {
    this.#isEager = true;
    for (const chunk of this.#chunks) chunk.written = false;
  }

  get #isSyncDue(): boolean {
    const { clock, commitEveryMs } = this.#options;
    const sinceSync = clock.monotonic() - this.#lastSync;
    return this.#isUrgent || sinceSync >= (this.#isEager ? commitEveryMs : lazySyncMs);
  }

  /** Lets records gather, but not for longer than until somebody needs the lane flushed. */
  async #pause(): Promise<void> {
    const { clock, lazyWriteEveryMs, writeEveryMs } = this.#options;
    const wasEager = this.#isEager;
    const ms = wasEager ? writeEveryMs : lazyWriteEveryMs;
    if (this.#isUrgent || ms === 0) return;
    const early = new AbortController();
    this.#wake = () => {
      if (this.#isUrgent || this.#isEager !== wasEager) early.abort();
    };
    await clock.wait(ms, early.signal);
    this.#wake = () => undefined;
  }

  async #write(): Promise<void> {
    await this.#options.beforeWrite?.();
    this.#takeSlab();
    for (const chunk of this.#chunks) {
      if (chunk.written) continue;
      await this.#segments.write(chunk.bytes, chunk.from, chunk.to, chunk.index);
      chunk.written = true;
    }
  }

  async #sync(): Promise<void> {
    const waiters = [...this.#flushWaiters];
    const isComplete = this.#used === 0;
    // Cleared before the sync: what is appended while it runs asks for the next one.
    if (isComplete) this.#isEager = false;
    await this.#segments.sync();
    this.#lastSync = this.#options.clock.monotonic();
    for (const chunk of this.#chunks) {
      this.#waitingBytes -= chunk.bytes.length;
      this.#committed = chunk.to;
    }
    const committed = this.#chunks;
    this.#chunks = [];
    // Nothing new since: then also those who asked while the sync ran have what they asked for.
    const served = this.#used === 0 ? this.#flushWaiters : isComplete ? waiters : [];
    this.#flushWaiters = this.#flushWaiters.slice(served.length);
    for (const { resolve } of served) resolve();
    this.#commitWaiters.tell(this.#committed);
    this.#options.onCommit(committed);
  }

  /** False when the lane is closing and nothing more can be done. */
  async #recover(error: NodeJS.ErrnoException): Promise<boolean> {
    const isFull = error.code === 'ENOSPC' || (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOSPC';
    if (isFull && (await this.#options.makeRoom().catch(() => false))) return true;
    if (this.#closing.signal.aborted) return false;
    await this.#options.clock.wait(retryMs, this.#closing.signal);
    return true;
  }

  #tellTrouble(error: Error | undefined): void {
    if (this.#isInTrouble === (error !== undefined)) return;
    this.#isInTrouble = error !== undefined;
    this.#options.onTrouble(error);
  }

  #takeSlab(): void {
    if (this.#used === 0) return;
    // A slab hardly used is copied and kept, so that many small chunks behind a full disk hold no more than they count.
    const isSmall = this.#used < this.#slab.length / 2;
    const used = this.#slab.subarray(0, this.#used);
    const bytes = isSmall ? Buffer.from(used) : used;
    this.#chunks.push({ bytes, from: this.#slabFrom, to: this.#next, index: this.#slabIndex, written: false });
    if (!isSmall) this.#slab = Buffer.allocUnsafe(slabBytes);
    this.#used = 0;
    this.#slabFrom = this.#next;
    this.#slabIndex = new SegmentIndex();
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#slab.length * 2, bytes));
    this.#slab.copy(larger, 0, 0, this.#used);
    this.#slab = larger;
  }
}

const nothingWaits = Promise.resolve();

const givenUp = (): Error => new Error('the disk took no more before the stop');
