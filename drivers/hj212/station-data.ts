import {
  type DriverDevice,
  FrameBuilder,
  Quality,
  type Reading,
  type TagTable,
  type Told,
} from '../../gateway/contract/index.js';
import { KeptAsks } from '../streams/index.js';
import { type DataKind, isHistory, periodOf } from './data-kinds.js';
import type { DeviceSettings } from './device-schema.js';
import { compileSlots, fillSlots, type GroupSlots } from './group-slots.js';
import type { Message } from './packets.js';
import { type DataRecord, readRecords } from './records.js';
import { clockWindowMs, type StationClock } from './station-clock.js';
import { parseStationTime } from './station-time.js';
import type { TagAddress } from './tag-schema.js';
import { ToldRecords } from './told-records.js';
import type { Traffic } from './traffic.js';

/** Periods after which a record is no longer news. */
const freshPeriods = 3;

export interface StationDataOptions {
  readonly device: DriverDevice<DeviceSettings, TagAddress>;
  /** By group. */
  readonly tables: ReadonlyMap<string, TagTable>;
  readonly told: Told;
  readonly clock: StationClock;
  readonly aheadMs: number;
  readonly traffic: Traffic;
}

/** How a message came. */
export interface Arrival {
  readonly kind: DataKind;
  /** ms UTC by our clock. */
  readonly utcMs: number;
  /** It answers a request for history. */
  readonly isRequested: boolean;
}

/** What a message said. Times are ms UTC. */
export interface Said {
  /** A tag takes something of it, told now or before. */
  readonly isWanted: boolean;
  /** Times that were spoken of, of tags that take them. */
  readonly times: readonly number[];
  /** Those that were told live and are not of the future. */
  readonly live: readonly number[];
}

interface Group {
  readonly table: TagTable;
  readonly slots: GroupSlots;
  readonly everyMs: number;
  readonly isStatutory: boolean;
  readonly told: ReadonlyMap<DataKind, ToldRecords>;
  /** Time of the newest record told live, of each kind. */
  readonly newest: Map<DataKind, number>;
}

/** Makes readings of one station's data: which tag, which quality, at what time, and whether it is news or history. */
export class StationData {
  readonly #options: StationDataOptions;
  readonly #asks = new KeptAsks();
  readonly #groups: readonly Group[];

  constructor(options: StationDataOptions) {
    this.#options = options;
    this.#groups = options.device.groups.flatMap((group): Group[] => {
      const table = options.tables.get(group.name);
      if (!table) return [];
      const slots = compileSlots(group);
      return [
        {
          table,
          slots,
          everyMs: group.everyMs,
          isStatutory: group.tags.some(({ statutory }) => statutory),
          told: new Map(
            [...slots.keys()].filter(isHistory).map((kind) => [kind, new ToldRecords(periodOf(kind, group.everyMs))]),
          ),
          newest: new Map(),
        },
      ];
    });
  }

  /** Tells what a message says. */
  take(message: Pick<Message, 'content' | 'bytes'>, arrival: Arrival): Said {
    const [live, times] = [new Set<number>(), new Set<number>()];
    let isWanted = false;
    for (const record of readRecords(message.content)) {
      const time = record.dataTime === undefined ? undefined : parseStationTime(record.dataTime, this.#options.aheadMs);
      for (const group of this.#groups) {
        const reading = this.#read(group, record, time, message, arrival);
        if (!reading) continue;
        isWanted = true;
        if (time !== undefined) times.add(time);
        if (reading === 'repeated') continue;
        this.#tell(reading);
        // A time from the future would leave no gap before it for as long.
        if (time !== undefined && !reading.late && time <= arrival.utcMs + clockWindowMs) live.add(time);
      }
    }
    return { isWanted, times: [...times], live: [...live] };
  }

  /** Resolves when all that was told is on disk. */
  kept(): Promise<void> {
    return this.#asks.ask(this.#options.told);
  }

  /** What was said of these times, ms UTC, could not be stored: sent again, it is new. */
  forget(kind: DataKind, times: readonly number[]): void {
    for (const time of times) {
      for (const { told } of this.#groups) told.get(kind)?.forget(time);
    }
  }

  /** The station has fallen silent. */
  tellSilence(): void {
    for (const { table } of this.#groups) {
      const builder = new FrameBuilder(table);
      builder.allBad(Quality['bad-no-answer']);
      this.#tell(builder.build());
    }
  }

  #tell(reading: Reading): void {
    const { told, traffic } = this.#options;
    traffic.readings += 1;
    if (reading.late) traffic.late += 1;
    told.reading(reading);
  }

  #read(
    group: Group,
    record: DataRecord,
    time: number | undefined,
    { bytes }: Pick<Message, 'bytes'>,
    { kind, utcMs, isRequested }: Arrival,
  ): Reading | 'repeated' | undefined {
    const slots = group.slots.get(kind);
    if (!slots) return undefined;
    const builder = new FrameBuilder(group.table);
    const filled = fillSlots(slots, record, time !== undefined, builder);
    if (filled.length === 0) return undefined;
    if (group.isStatutory) builder.raw(bytes);
    if (time === undefined) return builder.build();
    for (const slot of filled) builder.deviceTime(slot, time);
    builder.behind(freshPeriods * periodOf(kind, group.everyMs));
    const isLate = isRequested || this.#isHistory(group, kind, time, utcMs);
    if (isLate) builder.late();
    const reading = builder.build();
    if (group.told.get(kind)?.isNew(time, reading) === false) {
      this.#options.traffic.repeated += 1;
      return 'repeated';
    }
    // A time from the future would make history of all that follows.
    if (!isLate && time <= utcMs + clockWindowMs) group.newest.set(kind, time);
    return reading;
  }

  /**
   * History is what is older than what was told, or older than any news would be: a station that was cut off sends what
   * it kept, the oldest first. A clock known to be slow makes no history of what it stamps.
   */
  #isHistory({ newest, everyMs }: Group, kind: DataKind, time: number, utcMs: number): boolean {
    const behindMs = this.#options.clock.behindMs ?? 0;
    const slowMs = behindMs > clockWindowMs ? behindMs : 0;
    if (utcMs - time - slowMs > clockWindowMs + freshPeriods * periodOf(kind, everyMs)) return true;
    return slowMs === 0 && time < (newest.get(kind) ?? Number.NEGATIVE_INFINITY);
  }
}
