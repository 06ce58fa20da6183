import { contextEveryMs, type Registries, tableSpec } from '../../../config/index.js';
import type { SiteConfig } from '../../../config/site.js';
import { type Entry, FrameBuilder, type Log, Quality, type TagTable } from '../../contract/index.js';
import { type ContextAgain, contextAgain } from './context-again.js';
import { Coverage } from './coverage.js';
import { Stage } from './stage.js';
import { type UnjudgedRule, unjudgedRules } from './unjudged-rules.js';

/**
 * One row of a recorded table: ms UTC, and what it says of tags. A boolean is 0 or 1, a text tag's value a text; NaN is a
 * reading that failed, and a tag that is not there was not said.
 */
export interface RecordedRow {
  readonly time: number;
  readonly values: Readonly<Record<string, number | string>>;
}

export interface RowsReplayOptions {
  readonly site: SiteConfig;
  readonly registries: Registries;
  /** The device whose tags the columns are. */
  readonly device: string;
  /** In order of time. */
  readonly rows: Iterable<RecordedRow>;
  /** Its times are only counted from the first row: no day of the calendar is meant. */
  readonly isRelative?: boolean;
  readonly note: (entry: Entry) => void;
  readonly log: Log;
}

/** Every tag table of a site, numbered from 1, as a journal of its own would. */
const tablesOf = ({ site, links, hash }: SiteConfig): TagTable[] =>
  links
    .flatMap(({ name, devices }) =>
      devices.flatMap((device) => device.groups.map((group) => tableSpec(site.id, name, device, group, hash))),
    )
    .map((spec, index) => ({ ...spec, number: index + 1 }));

/** Instants are counted from the first row, which has this one. */
const firstInstant = 1000;

/** So much of a hole between two rows is filled with context at most; seconds are counted through no more of it either. */
const contextGapMax = 7 * 86_400_000;

function frameOf(table: TagTable, { values }: RecordedRow): FrameBuilder | undefined {
  const builder = new FrameBuilder(table);
  let isTold = false;
  for (const [slot, { name }] of table.tags.entries()) {
    const value = values[name];
    if (value === undefined) continue;
    isTold = true;
    if (typeof value === 'string') builder.text(slot, value);
    else if (Number.isNaN(value)) builder.bad(slot, Quality['bad-sensor-failure']);
    else builder.set(slot, value);
  }
  return isTold ? builder : undefined;
}

export interface RowsReplay {
  /** Rows judged. */
  readonly rows: number;
  /** Rules, or parts of them, for which the record has no readings: that they raised nothing means nothing. */
  readonly notJudged: readonly UnjudgedRule[];
}

/** Rows of one device on their way to its stage. */
class RowsJudge {
  readonly #stage: Stage;
  readonly #own: readonly TagTable[];
  readonly #context: ContextAgain | undefined;
  readonly #isRelative: boolean;
  #began: number | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor({ site, registries, device, isRelative = false, note, log }: RowsReplayOptions, coverage: Coverage) {
    const tables = tablesOf(site);
    this.#own = tables.filter((table) => table.device === device);
    this.#context = contextAgain(site, tables.length + 1);
    this.#isRelative = isRelative;
    const all = [...tables, ...(this.#context ? [this.#context.table] : [])];
    this.#stage = new Stage({ site, registries, tables: all, before: undefined, coverage, note, log });
  }

  get count(): number {
    return this.#count;
  }

  row(row: RecordedRow): void {
    const { time } = row;
    if (this.#began === undefined) this.#stage.isHere({ instant: firstInstant, time: this.#isRelative ? null : time });
    this.#began ??= time;
    const instant = Math.max(this.#last, firstInstant + time - this.#began);
    this.#tellContext(instant, time);
    this.#last = instant;
    for (const table of this.#own) {
      const built = frameOf(table, row);
      if (built) this.#stage.frame({ ...built.build(), instant, time, timeSpread: 0, sequence: this.#count });
    }
    this.#count += 1;
  }

  /** Up to a row: it is told while there are none too, but not without end. */
  #tellContext(instant: number, time: number): void {
    if (!this.#context) return;
    const next = this.#last + contextEveryMs;
    const begin = this.#count === 0 ? instant : Math.max(next, instant - contextGapMax);
    for (let at = begin; at < instant; at += contextEveryMs) this.#tellContextAt(at, time - (instant - at));
    this.#tellContextAt(instant, time);
  }

  /** Days since a day are known where the record means days of the calendar. */
  #tellContextAt(instant: number, time: number): void {
    const told = this.#context?.due({ instant, time: this.#isRelative ? Number.NaN : time });
    if (told) this.#stage.frame({ ...told, time });
  }
}

/**
 * Judges a recorded table by the rules of a site, in the record's own time: what these rules would have said. The record
 * is taken to be of a device that was there all along, so nothing settles; the context is that of the site file.
 */
export function replayRows(options: RowsReplayOptions): RowsReplay {
  const { site, registries, device, rows } = options;
  const coverage = new Coverage();
  const judge = new RowsJudge(options, coverage);
  for (const row of rows) judge.row(row);
  return { rows: judge.count, notJudged: unjudgedRules({ site, registries, coverage, device }) };
}
