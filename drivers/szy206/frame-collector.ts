import { crc8 } from './crc8.js';
import { controlBit, type Frame, hexText, mark, overheadBytes, readFrame, userBytesMin } from './frame.js';

/** Something that begins like a frame and is none. */
export type FrameDamage =
  | { readonly kind: 'checksum'; readonly is: number; readonly shouldBe: number }
  | { readonly kind: 'end'; readonly is: number }
  | { readonly kind: 'direction' }
  | { readonly kind: 'incomplete'; readonly missing: number };

export interface Collected {
  readonly frames: readonly Frame[];
  readonly damages: readonly FrameDamage[];
  /** Bytes that belong to no frame. */
  readonly stray: number;
}

/** A place that begins like a frame. */
interface Head {
  readonly at: number;
  /** The first byte after the frame. */
  readonly nextAt: number;
}

/**
 * Frames out of a stream of bytes, however it is cut. Each is as long as its length says: 68H and 16H occur within data.
 * What is damaged hides none that follows: a whole frame is taken although an earlier beginning still waits, and that is
 * then given up. Each beginning is checked once. Holds less than one frame, 260 bytes, between two pieces. Never throws.
 *
 * Pictures, whose length counts in KiB, are not framed: they come out as stray bytes.
 */
export class FrameCollector {
  #held: Uint8Array = new Uint8Array(0);
  /** Places before it have been looked at. */
  #scanned = 0;
  #open: Head[] = [];

  get heldBytes(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array): Collected {
    this.#held = Buffer.concat([this.#held, bytes]);
    const frames: Frame[] = [];
    const damages: FrameDamage[] = [];
    let kept = 0;
    this.#scan();
    for (;;) {
      const index = this.#open.findIndex(({ nextAt }) => nextAt <= this.#held.length);
      if (index < 0) break;
      const [head] = this.#open.splice(index, 1) as [Head];
      const found = checked(this.#held.slice(head.at, head.nextAt));
      if ('kind' in found) {
        damages.push(found);
        continue;
      }
      frames.push(found);
      kept += found.bytes.length;
      for (const { at, nextAt } of this.#open) {
        if (at < head.at) damages.push({ kind: 'incomplete', missing: nextAt - this.#held.length });
      }
      this.#open = this.#open.filter(({ at }) => at >= head.nextAt);
      this.#scanned = Math.max(this.#scanned, head.nextAt);
    }
    const dropped = Math.min(this.#open[0]?.at ?? this.#scanned, this.#scanned);
    this.#forget(dropped);
    return { frames, damages, stray: dropped - kept };
  }

  #scan(): void {
    for (; this.#scanned < this.#held.length; this.#scanned += 1) {
      if (this.#held[this.#scanned] !== mark.start) continue;
      const [length, second] = [this.#held[this.#scanned + 1], this.#held[this.#scanned + 2]];
      if (length === undefined || second === undefined) return;
      if (second !== mark.start || length < userBytesMin) continue;
      this.#open.push({ at: this.#scanned, nextAt: this.#scanned + length + overheadBytes });
    }
  }

  #forget(count: number): void {
    this.#held = this.#held.slice(count);
    this.#scanned -= count;
    this.#open = this.#open.map(({ at, nextAt }) => ({ at: at - count, nextAt: nextAt - count }));
  }
}

/** The frame in bytes that begin like one and are as long, or what is wrong with them. */
function checked(bytes: Uint8Array): Frame | FrameDamage {
  const [is, end] = [bytes.at(-2) as number, bytes.at(-1) as number];
  if (end !== mark.end) return { kind: 'end', is: end };
  const shouldBe = crc8(bytes.subarray(3, -2));
  if (is !== shouldBe) return { kind: 'checksum', is, shouldBe };
  if (((bytes[3] as number) & controlBit.up) === 0) return { kind: 'direction' };
  return readFrame(bytes);
}

/** The same, for a technician. */
export function frameDamageText(damage: FrameDamage): string {
  const remedy = 'check the line and the signal of the modem';
  switch (damage.kind) {
    case 'checksum':
      return `a frame has a wrong checksum (${hexText(damage.is)}, should be ${hexText(damage.shouldBe)}); ${remedy}`;
    case 'end':
      return `a frame has a wrong length (${hexText(damage.is)} stands where 16H should); ${remedy}`;
    case 'direction':
      return 'a frame of a centre came; the line may echo what is sent';
    case 'incomplete':
      return `${damage.missing} bytes of a frame are missing; ${remedy}`;
  }
}
