import type { EntryStamp, LaneName, Moment } from '../../contract/index.js';
import { momentOf } from '../alarms/moments.js';

/** A stretch of a lane that was journaled and that nobody can read any more. */
export interface BlindSpan {
  readonly lane: LaneName;
  /** Records that are gone. */
  readonly records: number;
  /** The last one that is there before them, and the first one behind; null at the end of what is kept. */
  readonly from: Moment | null;
  readonly to: Moment | null;
}

/** Finds what is missing between the records of one lane: offsets are given without a gap, so one that lacks is damage. */
export class BlindSpans {
  readonly #lane: LaneName;
  readonly #spans: BlindSpan[] = [];
  #next: number;
  #last: Moment | null = null;

  constructor({ name, first }: { readonly name: LaneName; readonly first: number }) {
    this.#lane = name;
    this.#next = first;
  }

  get list(): readonly BlindSpan[] {
    return this.#spans;
  }

  /** A record that was read, in their order. */
  pass(offset: number, stamp: Pick<EntryStamp, 'instant' | 'time'>): void {
    const at = momentOf(stamp);
    this.#miss(offset, at);
    this.#next = offset + 1;
    this.#last = at;
  }

  /** Everything below `committed` was asked for. */
  end(committed: number): void {
    this.#miss(committed, null);
    this.#next = Math.max(this.#next, committed);
  }

  #miss(offset: number, to: Moment | null): void {
    const records = offset - this.#next;
    if (records > 0) this.#spans.push({ lane: this.#lane, records, from: this.#last, to });
  }
}
