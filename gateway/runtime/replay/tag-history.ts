import type { Frame, TagTable } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';
import { framesOf } from './inputs.js';
import type { TunableAlarm } from './tunable-alarms.js';
import type { Series } from './tune.js';

/** Readings that are looked at; beyond them a shorter period has to be named. */
export const readingsMax = 5_000_000;

export interface TagHistory {
  readonly series: Series;
  /** ms UTC of the first reading and the last; null when there is none, or nobody knows. */
  readonly from: number | null;
  readonly to: number | null;
  /** There were more readings: these are the first of them. */
  readonly isCut: boolean;
}

export interface TagHistoryOptions {
  readonly journal: Journal;
  readonly alarm: Pick<TunableAlarm, 'devices' | 'tags'>;
  /** ms UTC; `to` is not included. A reading whose time nobody knows is left out where a period is named. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly onShare?: (share: number) => void;
}

const progressEvery = 10_000;

/** Where a tag stands in the frames of a table; −1 where it does not. Found once a table. */
function slotFinder({ devices, tags }: TagHistoryOptions['alarm']): (table: TagTable) => number {
  const slots = new Map<number, number>();
  return (table) => {
    const known = slots.get(table.number);
    if (known !== undefined) return known;
    const slot = devices.includes(table.device) ? table.tags.findIndex(({ name }) => tags.includes(name)) : -1;
    slots.set(table.number, slot);
    return slot;
  };
}

class History {
  readonly #instants: number[] = [];
  readonly #values: number[] = [];
  readonly #quality: number[] = [];
  #from: number | null = null;
  #to: number | null = null;

  get length(): number {
    return this.#instants.length;
  }

  add({ instant, values, quality }: Frame, slot: number, time: number | null): void {
    this.#instants.push(instant);
    this.#values.push(values[slot] as number);
    this.#quality.push(quality[slot] as number);
    this.#from ??= time;
    this.#to = time ?? this.#to;
  }

  done(isCut: boolean): TagHistory {
    const series = {
      instants: Float64Array.from(this.#instants),
      values: Float64Array.from(this.#values),
      quality: Uint8Array.from(this.#quality),
    };
    return { series, from: this.#from, to: this.#to, isCut };
  }
}

/** What one tag said as the journal keeps it, also under former names. Late readings change no alarm and are left out. */
export async function tagHistory(options: TagHistoryOptions): Promise<TagHistory> {
  const { journal, alarm, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, onShare } = options;
  const isOpen = options.from === undefined && options.to === undefined;
  const { first, committed } = journal.samples;
  const slotOf = slotFinder(alarm);
  const history = new History();
  for await (const { offset, frame } of framesOf(journal)) {
    if (offset % progressEvery === 0) onShare?.((offset - first) / Math.max(1, committed - first));
    const slot = slotOf(frame.table);
    if (slot < 0 || frame.late === true) continue;
    const label = Number.isNaN(frame.time) ? journal.labelOf(frame.instant)?.time : frame.time;
    const isTold = label === undefined ? isOpen : label >= from && label < to;
    if (!isTold) continue;
    if (history.length === readingsMax) return history.done(true);
    history.add(frame, slot, label ?? null);
  }
  return history.done(false);
}
