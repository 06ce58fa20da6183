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

/** By index into what was sent: the tags refused of it; undefined for all of them. */
type Refusals = ReadonlyMap<number, ReadonlySet<string> | undefined>;

/**
 * Report by exception, for one stream of frames to one destination: what did not change since it was last sent is not
 * sent, but each tag at least every `atLeastEvery`, and tags the law protects always. Frames that came late pass whole
 * and change nothing. It knows what was sent up to one offset; a run that begins anywhere else (a restart, a fork, a
 * destination that lacks something) is begun as if nothing had been sent, so that there is rather too much than a hole.
 * A refused frame is nothing to compare with: a run is settled only before the first frame that was left out for its sake,
 * and what was sent from there on is written again. What was written behind the place a killed gateway begins at again is
 * not known: until each tag is sent next, a destination that kept it may be off by twice the band.
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
  /** By offset: what was given to write and is not settled. The destination may have it, so it is written again. */
  readonly #written = new Map<number, Frame>();

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
      const offset = offsets[index] as number;
      const kept = this.#keep(frame, this.#written.get(offset));
      if (!kept) return;
      this.#written.set(offset, kept);
      thinned.offsets.push(offset);
      thinned.records.push(kept);
    });
    return thinned;
  }

  /**
   * The run was taken up to the offset `end`; of what was sent of it, `outcome` says what was refused. Returns up to where it
   * is settled: `end`, or before the first frame that lacks something for the sake of what was refused. That is never the
   * first frame of the run, and the run from there on leaves nothing out that was refused, so that it ends.
   */
  settle(run: FrameRun, sent: ThinnedRun, outcome: WriteOutcome, end: number): number {
    const refusals = refusalsOf(outcome);
    const hasArrived = refusals.size === 0 && (run.offsets.at(-1) ?? -1) < end;
    const settledTo = hasArrived ? end : this.#replay(run, sent, refusals, end);
    for (const offset of this.#written.keys()) if (offset < settledTo) this.#written.delete(offset);
    for (const table of this.#ahead) table.settle(this.#written.size > 0);
    this.#ahead.clear();
    this.#next = settledTo;
    return settledTo;
  }

  /** Nothing was sent yet. */
  forget(): void {
    this.#sent = new WeakMap();
    this.#ahead.clear();
    this.#written.clear();
  }

  /** Looks at the run again, now that it is known what of it arrived. Returns up to where nothing is missing. */
  #replay(run: FrameRun, sent: ThinnedRun, refusals: Refusals, end: number): number {
    this.#takeBack();
    let settledTo = end;
    let at = 0;
    for (const [index, frame] of run.records.entries()) {
      const offset = run.offsets[index] as number;
      const sentAt = sent.offsets[at] === offset ? at++ : -1;
      if (frame.late) continue;
      const table = this.#tableOf(frame);
      const kept = sent.records[sentAt];
      if (offset < settledTo && table.hasUnsent(frame, kept)) settledTo = offset;
      if (!kept) continue;
      if (offset < settledTo) table.take(kept);
      // Also behind what is settled: written again, it would be refused again.
      if (refusals.has(sentAt)) table.refuse(kept, refusals.get(sentAt));
      this.#ahead.add(table);
    }
    return settledTo;
  }

  #takeBack(): void {
    for (const table of this.#ahead) table.takeBack();
    this.#ahead.clear();
  }

  #keep(frame: Frame, written: Frame | undefined): Frame | undefined {
    if (frame.late) return frame;
    const table = this.#tableOf(frame);
    const kept = table.newsOf(frame, written);
    if (!kept) return undefined;
    table.take(kept);
    this.#ahead.add(table);
    return kept;
  }

  #tableOf({ table }: Frame): LastSent {
    let sent = this.#sent.get(table);
    if (!sent) {
      sent = new LastSent(table, this.#deadband, this.#isWhole);
      this.#sent.set(table, sent);
    }
    return sent;
  }
}

function refusalsOf({ rejected = [], parked = [] }: WriteOutcome): Refusals {
  const refusals = new Map<number, Set<string> | undefined>();
  for (const { index, tag } of parked) refusals.set(index, (refusals.get(index) ?? new Set()).add(tag));
  for (const { index } of rejected) refusals.set(index, undefined);
  return refusals;
}
