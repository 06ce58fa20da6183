import { type BytePattern, matchAt } from './byte-pattern.js';

/**
 * Takes heartbeats out of a stream of bytes, wherever they stand and however they are cut into pieces. A heartbeat is
 * removed as a whole or not at all, the longest of several; what it leaves behind is not looked at again, so bytes around
 * one never make another. Data that happens to hold a whole heartbeat loses it: its frame then fails its checksum.
 * Bytes that may be the beginning of one are held back, fewer than the longest has.
 */
export class HeartbeatFilter {
  readonly #longestFirst: readonly BytePattern[];
  #held: Uint8Array = new Uint8Array(0);
  #removed = 0;

  /** Patterns without runs. */
  constructor(heartbeats: readonly BytePattern[]) {
    this.#longestFirst = heartbeats.toSorted((a, b) => b.pieces.length - a.pieces.length);
  }

  get removed(): number {
    return this.#removed;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** The bytes of the stream that are certain now. */
  push(bytes: Uint8Array): Uint8Array {
    if (this.#longestFirst.length === 0) return bytes;
    return this.#sift(this.isHolding ? Buffer.concat([this.#held, bytes]) : bytes, false);
  }

  /** What of the bytes held back is no heartbeat, when no more come. */
  flush(): Uint8Array {
    return this.#sift(this.#held, true);
  }

  #sift(bytes: Uint8Array, areLast: boolean): Uint8Array {
    const kept: Uint8Array[] = [];
    let begin = 0;
    let at = 0;
    while (at < bytes.length) {
      const end = this.#look(bytes, at, areLast);
      if (end === 'held') break;
      if (end > at) {
        kept.push(bytes.subarray(begin, at));
        begin = end;
        this.#removed += 1;
      }
      at = Math.max(end, at + 1);
    }
    kept.push(bytes.subarray(begin, at));
    this.#held = Uint8Array.from(bytes.subarray(at));
    return kept.length === 1 ? (kept[0] as Uint8Array) : Buffer.concat(kept);
  }

  /** Where a heartbeat that begins here ends; here when none does. */
  #look(bytes: Uint8Array, at: number, areLast: boolean): number | 'held' {
    for (const heartbeat of this.#longestFirst) {
      const match = matchAt(heartbeat, bytes, at);
      if (match.kind === 'whole') return match.end;
      if (match.kind === 'partial' && !areLast) return 'held';
    }
    return at;
  }
}
