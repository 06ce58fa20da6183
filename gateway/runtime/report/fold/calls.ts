import type { AlarmEntry } from '../../../contract/index.js';
import type { AcknowledgementReport } from '../report.js';
import { callsForAnswer } from './calls-for-answer.js';
import { isKnown } from './named.js';

interface Call {
  readonly since: number | null;
  readonly isCounted: boolean;
}

/** How long people took to acknowledge: a record for each alarm that calls, 8 bytes for each that was acknowledged. */
export class Calls {
  readonly #calling = new Map<string, Call>();
  readonly #tookMs: number[] = [];
  #acknowledged = 0;
  #over = 0;

  /** `time` is null while not known; what began before the period is followed and not counted. */
  follow(entry: AlarmEntry, time: number | null, isCounted: boolean): void {
    const { key, change } = entry;
    const isCalling = callsForAnswer(entry);
    const call = this.#calling.get(key);
    if (isCalling && !call) this.#calling.set(key, { since: time, isCounted });
    if (isCalling || !call) return;
    this.#calling.delete(key);
    if (!call.isCounted) return;
    if (change !== 'acknowledged') {
      this.#over += 1;
      return;
    }
    this.#acknowledged += 1;
    // A clock that stepped back must not make a person answer before the call.
    if (isKnown(call.since) && isKnown(time)) this.#tookMs.push(Math.max(0, time - call.since));
  }

  report(): AcknowledgementReport {
    const sorted = Float64Array.from(this.#tookMs).sort();
    return {
      acknowledged: this.#acknowledged,
      medianMs: rankOf(sorted, 0.5),
      ninetiethMs: rankOf(sorted, 0.9),
      waiting: [...this.#calling.values()].filter(({ isCounted }) => isCounted).length,
      over: this.#over,
    };
  }
}

/** Nearest rank: the smallest value that so large a share of all does not exceed. */
const rankOf = (sorted: Float64Array, share: number): number | null =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
