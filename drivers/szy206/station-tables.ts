import { type DriverDevice, FrameBuilder, Quality, type TagTable, type Told } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { ToldValue } from './number-field.js';
import { quantities, voltage } from './quantities.js';
import { type Report, valueIn } from './report.js';
import type { TagAddress } from './tag-schema.js';

type Device = DriverDevice<DeviceSettings, TagAddress>;
type Tables = ReadonlyMap<string, TagTable>;

/** Times further ahead than this are of a wrong clock: nothing is called older because of them. */
const aheadMs = 60_000;
/** A report is sent again until somebody takes it. */
const resentMs = 15 * 60_000;

/** Fills the tables of one station from its reports: one reading a table each. */
export class StationTables {
  readonly #groups: Device['groups'];
  /** Time of the newest report told, by group. */
  readonly #newest = new Map<string, number>();

  constructor({ groups }: Device) {
    this.#groups = groups;
  }

  tell(report: Report, raw: Uint8Array, utc: number, tables: Tables, told: Told): void {
    for (const { name, tags } of this.#groups) {
      const table = tables.get(name);
      if (!table) continue;
      const builder = new FrameBuilder(table);
      let isAnything = false;
      for (const [slot, { address }] of tags.entries()) {
        const found = valueOf(report, address);
        if (!found) continue;
        isAnything = true;
        if (Number.isNaN(found.value)) builder.bad(slot, found.quality);
        else builder.set(slot, found.value, found.quality);
        if (report.at !== undefined) builder.deviceTime(slot, report.at);
        builder.behind(resentMs);
      }
      if (!isAnything) continue;
      if (this.#isHistory(name, report.at, utc)) builder.late();
      if (tags.some(({ statutory }) => statutory)) builder.raw(raw);
      told.reading(builder.build());
    }
  }

  /** Every table bad throughout: the station has fallen silent. */
  silent(tables: Tables, told: Told): void {
    for (const { name } of this.#groups) {
      const table = tables.get(name);
      if (!table) continue;
      const builder = new FrameBuilder(table);
      builder.allBad(Quality['bad-no-answer']);
      told.reading(builder.build());
    }
  }

  /** Older than what was told before. */
  #isHistory(group: string, at: number | undefined, utc: number): boolean {
    if (at === undefined) return false;
    const newest = this.#newest.get(group) ?? -Infinity;
    if (at >= newest && at <= utc + aheadMs) this.#newest.set(group, at);
    return at < newest;
  }
}

/** What a report says of one tag; undefined when it says nothing. */
function valueOf(report: Report, { quantity, number = 1, bit }: TagAddress): ToldValue | undefined {
  if (quantity === 'alarm' || quantity === 'state') {
    const word = report[quantity];
    return word === undefined
      ? undefined
      : { value: bit === undefined ? word : (word >> bit) & 1, quality: Quality.good };
  }
  return valueIn(report, quantity === 'voltage' ? voltage : quantities[quantity], number);
}
