import { Arrivals } from './arrivals.js';
import type { Asked } from './asked.js';
import type { Cut, Cutter } from './cutter.js';
import { frameAt, frameBytesMax } from './frame-forms.js';

/**
 * Cuts RTU by length and CRC, not by silence: adapters and serial servers join and part frames as they like. After
 * damage it goes on byte by byte to the next whole frame. It keeps at most one frame's worth of bytes; longer damage is
 * given in pieces.
 */
export class RtuCutter implements Cutter {
  readonly #arrivals = new Arrivals();
  /** First bytes that no frame begins with. */
  #damaged = 0;

  get isHolding(): boolean {
    return this.#arrivals.bytes.length > 0;
  }

  add(bytes: Uint8Array, atMs: number): void {
    this.#arrivals.add(bytes, atMs);
  }

  next(asked: Asked | undefined, isOver: boolean): Cut | undefined {
    const { bytes } = this.#arrivals;
    for (; this.#damaged < bytes.length; this.#damaged += 1) {
      if (this.#damaged === frameBytesMax) return this.#damage();
      const form = frameAt(bytes, this.#damaged, bytes.length, { asked, isOver });
      if (form === 'more') return undefined;
      if (!form) continue;
      if (this.#damaged > 0) return this.#damage();
      const { length, canBeRequest, canBeReply } = form;
      return { kind: 'frame', ...this.#arrivals.take(length), canBeRequest, canBeReply };
    }
    return isOver && this.#damaged > 0 ? this.#damage() : undefined;
  }

  #damage(): Cut {
    const count = this.#damaged;
    this.#damaged = 0;
    return { kind: 'damaged', ...this.#arrivals.take(count) };
  }
}
