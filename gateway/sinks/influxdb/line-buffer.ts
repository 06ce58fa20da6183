const firstBytes = 16 * 1024;

/** Line protocol under way, as bytes: the strings of a batch would be a third of all that the collector has to look at. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What has been written. Nothing may be added after. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes back what was written behind `length`. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Room for this many bytes more, asked for before `put` and `ascii`. */
  reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  put(bytes: Uint8Array): void {
    for (let n = 0; n < bytes.length; n += 1) this.#bytes[this.#length + n] = bytes[n] as number;
    this.#length += bytes.length;
  }

  /** Digits and signs: written here, because crossing into the runtime for so few costs more. */
  ascii(text: string): void {
    for (let n = 0; n < text.length; n += 1) this.#bytes[this.#length + n] = text.charCodeAt(n);
    this.#length += text.length;
  }

  /** Any text, for what is rare. */
  text(text: string): void {
    this.reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }
}
