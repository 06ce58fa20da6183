import { transmissionMs, type WireSpec } from './wire-time.js';

/**
 * The shared wire of a bus: one frame at a time, whoever sends it. A frame that would collide waits until the wire is
 * free; on a real bus both would be lost. Without a wire's speed nothing takes time and nothing waits.
 */
export class Medium {
  readonly #wire: WireSpec | undefined;
  #freeMs = 0;

  constructor(wire: WireSpec | undefined) {
    this.#wire = wire;
  }

  /** Takes the wire from `fromMs`, or when it is free, for this many bytes; returns when the last one has passed. */
  carry(fromMs: number, byteCount: number): number {
    if (!this.#wire) return fromMs;
    this.#freeMs = Math.max(fromMs, this.#freeMs) + transmissionMs(this.#wire, byteCount);
    return this.#freeMs;
  }
}
