import type { Caller } from '../streams/index.js';
import { FrameCollector, type FrameDamage } from './frame-collector.js';
import type { Frame } from './frame.js';
import type { WireCount } from './wire-count.js';

export interface StationLineEvents {
  message(line: StationLine, frame: Frame): void;
  /** Told when damage begins, not for each frame. */
  damaged(line: StationLine, damage: FrameDamage): void;
}

/** One caller and the stations that were heard through it: mostly one, several behind a relay. */
export class StationLine {
  readonly caller: Caller;
  readonly stations = new Set<string>();
  readonly #collector = new FrameCollector();
  readonly #count: WireCount;
  readonly #events: StationLineEvents;
  #isDamaged = false;

  constructor(caller: Caller, count: WireCount, events: StationLineEvents) {
    this.caller = caller;
    this.#count = count;
    this.#events = events;
  }

  received(bytes: Uint8Array): void {
    const { frames, damages, stray } = this.#collector.push(bytes);
    this.#count.messages += frames.length;
    this.#count.damaged += damages.length;
    this.#count.strayBytes += stray;
    const [damage] = damages;
    if (frames.length > 0) this.#isDamaged = false;
    if (damage && !this.#isDamaged) {
      this.#isDamaged = true;
      this.#events.damaged(this, damage);
    }
    for (const frame of frames) this.#events.message(this, frame);
  }
}
