import type { Clock, LaneName } from '../contract/index.js';

export interface Refusal {
  readonly sink: string;
  readonly lane: LaneName;
  readonly offset: number;
  readonly tag: string | null;
  readonly reason: string;
}

/** The same refusal is journaled once in this time; the counters of the ledger count each. */
const againAfterMs = 3_600_000;
/** More different refusals than this within the time are only counted. */
const refusalsMax = 1000;

/** Tells what sinks refused into the journal without flooding it. */
export class Refusals {
  readonly #clock: Clock;
  readonly #note: (refusal: Refusal) => void;
  readonly #told = new Map<string, number>();

  constructor(clock: Clock, note: (refusal: Refusal) => void) {
    this.#clock = clock;
    this.#note = note;
  }

  tell(refusal: Refusal): void {
    const now = this.#clock.monotonic();
    const key = `${refusal.sink}\n${refusal.lane}\n${refusal.tag}\n${refusal.reason}`;
    const toldAt = this.#told.get(key);
    if (toldAt !== undefined && now - toldAt < againAfterMs) return;
    for (const [old, at] of this.#told) if (now - at >= againAfterMs) this.#told.delete(old);
    if (this.#told.size >= refusalsMax) return;
    this.#told.set(key, now);
    this.#note(refusal);
  }
}
