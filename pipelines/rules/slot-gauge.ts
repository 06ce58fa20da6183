import { type Json, Quality, type StampedFrame } from '../../gateway/contract/index.js';
import type { Gauge } from './gauged-rule.js';

/** A tag as it is read. Remembers nothing. */
export class SlotGauge implements Gauge {
  value = Number.NaN;
  quality: number = Quality.absent;
  readonly #slot: number;

  constructor(slot: number) {
    this.#slot = slot;
  }

  read(frame: StampedFrame): boolean {
    this.value = frame.values[this.#slot] as number;
    this.quality = frame.quality[this.#slot] as number;
    return true;
  }

  snapshot(): Json {
    return null;
  }

  restore(): void {
    // Nothing is remembered.
  }
}
