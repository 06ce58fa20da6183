import type { FloodEntry } from '../../../contract/index.js';
import type { FloodReport } from '../report.js';
import { type Measure, measure, slotMs, targets } from '../targets.js';
import { countWithin, peakOf } from './peak.js';

interface Span {
  begin: number | null;
  end: number | null;
}

/** Floods as the alarm book found them: one record each. */
export class Floods {
  readonly #from: number;
  #spans: Span[] = [];
  #open: Span | undefined;

  constructor(from: number) {
    this.#from = from;
  }

  /** Also those before the period: one may reach into it. */
  follow({ state, time }: FloodEntry): void {
    if (state === 'began') {
      this.#open = { begin: time, end: null };
      this.#spans.push(this.#open);
    } else {
      const span = this.#open ?? { begin: null, end: null };
      if (!this.#open) this.#spans.push(span);
      span.end = time;
      this.#open = undefined;
      if (time < this.#from) this.#spans = this.#spans.filter((one) => one !== span);
    }
  }

  report(times: Float64Array, to: number): { list: FloodReport[]; share: Measure } {
    let totalMs = 0;
    const list = this.#spans.map(({ begin, end }): FloodReport => {
      const from = Math.max(begin ?? this.#from, this.#from);
      const until = end ?? to;
      totalMs += Math.max(0, until - from);
      const rising = (begin ?? this.#from) - slotMs;
      return {
        begin: begin !== null && begin < this.#from ? null : begin,
        end,
        count: countWithin(times, rising, until),
        peak: peakOf(times, rising, until).count,
      };
    });
    return { list, share: measure(totalMs / (to - this.#from), targets.floodShare) };
  }
}
