/**
 * Framing of Modbus TCP: a header of 7 bytes (transaction, protocol 0, length, unit), then function and data.
 * Modbus Messaging on TCP/IP Implementation Guide V1.0b §3.1.3.
 */

/** Header of 7, function and byte count: where the data of a read's answer begins. */
export const dataOffset = 9;

/** Bytes before those that the length field counts. */
const lengthEnd = 6;
const shortest = 3;
const longest = 254;
export const frameBytesMax = lengthEnd + longest;

export const readRequestBytes = 12;

/** Writes a read request. `into` holds at least 12 bytes. */
export function writeReadRequest(
  into: DataView,
  transaction: number,
  unit: number,
  functionCode: number,
  start: number,
  count: number,
): void {
  into.setUint16(0, transaction);
  into.setUint16(2, 0);
  into.setUint16(4, readRequestBytes - lengthEnd);
  into.setUint8(6, unit);
  into.setUint8(7, functionCode);
  into.setUint16(8, start);
  into.setUint16(10, count);
}

/** A frame under way or just complete. */
class FrameSlot {
  readonly bytes = new Uint8Array(frameBytesMax);
  readonly view = new DataView(this.bytes.buffer);
  readonly data = new DataView(this.bytes.buffer, dataOffset);
}

/** Cuts a stream into frames. Allocates nothing while it runs. */
export class MbapReader {
  #current = new FrameSlot();
  #other = new FrameSlot();
  #filled = 0;
  #whole = lengthEnd;

  /** The frame just complete, while `frameArrived` runs. */
  get frame(): DataView {
    return this.#current.view;
  }

  /** Bytes of the frame just complete. */
  get frameBytes(): number {
    return this.#whole;
  }

  /** True while a frame has begun and not ended. */
  get isMidFrame(): boolean {
    return this.#filled > 0;
  }

  /** Called in `frameArrived`: the data of that frame, left untouched until the next frame is kept. */
  keepData(): DataView {
    const kept = this.#current;
    this.#current = this.#other;
    this.#other = kept;
    return kept.data;
  }

  reset(): void {
    this.#filled = 0;
    this.#whole = lengthEnd;
  }

  /**
   * Takes the first `size` bytes of `chunk`. False when what comes cannot be Modbus TCP: the stream cannot be followed
   * any more, the connection must be made anew.
   */
  push(chunk: Uint8Array, size: number, frameArrived: () => void): boolean {
    let at = 0;
    while (at < size) {
      const take = Math.min(size - at, this.#whole - this.#filled);
      const { bytes } = this.#current;
      for (let n = 0; n < take; n += 1) bytes[this.#filled + n] = chunk[at + n] as number;
      this.#filled += take;
      at += take;
      if (this.#filled < this.#whole) return true;
      if (this.#whole === lengthEnd) {
        const length = this.#current.view.getUint16(4);
        if (length < shortest || length > longest) return false;
        this.#whole = lengthEnd + length;
      } else {
        frameArrived();
        this.reset();
      }
    }
    return true;
  }
}
