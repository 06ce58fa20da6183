import type { Reading, TagTable } from './frame.js';
import { Quality } from './quality.js';

/**
 * How a driver fills the columns of one reading. Fresh slots are `absent`. One builder makes one reading: `build` gives
 * its columns away. Compiled decoders may write `values` and `quality` directly, keeping a bad slot's value NaN.
 */
export class FrameBuilder {
  readonly table: TagTable;
  readonly values: Float64Array;
  readonly quality: Uint8Array;
  #times: Float64Array | undefined;
  #texts: Map<number, string> | undefined;
  #raw: Uint8Array | undefined;
  #behindMs = 0;
  #isLate = false;

  constructor(table: TagTable) {
    this.table = table;
    this.values = new Float64Array(table.tags.length).fill(Number.NaN);
    this.quality = new Uint8Array(table.tags.length);
  }

  /** A number, or a boolean as 0 or 1. A number that is not finite is a sensor failure. */
  set(slot: number, value: number, quality: number = Quality.good): void {
    if (Number.isFinite(value)) {
      this.values[slot] = value;
      this.quality[slot] = quality;
    } else {
      this.bad(slot, Quality['bad-sensor-failure']);
    }
  }

  bad(slot: number, quality: number): void {
    this.values[slot] = Number.NaN;
    this.quality[slot] = quality;
    this.#texts?.delete(slot);
  }

  allBad(quality: number): void {
    this.values.fill(Number.NaN);
    this.quality.fill(quality);
    this.#texts?.clear();
  }

  text(slot: number, text: string, quality: number = Quality.good): void {
    this.#texts ??= new Map();
    this.#texts.set(slot, text);
    this.quality[slot] = quality;
  }

  /** The device's own time of one value, ms UTC. */
  deviceTime(slot: number, time: number): void {
    this.#times ??= new Float64Array(this.table.tags.length).fill(Number.NaN);
    this.#times[slot] = time;
  }

  /** Bytes as received, kept with the frame for statutory tags. */
  raw(bytes: Uint8Array): void {
    this.#raw = bytes;
  }

  /** The device's times may lie so far behind ours by nature: ms. */
  behind(ms: number): void {
    this.#behindMs = ms;
  }

  /** History, filled in afterwards: it is stored and delivered, and changes nothing that is judged now. */
  late(): void {
    this.#isLate = true;
  }

  build(): Reading {
    const { table, values, quality } = this;
    if (!this.#times && !this.#texts && !this.#raw && !this.#isLate) return { table, values, quality };
    return {
      table,
      values,
      quality,
      ...(this.#times && { times: this.#times }),
      ...(this.#texts && { texts: this.#texts }),
      ...(this.#raw && { raw: this.#raw }),
      ...(this.#behindMs > 0 && { behindMs: this.#behindMs }),
      ...(this.#isLate && { late: true }),
    };
  }
}
