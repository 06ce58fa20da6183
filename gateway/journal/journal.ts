import type {
  AuditEntry,
  Clock,
  ConfigurationEntry,
  Entry,
  EventEntry,
  Frame,
  Identity,
  Json,
  LaneName,
  Log,
  ModeEntry,
  RecordEntry,
  StampedFrame,
  TagTable,
  TagTableSpec,
} from '../contract/index.js';
import type { AlarmFold } from './alarm-fold.js';
import type { ContextFold } from './context-fold.js';
import { auditEntry } from './audit.js';
import { type Label, labelOf } from './boots.js';
import type { Disk } from './disk.js';
import { Fold, type PositionKey } from './fold.js';
import { encodeFrame, planFrame } from './frame-codec.js';
import { Lane } from './lane.js';
import type { LaneWriter } from './lane-writer.js';
import { Position } from './position.js';
import { RecordKind, recordBytesMax } from './record.js';
import type { RetentionLimits } from './retention.js';

/** What start-up found, for the gap record and for people. */
export interface Recovery {
  readonly reason: 'first-start' | 'stop' | 'crash' | 'damage';
  readonly lastKept: { readonly offset: number; readonly instant: number; readonly time: number } | null;
  readonly firstNew: number;
  readonly tornBytes: number;
  /** Sentences about segments that were damaged, each with where its copy lies. */
  readonly damage: readonly string[];
  /** A new epoch began, and why. */
  readonly newEpoch: { readonly reason: string; readonly previous: string | null } | undefined;
}

export interface JournalOptions extends RetentionLimits {
  readonly folder: string;
  readonly site: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly commitEveryMs: number;
  readonly memoryBytesMax: number;
  readonly disk?: Disk;
  /** Told when the disk refuses (with the error) and when it takes again. */
  readonly onTrouble?: (lane: LaneName, error: Error | undefined) => void;
  /** Told of damage that is met while older segments are read, once a segment: what was skipped and where a copy lies. */
  readonly onDamage?: (sentence: string) => void;
  /** Told when a segment had to go. */
  readonly onRemoval?: (lane: LaneName, records: number, reason: string) => void;
}

/**
 * Where one run's frames went: `acquired` is the sum of the others. A happening that could not be stored is in `acquired`
 * and `unstored`, with a reason of its own; one that was stored is in neither.
 */
export interface Acquisition {
  readonly acquired: number;
  readonly appended: number;
  readonly unstored: Readonly<Record<string, number>>;
}

/** What became of a happening. `no room`: told again, it may be stored; `too long`: never. */
export type Storing = 'stored' | 'no room' | 'too long';

/** Why something is not stored, as the ledger tells it. */
const unstored = {
  frame: { tooLong: 'frame longer than a record', noRoom: 'disk too slow or full' },
  happening: { tooLong: 'happening longer than a record', noRoom: 'happening, disk too slow or full' },
} as const;

/** The parts of an open journal, put together by `openJournal`. */
export interface JournalParts {
  readonly options: JournalOptions;
  readonly fold: Fold;
  readonly sequences: Map<string, number>;
  readonly sequenceBase: number;
  readonly samples: { readonly writer: LaneWriter; readonly lane: Lane<Frame> };
  readonly alarms: { readonly writer: LaneWriter; readonly lane: Lane<Entry> };
  readonly recovery: Recovery;
  readonly retain: (now: number) => Promise<void>;
  /** Resolves when no file is being rewritten. */
  readonly settled: () => Promise<void>;
}

/**
 * The durable log of one gateway. Everything acquired goes through `append`, everything that happens through `note`;
 * both are synchronous and copy into memory. What is committed may leave for sinks.
 */
export class Journal {
  readonly #parts: JournalParts;
  readonly #unlock: () => Promise<void>;
  readonly #unstored = new Map<string, number>();
  /** What was logged of as too long. */
  readonly #tooLong = new Set<string>();
  #keeping:
    | { readonly samples: Promise<void>; readonly alarms: Promise<void>; readonly both: Promise<void> }
    | undefined;
  /** Offset of the newest clock entry noted by this run. */
  #clockOffset = -1;
  #acquired = 0;
  #appended = 0;

  constructor(parts: JournalParts, unlock: () => Promise<void>) {
    this.#parts = parts;
    this.#unlock = unlock;
  }

