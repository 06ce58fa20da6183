import type { LaneName } from '../contract/index.js';
import { compactSegment } from './compaction.js';
import type { Disk } from './disk.js';
import type { Fold } from './fold.js';
import type { JournalOptions } from './journal.js';
import { jsonPayload, RecordKind, recordAt } from './record.js';
import { planRetention, type Removal } from './retention.js';
import type { SegmentFile } from './segment.js';
import { findRecord } from './record.js';
import type { SegmentIndexJson } from './segment-index.js';

const tailBytes = 256 * 1024;

/** Removes whole segments when they are too old or there is too little room, and tells what went. */
export class Retainer {
  readonly #options: JournalOptions;
  readonly #disk: Disk;
  readonly #folds: readonly Fold[];
  #samples: SegmentFile[] = [];
  #alarms: SegmentFile[] = [];
  #compacting: Promise<void> = Promise.resolve();

  constructor(options: JournalOptions, disk: Disk, ...folds: Fold[]) {
    this.#options = options;
    this.#disk = disk;
    this.#folds = folds;
  }

  /** The live lists of segments; removed ones are taken out of them. */
  watch(samples: SegmentFile[], alarms: SegmentFile[]): void {
    this.#samples = samples;
    this.#alarms = alarms;
  }

  /** Called each minute with ms UTC. */
  async retain(now: number): Promise<void> {
    for (const segment of [...this.#samples, ...this.#alarms]) await this.#loadIndex(segment);
    const facts = {
      samples: this.#samples,
      alarms: this.#alarms,
      freeBytes: await this.#disk.freeBytes(this.#options.folder),
      now,
    };
    for (const removal of planRetention(facts, this.#options)) await this.#remove(removal);
    this.#forgetTables();
  }

  /** Rewrites a sealed alarms segment without what it says more than once; by the way, and one after the other. */
  compact(segment: SegmentFile): void {
    this.#compacting = this.#compacting.then(async () => {
      if (!this.#alarms.includes(segment)) return;
      // Left as it is, the segment is only larger; a full disk is told by the lanes themselves.
      await compactSegment(this.#disk, segment).catch(() => undefined);
      if (!this.#alarms.includes(segment)) await this.#disk.remove(segment.path).catch(() => undefined);
    });
  }

  /** Resolves when no file is being rewritten. */
  settled(): Promise<void> {
    return this.#compacting;
  }

  /** The disk refused a write: frees the oldest samples segment that is not being written; false when there is none. */
  async makeRoom(lane: LaneName): Promise<boolean> {
    const oldest = this.#samples.length > 1 ? this.#samples[0] : undefined;
    const segment = oldest ?? (lane === 'alarms' && this.#alarms.length > 1 ? this.#alarms[0] : undefined);
    if (!segment) return false;
    await this.#remove({ segment, reason: 'disk' });
    return true;
  }

  async #remove({ segment, reason }: Removal): Promise<void> {
    const list = segment.lane === 'samples' ? this.#samples : this.#alarms;
    const at = list.indexOf(segment);
    if (at < 0) return;
    await this.#disk.remove(segment.path);
    list.splice(at, 1);
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
      await file.read(buffer, from);
      for (let at = findRecord(buffer, 0); at >= 0; ) {
        const record = recordAt(buffer, at);
        if (typeof record !== 'object') break;
        if (record.kind === RecordKind.index) segment.index = jsonPayload(record.payload) as SegmentIndexJson;
        at = record.end;
      }
    } finally {
      await file.close();
    }
  }

  #forgetTables(): void {
    const current = this.#samples.at(-1);
    const known = this.#samples.filter((segment) => segment !== current);
    if (known.some(({ index }) => !index)) return;
    // The segment being written has no index yet: only tables of sealed segments that are gone are forgotten.
    const oldestKept = Math.min(...known.flatMap(({ index }) => index?.tables ?? []));
    if (!Number.isFinite(oldestKept)) return;
    for (const fold of this.#folds) {
      fold.keepTables(new Set([...fold.tables.keys()].filter((number) => number >= oldestKept)));
    }
  }
}
