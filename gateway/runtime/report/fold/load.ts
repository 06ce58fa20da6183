import { type AlarmChange, type AlarmEntry, type Priority, priorities } from '../../../contract/index.js';
import type { FrequentAlarm, LoadReport, PriorityReport, Slot } from '../report.js';
import {
  crowdedAbove,
  distributionMin,
  type Measure,
  measure,
  priorityTargets,
  slotMs,
  targets,
  topCount,
} from '../targets.js';
import { callsForAnswer } from './calls-for-answer.js';
import { byCount, entryOf, namedOf } from './named.js';
import { peakOf } from './peak.js';

interface Counted {
  last: AlarmEntry;
  count: number;
  silent: number;
}

const announcing: ReadonlySet<AlarmChange> = new Set([
  'unshelved',
  'unsuppressed',
  'returned-to-service',
  're-annunciated',
]);

/** Counts what called for a person: 8 bytes each, a record a key, a record each ten minutes that had one. */
export class Load {
  readonly #from: number;
  readonly #times: number[] = [];
  readonly #slots = new Map<number, Record<Priority, number>>();
  readonly #byKey = new Map<string, Counted>();
  #announcedAgain = 0;
  #silent = 0;

  constructor(from: number) {
    this.#from = from;
  }

  take(entry: AlarmEntry): void {
    if (announcing.has(entry.change) && callsForAnswer(entry)) this.#announcedAgain += 1;
    if (entry.change !== 'raised') return;
    const counted = entryOf(this.#byKey, entry.key, () => ({ last: entry, count: 0, silent: 0 }));
    counted.last = entry;
    if (!entry.isAnnunciated) {
      counted.silent += 1;
      this.#silent += 1;
      return;
    }
    counted.count += 1;
    this.#times.push(entry.time);
    const slot = Math.floor((entry.time - this.#from) / slotMs);
    const counts = this.#slots.get(slot) ?? { critical: 0, high: 0, medium: 0, low: 0 };
    counts[entry.priority] += 1;
    this.#slots.set(slot, counts);
  }

  /** When alarms were annunciated, ms UTC, ascending. */
  times(): Float64Array {
    return Float64Array.from(this.#times).sort();
  }

  /** How often a key came as an alarm, called for a person or not. */
  raisedOf(key: string): number {
    const { count = 0, silent = 0 } = this.#byKey.get(key) ?? {};
    return count + silent;
  }

  report(times: Float64Array, to: number, operators: number): LoadReport {
    const total = times.length;
    const slots = this.#sortedSlots();
    const tens = (to - this.#from) / slotMs;
    const perTen = total / tens / operators;
    const peak = peakOf(times, this.#from, to);
    const crowded = slots.filter((slot) => sumOf(slot) / operators > crowdedAbove).length;
    return {
      total,
      announcedAgain: this.#announcedAgain,
      silent: this.#silent,
      perTenMinutes: measure(perTen, targets.perTenMinutes),
      perHour: measure(perTen * 6, targets.perHour),
      perDay: measure(perTen * 144, targets.perDay),
      peak: measure(peak.count / operators, targets.peak),
      peakBegin: peak.begin,
      crowdedShare: measure(crowded / Math.ceil(tens), targets.crowdedShare),
      slots,
    };
  }

  topTen(): { alarms: FrequentAlarm[]; share: Measure } {
    const total = this.#times.length;
    const all = [...this.#byKey.values()]
      .filter(({ count }) => count > 0)
      .map(({ last, count }) => ({ ...namedOf(last), priority: last.priority, count, share: count / total }))
      .sort(byCount);
    const alarms = all.slice(0, topCount);
    const share = measure(total === 0 ? 0 : alarms.reduce((sum, one) => sum + one.share, 0), targets.topTenShare);
    // Where no more than ten came at all, they are all of them whatever the site does.
    return { alarms, share: all.length > topCount ? share : { ...share, verdict: 'too-few' } };
  }

  priorities(): PriorityReport[] {
    const total = this.#times.length;
    return priorities.map((priority) => {
      let count = 0;
      for (const slot of this.#slots.values()) count += slot[priority];
      const share = measure(total === 0 ? 0 : count / total, priorityTargets[priority]);
      return { priority, count, share: total < distributionMin ? { ...share, verdict: 'too-few' } : share };
    });
  }

  #sortedSlots(): Slot[] {
    return [...this.#slots]
      .sort(([a], [b]) => a - b)
      .map(([slot, counts]) => ({ begin: this.#from + slot * slotMs, ...counts }));
  }
}

/** All alarms of a slot. */
export const sumOf = (counts: Readonly<Record<Priority, number>>): number =>
  priorities.reduce((sum, priority) => sum + counts[priority], 0);
