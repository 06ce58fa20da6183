import type { LaneName } from '../contract/index.js';
import { compactSegment } from './compaction.js';
import type { Disk } from './disk.js';
import type { Fold } from './fold.js';
import type { JournalOptions } from './journal.js';
import { findRecord, jsonPayload, RecordKind, recordAt } from './record.js';
import { indexRecord } from './recovery.js';
import { planRetention, type Removal } from './retention.js';
import { readAll, readOver, type SegmentFile, scanSegment } from './segment.js';
import { SegmentIndex, type SegmentIndexJson } from './segment-index.js';
import { Spare } from './spare.js';

const tailBytes = 256 * 1024;
/** A full disk costs one segment in this time at most. */
const makeRoomEveryMs = 200;

/** Removes whole segments when they are too old or there is too little room, and tells what went. */
export class Retainer {
  readonly #options: JournalOptions;
  readonly #disk: Disk;
  readonly #folds: readonly Fold[];
  readonly #spare: Spare;
  #samples: SegmentFile[] = [];
  #alarms: SegmentFile[] = [];
  #turn: Promise<void> = Promise.resolve();
  #madeRoomAt = Number.NEGATIVE_INFINITY;

  constructor(options: JournalOptions, disk: Disk, ...folds: Fold[]) {
    this.#options = options;
    this.#disk = disk;
    this.#folds = folds;
    this.#spare = new Spare(disk, options.folder);
  }

  /** The live lists of segments; removed ones are taken out of them. */
  watch(samples: SegmentFile[], alarms: SegmentFile[]): void {
    this.#samples = samples;
    this.#alarms = alarms;
  }

  /** Called each minute with ms UTC. */
  retain(now: number): Promise<void> {
    return this.#inTurn(() => this.#retain(now));
  }

  async #retain(now: number): Promise<void> {
    for (const segment of [...this.#samples, ...this.#alarms]) await this.#loadIndex(segment);
    const facts = {
      samples: this.#samples,
      alarms: this.#alarms,
      freeBytes: await this.#disk.freeBytes(this.#options.folder),
      now,
    };
    for (const removal of planRetention(facts, this.#options)) await this.#remove(removal);
    await this.#keepSpare();
    this.#forgetTables();
  }

  /** Rewrites a sealed alarms segment without what it says more than once; by the way, and one after the other. */
  compact(segment: SegmentFile): void {
    void this.#inTurn(async () => {
      // Left as it is, the segment is only larger; a full disk is told by the lanes themselves.
      if (this.#alarms.includes(segment)) await compactSegment(this.#disk, segment).catch(() => undefined);
    });
  }

  /** Resolves when no file is being rewritten. */
  settled(): Promise<void> {
    return this.#turn;
  }

  /** Throws while the room left on a full disk is for alarms. */
  admitSamples(): void {
    if (!this.#spare.isGivenUp) return;
    throw Object.assign(new Error('the disk is full, what room is left is for alarms'), { code: 'ENOSPC' });
  }

  /** Called once the journal is open. */
  keepSpare(): Promise<void> {
    return this.#inTurn(() => this.#keepSpare());
  }

  async #keepSpare(): Promise<void> {
    const { folder, freeBytesMin } = this.#options;
    await this.#spare.keep((await this.#disk.freeBytes(folder)) - freeBytesMin);
  }

  /**
   * The disk refused a write: frees the oldest samples segment that is not being written; for alarms, when there is none,
   * the spare, and then their own oldest. False when there is nothing, and when something went a moment ago: room that
   * does not come of it is not to be had by removing more at once.
   */
  makeRoom(lane: LaneName): Promise<boolean> {
    return this.#inTurn(() => this.#makeRoom(lane));
  }

  async #makeRoom(lane: LaneName): Promise<boolean> {
    const now = this.#options.clock.monotonic();
    if (now - this.#madeRoomAt < makeRoomEveryMs) return false;
    if (lane === 'samples' && this.#spare.isGivenUp) {
      await this.#keepSpare();
      return !this.#spare.isGivenUp;
    }
    const oldest = this.#samples.length > 1 ? this.#samples[0] : undefined;
    if (!oldest && lane === 'alarms' && (await this.#spare.giveUp())) {
      this.#madeRoomAt = now;
      return true;
    }
    const segment = oldest ?? (lane === 'alarms' && this.#alarms.length > 1 ? this.#alarms[0] : undefined);
    if (!segment) return false;
    await this.#remove({ segment, reason: 'disk' });
    this.#madeRoomAt = now;
    return true;
  }

  /** Files are removed and rewritten one act after the other. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async #remove({ segment, reason }: Removal): Promise<void> {
    const list = segment.lane === 'samples' ? this.#samples : this.#alarms;
    if (!list.includes(segment)) return;
    await this.#disk.remove(segment.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    list.splice(list.indexOf(segment), 1);
    const next = list[0]?.firstOffset ?? segment.endOffset;
    this.#options.onRemoval?.(segment.lane, next - segment.firstOffset, reason);
  }

  /** A sealed segment's index stands at its end; the one being written has none yet. */
  async #loadIndex(segment: SegmentFile): Promise<void> {
    if (segment.index || segment === this.#samples.at(-1) || segment === this.#alarms.at(-1)) return;
    const file = await this.#disk.openToRead(segment.path);
    try {
      const from = Math.max(0, segment.bytes - tailBytes);
      const buffer = Buffer.alloc(Math.min(tailBytes, segment.bytes));
      await readOver(file, buffer, from);
      for (let at = findRecord(buffer, 0); at >= 0; ) {
        const record = recordAt(buffer, at);
        if (typeof record !== 'object') break;
        if (record.kind === RecordKind.index) segment.index = jsonPayload(record.payload) as SegmentIndexJson;
        at = record.end;
      }
      segment.index ??= this.#indexOf((await readAll(file)).bytes, segment);
    } finally {
      await file.close();
    }
  }

  /** The index of a segment that was left unsealed, from what is in it. */
  #indexOf(bytes: Buffer, { firstOffset, endOffset }: SegmentFile): SegmentIndexJson {
    const index = new SegmentIndex();
    scanSegment(bytes, (record) => indexRecord(index, record, (number) => this.#folds[0]?.table(number)));
    return index.toJSON([firstOffset, endOffset]);
  }

  #forgetTables(): void {
    const tables = this.#samples.map(({ index, open }) => index?.tables ?? (open ? [...open.tables] : undefined));
    if (tables.includes(undefined)) return;
    const oldestKept = Math.min(...tables.flatMap((numbers) => numbers ?? []));
    if (!Number.isFinite(oldestKept)) return;
    for (const fold of this.#folds) {
      fold.keepTables(new Set([...fold.tables.keys()].filter((number) => number >= oldestKept)));
    }
  }
}
