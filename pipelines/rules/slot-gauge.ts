import { type Json, Quality, type StampedFrame } from '../../gateway/contract/index.js';
import type { Gauge } from './gauged-rule.js';

/** A tag as it is read; a frame that says nothing of it leaves it as it was. Remembers nothing. */
export class SlotGauge implements Gauge {
  value = Number.NaN;
  quality: number = Quality.absent;
  readonly #slot: number;

  constructor(slot: number) {
    this.#slot = slot;
  }

  read(frame: StampedFrame): boolean {
    const quality = frame.quality[this.#slot] as number;
    if (quality === Quality.absent) return false;
    this.value = frame.values[this.#slot] as number;
    this.quality = quality;
    return true;
  }

  snapshot(): Json {
    return null;
  }

  restore(): void {
    // Nothing is remembered.
  }
}