  get identity(): Identity {
    return { site: this.#parts.options.site, epoch: this.#parts.fold.epoch?.epoch ?? '' };
  }

  get recovery(): Recovery {
    return this.#parts.recovery;
  }

  get samples(): Lane<Frame> {
    return this.#parts.samples.lane;
  }

  get alarms(): Lane<Entry> {
    return this.#parts.alarms.lane;
  }

  /** The highest stamps in the journal; a new boot goes on from here. */
  get lastStamps(): { readonly instant: number; readonly time: number } {
    const { lastInstant, lastTime } = this.#parts.fold;
    return { instant: lastInstant, time: lastTime };
  }

  /** The label of an instant stored without one; undefined while it is not known and its records are held. */
  labelOf(instant: number): Label | undefined {
    // What leaves with a label must not get another one after a power cut.
    if (this.#clockOffset >= this.#parts.alarms.writer.committed) return undefined;
    return labelOf(this.#parts.fold.boots, instant);
  }

  get configuration(): ConfigurationEntry | null {
    return this.#parts.fold.configuration;
  }

  /** Bytes waiting for the disk. */
  get waitingBytes(): number {
    return this.#parts.samples.writer.waitingBytes + this.#parts.alarms.writer.waitingBytes;
  }

  get acquisition(): Acquisition {
    return { acquired: this.#acquired, appended: this.#appended, unstored: Object.fromEntries(this.#unstored) };
  }

  /** Frames of this run that would fare no better if they were told again: those stored, and those longer than a record. */
  get settledFrames(): number {
    return this.#appended + (this.#unstored.get(unstored.frame.tooLong) ?? 0);
  }

  /** The table for exactly this, registered now if it is new. */
  table(spec: TagTableSpec): TagTable {
    const { fold, alarms } = this.#parts;
    const known = fold.findTable(spec);
    if (known) return known;
    const table = fold.newTable(spec);
    alarms.writer.appendJson(RecordKind.table, table);
    return table;
  }

  /** Every table that a kept frame may have been written with, by number. */
  get tables(): ReadonlyMap<number, TagTable> {
    return this.#parts.fold.tables;
  }

  /** The table a stored frame was written with. */
  tableByNumber(number: number): TagTable | undefined {
    return this.#parts.fold.table(number);
  }

  /** Appends a frame and gives it its sequence; undefined, and counted, when it cannot be stored. */
  append(frame: StampedFrame): Frame | undefined {
    const { samples, sequences, sequenceBase, fold } = this.#parts;
    const { device, number: table } = frame.table;
    const plan = planFrame(frame);
    this.#acquired += 1;
    if (plan.bytes > recordBytesMax) return this.#refuseTooLong('frame', device, plan.bytes);
    if (!samples.writer.hasRoom(plan.bytes)) return this.#refuse(unstored.frame.noRoom);
    const sequence = sequences.get(device) ?? sequenceBase;
    sequences.set(device, sequence + 1);
    fold.stamp(frame.instant, frame.time);
    samples.writer.append(
      RecordKind.frame,
      plan.bytes,
      (into, at) => void encodeFrame(frame, sequence, plan, into, at),
      { seen: (index) => index.add(frame, { device, sequence, table }) },
    );
    this.#appended += 1;
    // As the file has it: what is judged now and what is read back are the same. What is new comes first, so that frames
    // are of one shape: Node 20 gives each object one of its own that has properties after a spread.
    return { sequence, ...frame, timeSpread: Math.fround(frame.timeSpread) };
  }

  #refuse(reason: string): undefined {
    this.#unstored.set(reason, (this.#unstored.get(reason) ?? 0) + 1);
  }

  /** Counted each time, logged once a device. */
  #refuseTooLong(what: 'frame' | 'happening', device: string, bytes: number): undefined {
    this.#refuse(unstored[what].tooLong);
    const key = `${what} ${device}`;
    if (this.#tooLong.has(key)) return;
    this.#tooLong.add(key);
    this.#parts.options.log.warn(
      { device, what, bytes, bytesMax: recordBytesMax },
      'too long for a record of the journal: not stored, nor if it is sent again; have the device send less at once',
    );
  }

  /**
   * Appends an entry to the alarms lane; it is written and synced at once. Returns its offset. Throws when it is longer
   * than a record, which none of ours comes near: it would be taken for damage when read.
   */
  note(entry: Entry): number {
    const payload = payloadOf(entry);
    if (payload.length > recordBytesMax) {
      throw new RangeError(`an entry (${entry.kind}) of ${payload.length} bytes is longer than a record: not written`);
    }
    return this.#note(entry, payload);
  }

  /**
   * The same for what a driver told, of which any amount may come: it is counted when it cannot be stored, and takes no
   * more of the memory before a stalled or full disk than frames may. Alarms and events are never refused.
   */
  noteHappening(entry: RecordEntry): Storing {
    const payload = payloadOf(entry);
    if (payload.length > recordBytesMax) {
      this.#acquired += 1;
      this.#refuseTooLong('happening', entry.device, payload.length);
      return 'too long';
    }
    if (!this.#parts.alarms.writer.hasRoom(payload.length)) {
      this.#acquired += 1;
      this.#refuse(unstored.happening.noRoom);
      return 'no room';
    }
    this.#note(entry, payload);
    return 'stored';
  }

  #note(entry: Entry, payload: Buffer): number {
    const { alarms, fold } = this.#parts;
    fold.entry(entry, alarms.writer.next);
    const offset = alarms.writer.appendPayload(RecordKind.entry, payload, { seen: (index) => index.add(entry) });
    if (entry.kind === 'clock') this.#clockOffset = offset;
    return offset;
  }

  /** Notes who did what, as the next link of the audit chain. */
  audit(stamp: { instant: number; time: number }, act: { who: string; action: string; detail: Json }): AuditEntry {
    const entry = auditEntry(stamp, act, this.#parts.fold.auditHash);
    this.note(entry);
    return entry;
  }

  /** Resolves when everything noted so far survives a power cut. */
  async committed(): Promise<void> {
    await this.#parts.alarms.writer.flushed();
  }

  /** Resolves when everything appended and noted so far survives a power cut. */
  async flushed(): Promise<void> {
    await this.#parts.samples.writer.flushed();
    await this.#parts.alarms.writer.flushed();
  }

  /**
   * Resolves when everything appended and noted so far survives a power cut, with the commits that come anyway: unlike
   * `flushed` it asks for no sync. Rejects when the journal closes before. The same promise for all who wait for the same
   * commits.
   */
  kept(): Promise<void> {
    const [samples, alarms] = [this.#parts.samples.writer.kept(), this.#parts.alarms.writer.kept()];
    if (this.#keeping?.samples !== samples || this.#keeping.alarms !== alarms) {
      this.#keeping = { samples, alarms, both: Promise.all([samples, alarms]).then(() => undefined) };
    }
    return this.#keeping.both;
  }

  /** Where a sink stands in a lane; undefined for one this journal does not know. */
  position(sink: string, lane: LaneName): Position | undefined {
    const json = this.#parts.fold.positions.get(`${sink}/${lane}`);
    return json && new Position(json);
  }

  /** Sinks with a position, by name. */
  get knownSinks(): ReadonlySet<string> {
    return new Set([...this.#parts.fold.positions.keys()].map((key) => key.slice(0, key.lastIndexOf('/'))));
  }

  /** Records where sinks stand; null forgets one. Joins the alarms lane with its next sync. */
  savePositions(positions: ReadonlyMap<PositionKey, Position | null>): void {
    const { fold, alarms } = this.#parts;
    const json = Object.fromEntries([...positions].map(([key, position]) => [key, position?.toJSON() ?? null]));
    for (const [key, position] of Object.entries(json)) {
      if (position) fold.positions.set(key as PositionKey, position);
      else fold.positions.delete(key as PositionKey);
    }
    alarms.writer.appendJson(RecordKind.positions, json, { lazy: true });
  }

  learned(link: string, device: string): Json | undefined {
    return this.#parts.fold.learned.get(link)?.get(device);
  }

  learn(link: string, device: string, facts: Json): void {
    this.#parts.fold.setLearned(link, device, facts);
    this.#parts.alarms.writer.appendJson(RecordKind.learned, { link, device, facts });
  }

  /** Conditions that are active: key → the event that said so. */
  get active(): ReadonlyMap<string, EventEntry> {
    return this.#parts.fold.active;
  }

  /** Alarms that are not at rest, and what is counted over the last minutes. */
  get alarmsKept(): AlarmFold {
    return this.#parts.fold.alarms;
  }

  /** Modes that hold: subject → the entry that said so. */
  get modes(): ReadonlyMap<string, ModeEntry> {
    return this.#parts.fold.modes;
  }

  /** What people said of context, as far as it may still matter. */
  get context(): ContextFold {
    return this.#parts.fold.context;
  }

  /** What a rule or transform remembered. */
  memory(name: string): Json | undefined {
    return this.#parts.fold.memory.get(name);
  }

  saveMemory(memory: ReadonlyMap<string, Json>): void {
    for (const [name, json] of memory) this.#parts.fold.memory.set(name, json);
    this.#parts.alarms.writer.appendJson(RecordKind.memory, Object.fromEntries(memory), { lazy: true });
  }

  /** Removes what is over age, bytes or free disk. Called each minute with ms UTC, −∞ while it is not known. */
  retain(now: number): Promise<void> {
    return this.#parts.retain(now);
  }

  /** Flushes both lanes and gives the folder back. Nothing may be appended after. */
  async close(): Promise<void> {
    await this.#parts.settled();
    // What frames refer to first: with the alarms lane closed the samples lane waits for nothing.
    await this.#parts.alarms.writer.close();
    await this.#parts.samples.writer.close();
    await this.#parts.settled();
    await this.#unlock();
  }
}

const payloadOf = (entry: Entry): Buffer => Buffer.from(JSON.stringify(entry), 'utf8');
