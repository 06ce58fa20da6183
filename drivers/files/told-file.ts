import { createHash } from 'node:crypto';
import { FrameBuilder, type Happening, type LinkTables, Quality, type Reading } from '../../gateway/contract/index.js';
import type { Damage, PointRecord, TextFile } from './text-file.js';
import type { PointDevice, PointSlot, PointSlots, ToldRecord } from './point-slots.js';
import { fillSlot, readPoint, stateOf } from './point-value.js';
import { isAhead } from './record-time.js';
import type { FileLayout } from './table-layout.js';

/** A file as it lay in the folder. */
export interface FoundFile {
  readonly name: string;
  /** ms since it was last written, by our clock. */
  readonly ageMs: number;
  /** It lay there already when the folder was first looked at. */
  readonly wasThere: boolean;
  /** When it is told, ms UTC. */
  readonly nowMs: number;
}

/** What comes of one file. */
export interface FileTidings {
  /** In the order of the records; history is marked late. */
  readonly readings: readonly Reading[];
  readonly happenings: readonly Happening[];
  /** Devices of which something new was said. */
  readonly heard: ReadonlySet<string>;
  /** Tags of which something new was said. */
  readonly spoken: ReadonlySet<PointSlot>;
  /** What a tag could not take, beside the damage of the file itself. */
  readonly damages: readonly Damage[];
  readonly unknownStates: ReadonlySet<string>;
  readonly counts: { readonly late: number; readonly repeated: number; readonly unknownPoints: number };
}

/**
 * A record of an earlier time than was told is history, unless its device has been silent since: a mine whose clock was
 * set back must not make all it says history. One of the same time and words was told already.
 */
type Standing = 'live' | 'late' | 'repeated';

/**
 * Makes readings and happenings of the records of one file, and notes in the slots what was told. Records of several
 * points become one reading a group; a second value of the same point begins another, so none is lost.
 */
export class FileTeller {
  readonly #slots: PointSlots;
  readonly #tables: LinkTables;
  readonly #layout: FileLayout;

  constructor(slots: PointSlots, tables: LinkTables, layout: FileLayout) {
    this.#slots = slots;
    this.#tables = tables;
    this.#layout = layout;
  }

  tell({ records }: Pick<TextFile, 'records'>, file: FoundFile): FileTidings {
    const sheets = new Sheets(this.#tables);
    const happenings: Happening[] = [];
    const heard = new Set<string>();
    const spoken = new Set<PointSlot>();
    const damages: Damage[] = [];
    const unknownStates = new Set<string>();
    const counts = { late: 0, repeated: 0, unknownPoints: 0 };
    for (const record of records) {
      const state = stateOf(record);
      if (state !== undefined && !this.#layout.states.has(state)) unknownStates.add(state);
      const owner = record.table.happening === undefined ? undefined : this.#slots.owner(record, file.name);
      if (owner) {
        happenings.push(happeningOf(record, owner, this.#layout));
        heard.add(owner.name);
      }
      const slots = this.#slots.find(record, file.name);
      if (slots.length === 0 && !owner) counts.unknownPoints += 1;
      for (const slot of slots) {
        const standing = standingOf(record, slot, file);
        if (standing === 'repeated') {
          counts.repeated += 1;
          continue;
        }
        const value = readPoint(record, slot.address, this.#layout);
        if (value.quality === Quality['bad-decoding']) damages.push(notRead(record, slot));
        sheets.write(slot, standing === 'late', (into) => fillSlot(into, slot.slot, value, record.at));
        if (standing === 'late') {
          counts.late += 1;
          continue;
        }
        heard.add(slot.device.name);
        spoken.add(slot);
        if (record.at !== undefined) slot.told = toldOf(record, record.at, slot.told, file.nowMs);
      }
    }
    return { readings: sheets.readings(), happenings, heard, spoken, damages, unknownStates, counts };
  }
}

function standingOf(record: PointRecord, { told, device }: PointSlot, file: FoundFile): Standing {
  if (told && record.at !== undefined) {
    if (wordsOf(record) === told.words) return 'repeated';
    if (told.at !== undefined && record.at < told.at && !told.isStale) return 'late';
  }
  return file.wasThere && file.ageMs > device.silenceMs ? 'late' : 'live';
}

/** A time ahead of ours is a wrong clock: measured by it, all that is right would be history until then. */
function toldOf(record: PointRecord, at: number, before: ToldRecord | undefined, nowMs: number): ToldRecord {
  const words = wordsOf(record);
  return isAhead(at, nowMs)
    ? { at: before?.at, words, isStale: before?.isStale ?? false }
    : { at, words, isStale: false };
}

/** All that was written, so that a correction under the same time is told. */
const wordsOf = ({ words }: PointRecord): string => words.join('\u0000');

/** Readings being filled: one a device, group and lateness at a time. */
class Sheets {
  readonly #tables: LinkTables;
  readonly #open = new Map<string, FrameBuilder>();
  readonly #done: Reading[] = [];

  constructor(tables: LinkTables) {
    this.#tables = tables;
  }

  write({ device, group, slot }: PointSlot, isLate: boolean, fill: (into: FrameBuilder) => void): void {
    const table = this.#tables.get(device.name)?.get(group);
    if (!table) return;
    const key = JSON.stringify([device.name, group, isLate]);
    let sheet = this.#open.get(key);
    if (sheet && sheet.quality[slot] !== Quality.absent) {
      this.#done.push(sheet.build());
      sheet = undefined;
    }
    if (!sheet) {
      sheet = new FrameBuilder(table);
      sheet.behind(device.delayMs);
      if (isLate) sheet.late();
      // Set anew, so that those begun first are told first.
      this.#open.delete(key);
      this.#open.set(key, sheet);
    }
    fill(sheet);
  }

  readings(): Reading[] {
    return [...this.#done, ...[...this.#open.values()].map((sheet) => sheet.build())];
  }
}

/** Identical records of several files are one happening. */
function happeningOf(record: PointRecord, device: PointDevice, { states }: FileLayout): Happening {
  const { table, words, text, at, point } = record;
  const own = new Set(['mine', 'point', 'time', 'state']);
  const others = [...table.fields]
    .filter(([name]) => !own.has(name))
    .map(([name, place]) => [name, words[place]] as const);
  const state = stateOf(record);
  const known = state === undefined ? {} : { state: states.get(state) ?? state };
  return {
    device: device.name,
    name: table.happening as string,
    at,
    id: createHash('sha256').update(`${table.name}\u0000${text}`).digest('base64url').slice(0, 22),
    fields: { point, ...known, ...(Object.fromEntries(others) as Record<string, string>) },
  };
}

function notRead({ line, words, table }: PointRecord, { address, device }: PointSlot): Damage {
  const word = words[table.fields.get(address.field) as number] as string;
  return {
    line,
    what: {
      en: `${device.name}: \`${word}\` of point ${address.point} is no ${address.type ?? 'number'}`,
      zh: `${device.name}：测点 ${address.point} 的“${word}”不是数值`,
    },
  };
}
