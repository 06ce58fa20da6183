import { type DriverDevice, FrameBuilder, Quality, type TagTable, type Told } from '../../gateway/contract/index.js';
import type { DeviceSettings } from './device-schema.js';
import type { Observation, Report } from './report.js';
import type { TagAddress } from './tag-schema.js';

type Device = DriverDevice<DeviceSettings, TagAddress>;

/** A slot that an element fills. */
interface Target {
  readonly group: string;
  readonly slot: number;
  readonly bit: number | undefined;
}

/** A station whose clock is this near to ours is right when it says that an observation is old. */
const clockBelievedMs = 10 * 60_000;
/** An observation sent so long after it was made is history. */
const historyMs = 15 * 60_000;
/** Times further ahead than this are of a wrong clock: nothing is called older because of them. */
const aheadMs = 60_000;

/** Fills the tables of one station from its reports: one reading a table for each time of observation, in order. */
export class StationTables {
  readonly #targets = new Map<string, Target[]>();
  readonly #statutory: ReadonlySet<string>;
  readonly #groups: readonly string[];
  /** Time of the newest observation told, by group. */
  readonly #newest = new Map<string, number>();

  constructor({ groups }: Device) {
    this.#groups = groups.map(({ name }) => name);
    this.#statutory = new Set(groups.filter(({ tags }) => tags.some((tag) => tag.statutory)).map(({ name }) => name));
    for (const { name: group, tags } of groups) {
      for (const [slot, { address }] of tags.entries()) {
        const target = { group, slot, bit: address.bit };
        this.#targets.set(address.element, [...(this.#targets.get(address.element) ?? []), target]);
      }
    }
  }

  /** Tells what a report says; resolves to how many of its values no tag asks for. */
  tell(report: Report, raw: Uint8Array, utc: number, tables: ReadonlyMap<string, TagTable>, told: Told): number {
    const asked = report.observations.filter(({ element }) => this.#targets.has(element));
    const readings = this.#fill(asked, report.sentAt, tables);
    const newest = this.#newestOf(readings, utc);
    for (const { at, group, builder } of readings) {
      if (isHistory(at, newest.get(group), report.sentAt, utc)) builder.late();
      if (this.#statutory.has(group)) builder.raw(raw);
      told.reading(builder.build());
    }
    return report.observations.length - asked.length;
  }

  /** Every table bad throughout: the station has fallen silent. */
  silent(tables: ReadonlyMap<string, TagTable>, told: Told): void {
    for (const group of this.#groups) {
      const table = tables.get(group);
      if (!table) continue;
      const builder = new FrameBuilder(table);
      builder.allBad(Quality['bad-no-answer']);
      told.reading(builder.build());
    }
  }

  #fill(
    observations: readonly Observation[],
    sentAt: number | undefined,
    tables: ReadonlyMap<string, TagTable>,
  ): readonly TimedReading[] {
    const readings = new Map<string, TimedReading>();
    for (const { element, at: observedAt, value, quality } of observations) {
      const at = observedAt ?? sentAt;
      for (const { group, slot, bit } of this.#targets.get(element) ?? []) {
        const table = tables.get(group);
        if (!table) continue;
        const key = `${at} ${group}`;
        const reading = readings.get(key) ?? { at, group, builder: reportOf(table) };
        readings.set(key, reading);
        if (Number.isNaN(value)) reading.builder.bad(slot, quality);
        else reading.builder.set(slot, bit === undefined ? value : bitOf(value, bit), quality);
        if (at !== undefined) reading.builder.deviceTime(slot, at);
      }
    }
    return [...readings.values()].toSorted((one, other) => (one.at ?? Infinity) - (other.at ?? Infinity));
  }

  /** The newest time of each group, told now or before. */
  #newestOf(readings: readonly TimedReading[], utc: number): ReadonlyMap<string, number> {
    const newest = new Map(this.#newest);
    for (const { at, group } of readings) {
      if (at === undefined || at <= (newest.get(group) ?? -Infinity)) continue;
      newest.set(group, at);
      if (at <= utc + aheadMs) this.#newest.set(group, at);
    }
    return newest;
  }
}

/** Reports are of whole minutes, and are sent again until somebody takes them. */
function reportOf(table: TagTable): FrameBuilder {
  const builder = new FrameBuilder(table);
  builder.behind(historyMs);
  return builder;
}

interface TimedReading {
  readonly at: number | undefined;
  readonly group: string;
  readonly builder: FrameBuilder;
}

const bitOf = (value: number, bit: number): number => (value >>> bit) & 1;

/** Older than what is known, or sent long after it was observed by a clock that is right. */
function isHistory(
  at: number | undefined,
  newest: number | undefined,
  sentAt: number | undefined,
  utc: number,
): boolean {
  if (at === undefined) return false;
  if (newest !== undefined && at < newest) return true;
  return sentAt !== undefined && Math.abs(sentAt - utc) <= clockBelievedMs && sentAt - at > historyMs;
}
