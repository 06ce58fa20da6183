import { type FrameBuilder, hasValue, isGood } from '../../gateway/contract/index.js';
import { type Station, wordOf } from './dtus-field.js';

/** A tag of the proof: a register with its fixed word, or the two that count answers. */
export type Slot = 'counter' | number;

/** What came of every read. */
export class Judge {
  readonly reads = { good: 0, failed: 0 };
  readonly values = { all: 0, uncertain: 0, wrong: 0, ofAnotherStation: 0, ofAnotherPoll: 0 };
  /** Stations of which something was read. */
  readonly heard = new Set<number>();
  readonly examples: string[] = [];

  /** Judges a reading of one unit that was asked for at `beganMs`, monotonic. */
  judge(
    station: Station,
    unit: number,
    slots: readonly Slot[],
    { values, quality }: FrameBuilder,
    beganMs: number,
  ): void {
    this.reads.good += 1;
    this.heard.add(station.number);
    for (const [n, slot] of slots.entries()) {
      const [value, code] = [values[n] as number, quality[n] as number];
      if (!hasValue(code)) continue;
      this.values.all += 1;
      if (!isGood(code)) this.values.uncertain += 1;
      if (slot === 'counter') this.#judgeCounter(station, unit, value, beganMs);
      else if (value !== wordOf(station.number, unit, slot)) this.#wrong(station, unit, slot, value);
    }
  }

  #judgeCounter(station: Station, unit: number, counter: number, beganMs: number): void {
    const askedMs = station.askedMs(unit, counter);
    if (askedMs !== undefined && askedMs >= beganMs) return;
    this.values.ofAnotherPoll += 1;
    const before = askedMs === undefined ? 'never' : `${(beganMs - askedMs).toFixed(0)} ms before`;
    this.examples.push(`station ${station.number}, unit ${unit}: answer ${counter} belongs to a request of ${before}`);
  }

  #wrong(station: Station, unit: number, register: number, value: number): void {
    this.values.wrong += 1;
    if (Math.floor(value / 1000) !== station.number) this.values.ofAnotherStation += 1;
    this.examples.push(`station ${station.number}, unit ${unit}, register ${register}: ${value}`);
  }
}
