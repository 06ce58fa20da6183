import type { Stretch } from './cutter.js';

/** Bytes up to `end` arrived at `atMs`. */
interface Mark {
  end: number;
  readonly atMs: number;
}

/** Bytes in the order they came, with the time each arrived; taken from the front. */
export class Arrivals {
  #bytes = new Uint8Array(0);
  #marks: Mark[] = [];

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  add(bytes: Uint8Array, atMs: number): void {
    if (bytes.length === 0) return;
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
    this.#marks.push({ end: joined.length, atMs });
  }

  /** The first `count` bytes, at least one. */
  take(count: number): Stretch {
    const stretch = {
      bytes: this.#bytes.slice(0, count),
      startMs: (this.#marks[0] as Mark).atMs,
      endMs: (this.#marks.find(({ end }) => end >= count) as Mark).atMs,
    };
    this.#bytes = this.#bytes.subarray(count);
    this.#marks = this.#marks.filter(({ end }) => end > count);
    for (const mark of this.#marks) mark.end -= count;
    return stretch;
  }
}
