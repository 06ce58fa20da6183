import { createHash } from 'node:crypto';
import {
  type Clock,
  FrameBuilder,
  type Happening,
  type LinkTables,
  Quality,
  type TagTable,
  type Told,
} from '../../gateway/contract/index.js';
import type { DeviceBody, HttpDevice } from './device-body.js';
import { ToldLately } from '../streams/index.js';
import type { JsonValue } from './json-value.js';
import type { RecentIds } from './recent-ids.js';

/** A sender's clock may be so far ahead of ours without anybody's fault, ms. */
const aheadMaxMs = 60_000;

/** What came of one body. */
export interface Tidings {
  readonly values: number;
  readonly records: number;
  readonly repeated: number;
  readonly isLate: boolean;
  /** Something in it was not known before. */
  readonly isNews: boolean;
}

type HappeningName = Pick<Happening, 'name' | 'id'>;

interface Telling extends Tidings {
  /** The happenings that were no repetitions. */
  readonly told: readonly HappeningName[];
  /** Of the values; undefined where none was told, or without a time. */
  readonly identity: string | undefined;
}

/** Tells what bodies say of one device: news once, history as such. */
export class DeviceTeller {
  readonly #device: HttpDevice;
  readonly #tables: ReadonlyMap<string, TagTable>;
  readonly #told: Told;
  readonly #ids: RecentIds;
  readonly #clock: Clock;
  /** The newest time told that was not ahead of ours. */
  #newest: { readonly at: number; readonly isStale: boolean } | undefined;
  /** What was told last that was no history. */
  #last: { readonly at: number; readonly identity: string } | undefined;
  /** Times and values told, also as history: a sender that got no answer sends them again, after others perhaps. */
  readonly #lately = new ToldLately();

  constructor(device: HttpDevice, ids: RecentIds, tables: LinkTables, told: Told, clock: Clock) {
    this.#device = device;
    this.#clock = clock;
    this.#ids = ids;
    this.#tables = tables.get(device.name) ?? new Map();
    this.#told = told;
  }

  /**
   * `missing` is the quality of a tag the body does not have; `absent` where a body may speak of a part. A body of an
   * earlier time than was told is history, unless the device was silent since; the same time and values are no news,
   * but where others of that very time were told last. `kept` resolves when all that was told is on disk; what could not
   * be stored is news again when it comes again.
   */
  tell(body: DeviceBody, missing: number): Tidings & { readonly kept: Promise<void> } {
    const { told, identity, ...tidings } = this.#tell(body, missing);
    const kept = this.#told.kept();
    if (identity !== undefined) this.#lately.remember(identity, kept);
    kept.catch(() => this.#refused(told, identity));
    return { ...tidings, kept };
  }

  #tell({ at, values, happenings }: DeviceBody, missing: number): Telling {
    let repeated = 0;
    const told: HappeningName[] = [];
    for (const happening of happenings) {
      const { name, id } = happening;
      if (!this.#ids.add(name, id)) {
        repeated += 1;
        continue;
      }
      told.push({ name, id });
      this.#told.happened(happening);
    }
    const records = told.length;
    const identity = at === undefined ? undefined : `${at} ${digest(JSON.stringify([...values]))}`;
    const isOther = this.#last?.at === at && this.#last?.identity !== identity;
    const isRepeated = identity !== undefined && !isOther && this.#lately.keptOf(identity) !== undefined;
    const isBefore = at !== undefined && this.#newest !== undefined && at < this.#newest.at;
    const isLate = isBefore && this.#newest?.isStale === false && !isRepeated;
    let count = 0;
    if (isRepeated) repeated += 1;
    else for (const [group, own] of values) count += this.#tellGroup(group, own, at, isLate, missing);
    if (at !== undefined && identity !== undefined && count > 0 && !isLate) {
      this.#last = { at, identity };
      // Measured by a time ahead of ours, all that is right would be history until then.
      if (at <= this.#clock.utc() + aheadMaxMs) this.#newest = { at, isStale: false };
    }
    const isNews = records > 0 || (count > 0 && !isLate);
    return { values: count, records, repeated, isLate, isNews, told, identity: count > 0 ? identity : undefined };
  }

  #refused(told: readonly HappeningName[], identity: string | undefined): void {
    for (const { name, id } of told) this.#ids.forget(name, id);
    if (this.#last?.identity === identity) this.#last = undefined;
  }

  /** Every value is bad. */
  fail(quality: number): void {
    this.#tellBad(quality);
    // What was told before is news again once the service is back.
    this.#last = undefined;
    this.#lately.clear();
  }

  /** After a silence whatever is new is believed, also under an earlier time; the same again is still no news. */
  fallSilent(): void {
    this.#tellBad(Quality['bad-no-answer']);
    if (this.#newest) this.#newest = { ...this.#newest, isStale: true };
  }

  #tellBad(quality: number): void {
    for (const table of this.#tables.values()) {
      const reading = new FrameBuilder(table);
      reading.allBad(quality);
      this.#told.reading(reading.build());
    }
  }

  /** How many values it came to; a group of which nothing is said is not told. */
  #tellGroup(
    group: string,
    values: readonly (JsonValue | undefined)[],
    at: number | undefined,
    isLate: boolean,
    missing: number,
  ): number {
    const table = this.#tables.get(group);
    if (!table || (missing === Quality.absent && values.every((one) => one === undefined))) return 0;
    const into = new FrameBuilder(table);
    into.behind(this.#device.settings.delay ?? 0);
    if (isLate) into.late();
    for (const [slot, value] of values.entries()) {
      fill(into, slot, value, missing);
      if (at !== undefined && value) into.deviceTime(slot, at);
    }
    this.#told.reading(into.build());
    return values.filter((one) => one !== undefined).length;
  }
}

/** Held until the disk has it: values may be long texts. */
const digest = (said: string): string => createHash('sha256').update(said).digest('base64url');

function fill(into: FrameBuilder, slot: number, value: JsonValue | undefined, missing: number): void {
  if (!value) {
    if (missing !== Quality.absent) into.bad(slot, missing);
  } else if (value.kind === 'number') into.set(slot, value.value, value.quality);
  else if (value.kind === 'text') into.text(slot, value.text);
  else into.bad(slot, value.kind === 'none' ? value.quality : Quality['bad-decoding']);
}
