import { type ExceedanceEntry, hasValue, Quality, type StampedFrame } from '../../contract/index.js';

/** An exceedance of which nobody knows yet whether its rule is still there. */
interface Unsettled {
  readonly entry: ExceedanceEntry;
  /** A reading back within the limit has ended it. */
  readonly isOver: boolean;
}

const isHigh = ({ limitKind }: ExceedanceEntry): boolean => limitKind.startsWith('H');

/** Beyond the bare limit, with half a step of tolerance, as limits are; undefined without a reading. */
function isBeyond(entry: ExceedanceEntry, slot: number, frame: StampedFrame): boolean | undefined {
  const quality = frame.quality[slot] as number;
  const value = frame.values[slot] as number;
  if (!hasValue(quality) || Number.isNaN(value)) return undefined;
  const side = isHigh(entry) ? 1 : -1;
  if (quality === Quality[side === 1 ? 'uncertain-over-range' : 'uncertain-under-range']) return true;
  if (entry.limit === null) return undefined;
  return side * value >= side * entry.limit - (frame.table.tags[slot]?.resolution ?? 0) / 2;
}

function longer(entry: ExceedanceEntry, value: number, { instant, time }: StampedFrame): ExceedanceEntry {
  const { began, peak, mean, readings } = entry;
  const worst = isHigh(entry) ? Math.max : Math.min;
  return {
    ...entry,
    instant,
    time,
    durationMs: instant - began.instant,
    peak: peak === null ? value : worst(peak, value),
    mean: mean === null ? value : mean + (value - mean) / (readings + 1),
    readings: readings + 1,
  };
}

/**
 * Exceedances that went on when memory was saved last. After a kill the frames since are gone through again by the rules
 * there are now; an exceedance whose rule is there no more goes through them here, so that its peak is not lost.
 */
export class CutExceedances {
  #all: readonly Unsettled[] = [];

  restore(entries: readonly ExceedanceEntry[]): void {
    this.#all = entries.map((entry) => ({ entry, isOver: false }));
  }

  /** A frame journaled after the memory was saved. */
  recall(frame: StampedFrame): void {
    if (this.#all.length === 0 || frame.late) return;
    this.#all = this.#all.map((one) => goOn(one, frame));
  }

  /** Those whose rule is not among the known ones any more, as far as they had come; nothing is left then. */
  take(knownKeys: ReadonlySet<string>, configuration: string): readonly ExceedanceEntry[] {
    const gone = this.#all.filter(({ entry }) => !knownKeys.has(entry.key));
    this.#all = [];
    return gone.map(({ entry, isOver }) => (isOver ? entry : { ...entry, cutBy: configuration }));
  }
}

function goOn(one: Unsettled, frame: StampedFrame): Unsettled {
  const { entry, isOver } = one;
  const { table, instant, time } = frame;
  if (isOver || table.device !== entry.device) return one;
  const slot = table.tags.findIndex(({ name }) => name === entry.tag);
  const beyond = slot < 0 ? undefined : isBeyond(entry, slot, frame);
  if (beyond === undefined) return one;
  if (beyond) return { entry: longer(entry, frame.values[slot] as number, frame), isOver };
  return { entry: { ...entry, instant, time, durationMs: instant - entry.began.instant }, isOver: true };
}
