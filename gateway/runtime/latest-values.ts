import type { StampedFrame } from '../contract/index.js';

/** The newest frame of each poll group, for the page and the API. Late frames do not replace what is newer. */
export class LatestValues {
  /** By table number: within one run a poll group has one table. */
  readonly #frames = new Map<number, StampedFrame>();

  set(frame: StampedFrame): void {
    if (frame.late) return;
    this.#frames.set(frame.table.number, frame);
  }

  /** Frames of a device, or of all, in the order they were first seen. */
  frames(device?: string): StampedFrame[] {
    const frames = [...this.#frames.values()];
    return device === undefined ? frames : frames.filter(({ table }) => table.device === device);
  }
}
