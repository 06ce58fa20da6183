import type { Entry } from '../contract/index.js';
import { Fold } from './fold.js';
import { frameStamps, frameTable } from './frame-codec.js';
import { type FoundRecord, jsonPayload, jsonRecord, RecordKind } from './record.js';
import type { SegmentIndex } from './segment-index.js';
import { tableOfCopy } from './table-copy.js';

/** Where a frame stands; `time` is null in JSON while it is not known. */
export interface KeptFrame {
  readonly offset: number;
  readonly instant: number;
  readonly time: number;
}

/** State at the head of a samples segment. */
interface SamplesState {
  /** The last frame of the segment before; null when there was none. */
  readonly last: KeptFrame | null;
  readonly sequences: Readonly<Record<string, number>>;
  readonly sequenceBase: number;
  readonly nextTable: number;
}

/** An entry as stored: JSON has no NaN, an unknown time is null. */
export function decodeEntry(record: FoundRecord): Entry | undefined {
  const entry = jsonPayload(record.payload) as (Entry & { time: number | null }) | undefined;
  return entry && { ...entry, time: entry.time ?? Number.NaN };
}

/** Everything gathered while the folder is read. */
export class OpeningState {
  readonly fold = new Fold();
  readonly written = new Fold();
  readonly sequences = new Map<string, number>();
  readonly writtenSequences = new Map<string, number>();
  sequenceBase = 0;
  lastEntry: Entry | undefined;
  lastFrame: KeptFrame | null = null;
  #lastWritten: KeptFrame | null = null;

  readAlarm(record: FoundRecord): void {
    this.fold.record(record);
    this.written.record(record);
    if (record.kind === RecordKind.entry) this.lastEntry = decodeEntry(record);
  }

  readSample(record: FoundRecord): void {
    if (record.kind === RecordKind.snapshot) {
      const state = jsonPayload(record.payload) as SamplesState;
      this.sequenceBase = state.sequenceBase;
      this.#reserveTable(state.nextTable - 1);
      this.sequences.clear();
      for (const [device, next] of Object.entries(state.sequences)) this.sequences.set(device, next);
      if (state.last) this.#keep({ ...state.last, time: state.last.time ?? Number.NaN });
    }
    if (record.kind === RecordKind.tableCopy) this.addCopy(record);
    if (record.kind !== RecordKind.frame) return;
    const stamps = frameStamps(record.payload);
    const table = frameTable(record.payload);
    this.#reserveTable(table);
    const device = this.fold.table(table)?.device;
    if (device !== undefined) this.sequences.set(device, stamps.sequence + 1);
    this.#keep({ offset: record.offset, instant: stamps.instant, time: stamps.time });
  }

  /** A table whose own record was lost lives on in the segments that use it. */
  addCopy(record: FoundRecord): void {
    const table = tableOfCopy(record.payload);
    if (!table || this.fold.table(table.number)) return;
    this.fold.addTable(table);
    this.written.addTable(table);
  }

  #keep(frame: KeptFrame): void {
    this.fold.stamp(frame.instant, frame.time);
    this.lastFrame = frame;
    this.#lastWritten = frame;
  }

  #reserveTable(number: number): void {
    this.fold.reserveTable(number);
    this.written.reserveTable(number);
  }

  /** Records of the lane survive a power cut now: those before offset `to`. */
  keptSamples(index: SegmentIndex, to: number): void {
    const { instants, times } = index;
    if (instants) this.#lastWritten = { offset: to - 1, instant: instants[1], time: times?.[1] ?? Number.NaN };
    for (const [device, next] of index.nextSequences()) this.writtenSequences.set(device, next);
  }

  /** Every device begins anew at `base`: a new epoch's sequences. */
  restartSequences(base: number): void {
    this.sequenceBase = base;
    this.sequences.clear();
    this.writtenSequences.clear();
  }

  samplesHead(offset: number): Buffer {
    const state: SamplesState = {
      last: this.#lastWritten,
      sequences: Object.fromEntries(this.writtenSequences),
      sequenceBase: this.sequenceBase,
      nextTable: this.written.nextTable,
    };
    return jsonRecord(RecordKind.snapshot, offset, state);
  }
}
