import type { DeadbandConfig } from '../../config/site.js';
import type { Frame, TagTable, WriteOutcome } from '../contract/index.js';
import { LastSent } from './last-sent.js';

/** Frames of one epoch in the order of their offsets. */
export interface FrameRun {
  readonly epoch: string;
  /** Where the run begins; frames missing from here on were damaged. */
  readonly from: number;
  readonly offsets: readonly number[];
  readonly records: readonly Frame[];
}

/** What of a run is sent, in its order. */
export interface ThinnedRun {
  readonly offsets: readonly number[];
  readonly records: readonly Frame[];
}

/**
 * Report by exception, for one stream of frames to one destination: what did not change since it was last sent is not
 * sent, but each tag at least every `atLeastEvery`, and tags the law protects always. Frames that came late pass whole
 * and change nothing. It knows what was sent up to one offset; a run that begins anywhere else (a restart, a fork, a
 * destination that lacks something) is begun as if nothing had been sent, so that there is rather too much than a hole.
 */
export class Thinning {
  readonly #deadband: DeadbandConfig;
  /** A frame goes out whole, or not at all. */
  readonly #isWhole: boolean;
  /** By table as it was read; a table that is gone takes its own with it. */
  #sent = new WeakMap<TagTable, LastSent>();
  /** Told something since the last run was settled. */
  readonly #ahead = new Set<LastSent>();
  #epoch = '';
  #next = -1;

  constructor(deadband: DeadbandConfig, isWhole: boolean) {
    this.#deadband = deadband;
    this.#isWhole = isWhole;
  }

  /** What of a run has to be sent. A run that is not settled may be asked for again, shorter or longer. */
  thin({ epoch, from, offsets, records }: FrameRun): ThinnedRun {
    if (from !== this.#next || epoch !== this.#epoch) this.forget();
    this.#epoch = epoch;
    this.#next = from;
    this.#takeBack();
    const thinned = { offsets: [] as number[], records: [] as Frame[] };
    records.forEach((frame, index) => {
      const kept = this.#keep(frame);
      if (!kept) return;
      thinned.offsets.push(offsets[index] as number);
      thinned.records.push(kept);
    });
    return thinned;
  }

  /** The run was taken up to the offset `end`; of what was sent of it, `outcome` says what was not. */
  settle(run: FrameRun, sent: ThinnedRun, outcome: WriteOutcome, end: number): void {
    const count = run.offsets.findIndex((offset) => offset >= end);
    if (count >= 0) this.thin({ ...run, offsets: run.offsets.slice(0, count), records: run.records.slice(0, count) });
    for (const table of this.#ahead) table.settle();
    this.#ahead.clear();
    this.#next = end;
    for (const { index } of outcome.rejected ?? []) this.#forgetTags(sent.records[index] as Frame);
    for (const { index, tag } of outcome.parked ?? []) this.#forgetTags(sent.records[index] as Frame, tag);
  }

  /** Nothing was sent yet. */
  forget(): void {
    this.#sent = new WeakMap();
    this.#ahead.clear();
  }

  #takeBack(): void {
    for (const table of this.#ahead) table.takeBack();
    this.#ahead.clear();
  }

  #keep(frame: Frame): Frame | undefined {
    if (frame.late) return frame;
    let table = this.#sent.get(frame.table);
    if (!table) {
      table = new LastSent(frame.table, this.#deadband);
      this.#sent.set(frame.table, table);
    }
    const kept = table.next(frame, this.#isWhole);
    if (kept) this.#ahead.add(table);
    return kept;
  }

  /** What was refused has not arrived: it is news again. Without `tag`, all of the frame. */
  #forgetTags({ table }: Frame, only?: string): void {
    const sent = this.#sent.get(table);
    table.tags.forEach(({ name }, slot) => {
      if (only === undefined || name === only) sent?.forget(slot);
    });
  }
}
