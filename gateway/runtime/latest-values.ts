import { Quality, type StampedFrame } from '../contract/index.js';

/** What is known now of one poll group. */
export interface LatestReading {
  /** The newest frame. */
  readonly frame: StampedFrame;
  /** The frame that last said something of a slot; the newest where none has. */
  readonly said: (slot: number) => StampedFrame;
}

/** The newest reading of each poll group, for the page and the API. Late frames do not replace what is newer. */
export class LatestValues {
  /** By table number: within one run a poll group has one table. Slots are listed only where frames leave some unsaid. */
  readonly #readings = new Map<number, { frame: StampedFrame; slots: StampedFrame[] | undefined }>();

  set(frame: StampedFrame): void {
    if (frame.late) return;
    const known = this.#readings.get(frame.table.number);
    const isWhole = !frame.quality.includes(Quality.absent);
    if (!known || isWhole) {
      this.#readings.set(frame.table.number, { frame, slots: undefined });
      return;
    }
    const { slots = frame.table.tags.map(() => known.frame) } = known;
    for (const slot of slots.keys()) if (frame.quality[slot] !== Quality.absent) slots[slot] = frame;
    this.#readings.set(frame.table.number, { frame, slots });
  }

  /** Readings of a device, or of all, in the order they were first seen. */
  readings(device?: string): LatestReading[] {
    const readings = [...this.#readings.values()].map(({ frame, slots }) => ({
      frame,
      said: (slot: number): StampedFrame => {
        const last = slots?.[slot];
        return last && last.quality[slot] !== Quality.absent ? last : frame;
      },
    }));
    return device === undefined ? readings : readings.filter(({ frame }) => frame.table.device === device);
  }
}
