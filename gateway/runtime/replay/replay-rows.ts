import { type Registries, tableSpec } from '../../../config/index.js';
import type { SiteConfig } from '../../../config/site.js';
import { type Entry, type Frame, FrameBuilder, type Log, Quality, type TagTable } from '../../contract/index.js';
import { Stage } from './stage.js';

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

/**
 * Judges a recorded table by the rules of a site, in the record's own time: what these rules would have said. The record
 * is taken to be of a device that was there all along, so nothing settles. Returns how many rows were judged.
 */
export function replayRows({ site, registries, device, rows, isRelative, note, log }: RowsReplayOptions): number {
  const tables = tablesOf(site);
  const own = tables.filter((table) => table.device === device);
  const stage = new Stage({ site, registries, tables, before: undefined, note, log });
  let began: number | undefined;
  let sequence = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    if (began === undefined) stage.isHere({ instant: firstInstant, time: isRelative ? null : row.time });
    began ??= row.time;
    last = Math.max(last, firstInstant + row.time - began);
    for (const table of own) {
      const built = frameOf(table, row);
      if (!built) continue;
      const frame: Frame = { ...built.build(), instant: last, time: row.time, timeSpread: 0, sequence };
      stage.frame(frame);
    }
    sequence += 1;
  }
  return sequence;
}
