const blockBits = 8;
const blocks = 1 << (16 - blockBits);

/**
 * Transaction ids over all 65,536. An id is given again only when its last use is older than `latenessMs`, so that no
 * answer that may still come fits a later request. The time of use is kept for 256 ids at a time.
 */
export class TransactionIds {
  readonly #usedMs = new Float64Array(blocks).fill(Number.NEGATIVE_INFINITY);
  readonly #latenessMs: number;
  #next = 0;

  constructor(latenessMs: number) {
    this.#latenessMs = latenessMs;
  }

  /** ms until the next id may be given; 0 nearly always. */
  waitMs(nowMs: number): number {
    if ((this.#next & ((1 << blockBits) - 1)) !== 0) return 0;
    return Math.max(0, (this.#usedMs[this.#next >> blockBits] as number) + this.#latenessMs - nowMs);
  }

  take(nowMs: number): number {
    const id = this.#next;
    this.#usedMs[id >> blockBits] = nowMs;
    this.#next = (id + 1) & 0xffff;
    return id;
  }
}
