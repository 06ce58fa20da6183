import { createHash } from 'node:crypto';

interface Told {
  atMs: number;
  readonly kept: Promise<void>;
  /** It is not known yet whether it is on disk. */
  isWaiting: boolean;
}

/** Tellings of one sender that are remembered. */
export const rememberedMax = 1024;

/** Characters of a digest: 96 bits. */
const digestLength = 16;

/**
 * What one sender has told lately, by what tells it from everything else, so that a repetition is told once. A repetition
 * is answered when what it repeats is on disk; what could not be stored was never told. Holds a digest of each.
 */
export class ToldLately {
  readonly #max: number;
  readonly #forMs: number;
  /** The oldest first. */
  readonly #told = new Map<string, Told>();

  /**
   * Of more than `max` the oldest that is on disk is forgotten, and told again when it comes again; what waits for the
   * disk never is: while `max` wait, what comes is not remembered. After `forMs` the same is another, counted from when
   * it was told, or was last seen waiting for the disk.
   */
  constructor(max = rememberedMax, forMs = Number.POSITIVE_INFINITY) {
    this.#max = max;
    this.#forMs = forMs;
  }

  /** Whether it is on disk, when it was told; undefined when it was not. `nowMs` is monotonic. */
  keptOf(identity: string, nowMs = 0): Promise<void> | undefined {
    const told = this.#told.get(digest(identity));
    if (told?.isWaiting) told.atMs = nowMs;
    return told && nowMs - told.atMs < this.#forMs ? told.kept : undefined;
  }

  remember(identity: string, kept: Promise<void>, nowMs = 0): void {
    const key = digest(identity);
    this.#told.delete(key);
    if (this.#told.size >= this.#max && !this.#forgetOldest()) return;
    const told = { atMs: nowMs, kept, isWaiting: true };
    this.#told.set(key, told);
    const stored = (): void => {
      told.isWaiting = false;
    };
    const refused = (): void => {
      if (this.#told.get(key) === told) this.#told.delete(key);
    };
    kept.then(stored, refused);
  }

  clear(): void {
    this.#told.clear();
  }

  /** False when all wait for the disk. */
  #forgetOldest(): boolean {
    for (const [key, { isWaiting }] of this.#told) {
      if (!isWaiting) return this.#told.delete(key);
    }
    return false;
  }
}

const digest = (identity: string): string =>
  createHash('sha256').update(identity).digest('base64url').slice(0, digestLength);
