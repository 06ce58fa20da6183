import type { AlarmEntry, EventEntry, ExceedanceEntry, FloodEntry } from '../../contract/index.js';
import { BeyondLimits } from './fold/beyond.js';
import { Calls } from './fold/calls.js';
import { Floods } from './fold/floods.js';
import { Load } from './fold/load.js';
import { isKnown } from './fold/named.js';
import { Nuisances } from './fold/nuisances.js';
import { Silences } from './fold/silences.js';
import { Standing } from './fold/standing.js';
import type { AlarmReport } from './report.js';

/** What a report is made of; other entries of the lane are left out by the caller. */
export type ReportedEntry = AlarmEntry | EventEntry | ExceedanceEntry | FloodEntry;

export interface ReportOptions {
  /** ms UTC; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** Operator positions the alarms are shared by; 1 when left out. */
  readonly operators?: number;
}

/**
 * How the alarm system of a site did over a period, by EEMUA 191 and ISA-18.2-2016 §16. One pass, in the order of the
 * journal.
 *
 * Entries from before `from` are not counted, but tell what stood, called or was put aside when the period began: give
 * them when they are there. Those at or after `to` are passed over. Those whose UTC time is not known (NaN) change
 * states as they did, and are counted apart. An exceedance belongs to where it ended.
 *
 * Memory: 8 bytes for each annunciated alarm and each acknowledgement, and a small record for each key, each ten minutes
 * that had an alarm, each flood and each act of putting aside; the journal's own limit bounds how many there can be.
 *
 * Throws a `RangeError` when the period is empty or nobody shares the load.
 */
export function alarmReport(entries: Iterable<ReportedEntry>, options: ReportOptions): AlarmReport {
  const { from, to, operators = 1 } = options;
  if (!(to > from)) throw new RangeError('the period of an alarm report ends before it begins');
  if (!(operators >= 1)) throw new RangeError('an alarm report needs one operator position at least');
  const fold = new ReportFold(from, to);
  for (const entry of entries) fold.take(entry);
  return fold.report(operators);
}

class ReportFold {
  readonly #from: number;
  readonly #to: number;
  readonly #load: Load;
  readonly #floods: Floods;
  readonly #silences: Silences;
  readonly #calls = new Calls();
  readonly #nuisances = new Nuisances();
  readonly #standing = new Standing();
  readonly #beyond = new BeyondLimits();
  #events = 0;
  #unlabelled = 0;
  /** The last entry that had a time lay behind the period: one without is taken to lie there as well. */
  #isPast = false;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
    this.#load = new Load(from);
    this.#floods = new Floods(from);
    this.#silences = new Silences(from, to);
  }

  take(entry: ReportedEntry): void {
    const time = isKnown(entry.time) ? entry.time : null;
    if (time !== null) this.#isPast = time >= this.#to;
    if (this.#isPast) return;
    if (time === null) this.#unlabelled += 1;
    const isCounted = time !== null && time >= this.#from;
    switch (entry.kind) {
      case 'alarm':
        this.#alarm(entry, time, isCounted);
        break;
      case 'flood':
        if (time !== null) this.#floods.follow(entry);
        break;
      case 'exceedance':
        if (isCounted) this.#beyond.take(entry);
        break;
      case 'event':
        if (!isCounted) break;
        this.#events += 1;
        if (entry.state === 'active') this.#beyond.event(entry.key);
        break;
    }
  }

  report(operators: number): AlarmReport {
    const times = this.#load.times();
    return {
      from: this.#from,
      to: this.#to,
      operators,
      load: this.#load.report(times, this.#to, operators),
      floods: this.#floods.report(times, this.#to),
      chattering: this.#nuisances.chattering(),
      fleeting: this.#nuisances.fleeting(),
      standing: this.#standing.report(this.#to),
      topTen: this.#load.topTen(),
      priorities: this.#load.priorities(),
      acknowledgement: this.#calls.report(),
      putAside: this.#silences.putAside(),
      suppressed: this.#silences.suppressed(),
      exceedances: this.#beyond.report((key) => this.#load.raisedOf(key)),
      events: this.#events,
      unlabelled: this.#unlabelled,
    };
  }

  #alarm(entry: AlarmEntry, time: number | null, isCounted: boolean): void {
    if (isCounted) this.#load.take(entry);
    this.#calls.follow(entry, time, isCounted);
    this.#nuisances.follow(entry, isCounted);
    this.#standing.follow(entry);
    this.#silences.follow(entry, time);
  }
}
