import type {
  AlarmEntry,
  ClockEntry,
  ConfigurationEntry,
  Entry,
  EpochEntry,
  EventEntry,
  Json,
  ModeEntry,
  TagTable,
  TagTableSpec,
} from '../contract/index.js';
import { AlarmFold, type AlarmsJson } from './alarm-fold.js';
import { type Boot, bootsAfterEpoch, nextBoots } from './boots.js';
import { ContextFold, type ContextJson } from './context-fold.js';
import type { PositionJson } from './position.js';
import { type FoundRecord, jsonPayload, jsonRecord, RecordKind } from './record.js';

/** Key of a position: one sink, one lane. */
export type PositionKey = `${string}/${'samples' | 'alarms'}`;

/** Everything the alarms lane says, as of one place in it. A snapshot of it stands at the head of each segment. */
export interface FoldJson {
  readonly epoch: EpochEntry | null;
  readonly tables: readonly TagTable[];
  readonly nextTable: number;
  readonly positions: { readonly [key: PositionKey]: PositionJson };
  readonly learned: { readonly [link: string]: { readonly [device: string]: Json } };
  /** The last event of each condition that is active. */
  readonly active: readonly EventEntry[];
  readonly alarms: AlarmsJson;
  /** Modes that hold, by what they hold for. */
  readonly modes: { readonly [subject: string]: ModeEntry };
  readonly context: ContextJson;
  /** What rules and transforms remember, by name. */
  readonly memory: { readonly [name: string]: Json };
  readonly auditHash: string;
  readonly configuration: ConfigurationEntry | null;
  readonly lastInstant: number;
  readonly lastTime: number;
  readonly clockInstant: number;
  readonly boots: readonly Boot[];
}

const tableKey = ({ site, link, device, profile, group, configuration, tags }: TagTableSpec): string =>
  JSON.stringify([site, link, device, profile, group, configuration, tags]);

/** Entries of at most a few kilobytes each, so many to a record. */
const chunk = 200;

const chunks = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / chunk) }, (_, index) =>
    items.slice(index * chunk, (index + 1) * chunk),
  );

/** The fold itself: applied to each record of the alarms lane, when written and when read again at a start. */
export class Fold {
  epoch: EpochEntry | null = null;
  configuration: ConfigurationEntry | null = null;
  auditHash = '';
  lastInstant = 0;
  lastTime = Number.NaN;
  /** Instant of the last clock entry that was believed. */
  clockInstant = 0;
  /** Boots whose time was not known from the start, oldest first: their frames are labelled afterwards. */
  boots: readonly Boot[] = [];
  readonly positions = new Map<PositionKey, PositionJson>();
  readonly learned = new Map<string, Map<string, Json>>();
  readonly memory = new Map<string, Json>();
  readonly active = new Map<string, EventEntry>();
  readonly alarms = new AlarmFold();
  readonly modes = new Map<string, ModeEntry>();
  readonly context = new ContextFold();
  readonly #tables = new Map<number, TagTable>();
  readonly #numbers = new Map<string, number>();
  #nextTable = 1;

  table(number: number): TagTable | undefined {
    return this.#tables.get(number);
  }

  get tables(): ReadonlyMap<number, TagTable> {
    return this.#tables;
  }

  /** The table registered for exactly this, if there is one. */
  findTable(spec: TagTableSpec): TagTable | undefined {
    const number = this.#numbers.get(tableKey(spec));
    return number === undefined ? undefined : this.#tables.get(number);
  }

  newTable(spec: TagTableSpec): TagTable {
    const table: TagTable = { number: this.#nextTable, ...spec };
    this.addTable(table);
    return table;
  }

  addTable(table: TagTable): void {
    this.#tables.set(table.number, table);
    this.#numbers.set(tableKey(table), table.number);
    this.#nextTable = Math.max(this.#nextTable, table.number + 1);
  }

  /** A number that some frame was written with is never given to another table, even when its own table is lost. */
  reserveTable(number: number): void {
    this.#nextTable = Math.max(this.#nextTable, number + 1);
  }

  get nextTable(): number {
    return this.#nextTable;
  }

  /** Forgets the tables no kept frame refers to; those of the running configuration are always kept. */
  keepTables(numbers: ReadonlySet<number>): void {
    for (const [number, table] of this.#tables) {
      if (numbers.has(number) || table.configuration === this.configuration?.hash) continue;
      this.#tables.delete(number);
      this.#numbers.delete(tableKey(table));
    }
  }

  setLearned(link: string, device: string, facts: Json): void {
    const ofLink = this.learned.get(link) ?? new Map<string, Json>();
    ofLink.set(device, facts);
    this.learned.set(link, ofLink);
  }

  stamp(instant: number, time: number): void {
    this.lastInstant = Math.max(this.lastInstant, instant);
    // At a start the alarms lane is read first: frames from before the clock's last word do not take it back.
    if (!Number.isNaN(time) && instant >= this.clockInstant)
      this.lastTime = Number.isNaN(this.lastTime) ? time : Math.max(this.lastTime, time);
  }

  /** `offset` is where it stands in the lane. */
  entry(entry: Entry, offset: number): void {
    this.stamp(entry.instant, entry.time ?? Number.NaN);
    if (entry.kind === 'epoch') this.#epoch(entry);
    if (entry.kind === 'event') this.#event(entry);
    this.alarms.entry(entry, offset);
    if (entry.kind === 'mode') this.#mode(entry);
    if (entry.kind === 'context') this.context.entry(entry);
    if (entry.kind === 'clock') this.#clock(entry);
    if (entry.kind === 'configuration') this.configuration = entry;
    if (entry.kind === 'audit') this.auditHash = entry.hash;
  }

  #event(entry: EventEntry): void {
    if (entry.formerKey !== undefined) this.active.delete(entry.formerKey);
    if (entry.state === 'active') this.active.set(entry.key, entry);
    else this.active.delete(entry.key);
  }

