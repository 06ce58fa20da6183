import type { AlarmEntry } from '../../../contract/index.js';
import type { StandingAlarm } from '../report.js';
import { type Measure, measure, standingMs, targets } from '../targets.js';
import { isKnown, namedOf } from './named.js';

/** What is active, by the last entry of each alarm. A chattering one is not: it comes and goes untold. */
export class Standing {
  readonly #active = new Map<string, AlarmEntry>();
  /** ms from `instant` to UTC as last known, to tell how long something stands whose own time is not known. */
  #utcAhead = Number.NaN;

  follow(entry: AlarmEntry): void {
    const { key, instant, time, state } = entry;
    if (isKnown(time)) this.#utcAhead = time - instant;
    if (state.isAbnormal && state.raised && !state.chatter) this.#active.set(key, entry);
    else this.#active.delete(key);
  }

  report(to: number): { alarms: StandingAlarm[]; count: Measure } {
    const alarms: StandingAlarm[] = [];
    for (const entry of this.#active.values()) {
      const { raised } = entry.state;
      const since = isKnown(raised?.time ?? null) ? (raised?.time as number) : null;
      const forMs = to - (since ?? (raised?.instant ?? Number.NaN) + this.#utcAhead);
      if (forMs > standingMs)
        alarms.push({ ...namedOf(entry), priority: entry.priority, state: entry.to, since, forMs });
    }
    alarms.sort((a, b) => b.forMs - a.forMs || (a.key < b.key ? -1 : 1));
    return { alarms, count: measure(alarms.length, targets.standing) };
  }
}
