import type { Told } from '../../gateway/contract/index.js';

/** Tellings of one station that may wait for the disk; what is told beyond is not acknowledged, and told again when it comes again. */
export const askedMax = 1024;

/**
 * Asks whether what one station told is on disk, for 1,024 tellings at a time: each that waits is held by the host until
 * the disk takes it.
 */
export class KeptAsks {
  #waiting = 0;

  /** As `Told.kept`; rejects while so many wait. Its rejection is heard here, whoever else listens. */
  ask(told: Pick<Told, 'kept'>): Promise<void> {
    const isFull = this.#waiting >= askedMax;
    const kept = isFull ? Promise.reject(new Error(`${askedMax} tellings wait for the disk already`)) : told.kept();
    if (!isFull) this.#waiting += 1;
    const settled = (): void => {
      if (!isFull) this.#waiting -= 1;
    };
    kept.then(settled, settled);
    return kept;
  }
}