  #mode(entry: ModeEntry): void {
    const subject = `${entry.device}/${entry.tag ?? ''}`;
    if (entry.change === 'ended') this.modes.delete(subject);
    else this.modes.set(subject, entry);
  }

  #epoch(entry: EpochEntry): void {
    this.epoch = entry;
    if (Number.isNaN(entry.time ?? Number.NaN)) this.boots = bootsAfterEpoch(this.boots, entry.instant);
  }

  /** A clock that is believed says what the floor of the next boot is, also after a step back. */
  #clock(entry: ClockEntry): void {
    if (entry.trusted) {
      this.lastTime = entry.utc;
      this.clockInstant = entry.instant;
    }
    this.boots = nextBoots(this.boots, entry);
  }

  /** Applies one stored record; one it does not understand changes nothing. */
  record(record: FoundRecord): void {
    const value = jsonPayload(record.payload);
    if (value === undefined) return;
    switch (record.kind) {
      case RecordKind.entry:
        this.entry(value as Entry, record.offset);
        break;
      case RecordKind.table:
        this.addTable(value as TagTable);
        break;
      case RecordKind.positions:
        for (const [key, position] of Object.entries(value as Record<PositionKey, PositionJson | null>)) {
          if (position) this.positions.set(key as PositionKey, position);
          else this.positions.delete(key as PositionKey);
        }
        break;
      case RecordKind.learned: {
        const { link, device, facts } = value as { link: string; device: string; facts: Json };
        this.setLearned(link, device, facts);
        break;
      }
      case RecordKind.memory:
        for (const [name, memory] of Object.entries(value as Record<string, Json>)) this.memory.set(name, memory);
        break;
      case RecordKind.standing:
        for (const entry of value as readonly (EventEntry | AlarmEntry)[]) this.#stands(entry);
        break;
      case RecordKind.snapshot:
        this.#restore(value as FoldJson);
        break;
      default:
    }
  }

  toJSON(): FoldJson {
    return {
      epoch: this.epoch,
      tables: [...this.#tables.values()],
      nextTable: this.#nextTable,
      positions: Object.fromEntries(this.positions),
      learned: Object.fromEntries([...this.learned].map(([link, devices]) => [link, Object.fromEntries(devices)])),
      active: [...this.active.values()],
      alarms: this.alarms.toJSON(),
      modes: Object.fromEntries(this.modes),
      context: this.context.toJSON(),
      memory: Object.fromEntries(this.memory),
      auditHash: this.auditHash,
      configuration: this.configuration,
      lastInstant: this.lastInstant,
      lastTime: this.lastTime,
      clockInstant: this.clockInstant,
      boots: this.boots,
    };
  }

  /** The fold as records at the head of a segment: what grows with the site apart, so that no record does. */
  headRecords(offset: number): Buffer[] {
    const { tables, positions, memory, active, alarms, ...rest } = this.toJSON();
    const bare = { tables: [], positions: {}, memory: {}, active: [], alarms: { ...alarms, standing: [] } };
    const snapshot: FoldJson = { ...rest, ...bare };
    return [
      jsonRecord(RecordKind.snapshot, offset, snapshot),
      ...chunks([...active, ...alarms.standing]).map((some) => jsonRecord(RecordKind.standing, offset, some)),
      ...Object.entries(memory).map(([name, one]) => jsonRecord(RecordKind.memory, offset, { [name]: one })),
      ...tables.map((table) => jsonRecord(RecordKind.table, offset, table)),
      jsonRecord(RecordKind.positions, offset, positions),
    ];
  }

  #stands(entry: EventEntry | AlarmEntry): void {
    if (entry.kind === 'alarm') this.alarms.standing.set(entry.key, entry);
    else this.active.set(entry.key, entry);
  }

  #restore(json: FoldJson): void {
    this.epoch = json.epoch;
    this.configuration = json.configuration;
    this.auditHash = json.auditHash;
    this.lastInstant = json.lastInstant;
    this.lastTime = json.lastTime ?? Number.NaN;
    this.clockInstant = json.clockInstant;
    this.boots = json.boots;
    this.#tables.clear();
    this.#numbers.clear();
    for (const table of json.tables) this.addTable(table);
    this.#nextTable = json.nextTable;
    this.positions.clear();
    for (const [key, position] of Object.entries(json.positions)) this.positions.set(key as PositionKey, position);
    this.learned.clear();
    for (const [link, devices] of Object.entries(json.learned)) {
      for (const [device, facts] of Object.entries(devices)) this.setLearned(link, device, facts);
    }
    this.active.clear();
    for (const event of json.active) this.active.set(event.key, event);
    this.alarms.restore(json.alarms);
    this.modes.clear();
    for (const [subject, mode] of Object.entries(json.modes ?? {})) this.modes.set(subject, mode);
    this.context.restore(json.context);
    this.memory.clear();
    for (const [name, memory] of Object.entries(json.memory)) this.memory.set(name, memory);
  }
}
