import type { AlarmEntry } from '../../../contract/index.js';
import type { ChatteringAlarm, CountedAlarm } from '../report.js';
import { fleetingMs, type Measure, measure, targets } from '../targets.js';
import { byCount, entryOf, namedOf } from './named.js';

interface Chattering {
  last: AlarmEntry;
  /** Instant at which the episode began that was told of last, and its count then. */
  since: number;
  told: number;
  episodes: number;
  activations: number;
}

/** Alarms that come and go too fast to be of use: a record a key. */
export class Nuisances {
  readonly #chattering = new Map<string, Chattering>();
  /** Instant at which it came, while nobody has done anything about it. */
  readonly #came = new Map<string, number>();
  readonly #fleeting = new Map<string, { last: AlarmEntry; count: number }>();

  /** What came before the period is followed and not counted. */
  follow(entry: AlarmEntry, isCounted: boolean): void {
    this.#chatter(entry, isCounted);
    const { key, change, instant, isAnnunciated, state } = entry;
    const came = this.#came.get(key);
    this.#came.delete(key);
    if (change === 'raised' && isAnnunciated && isCounted && !state.chatter) this.#came.set(key, instant);
    if (change !== 'returned' || came === undefined || instant - came >= fleetingMs) return;
    const fleeting = entryOf(this.#fleeting, key, () => ({ last: entry, count: 0 }));
    fleeting.count += 1;
    fleeting.last = entry;
  }

  chattering(): { alarms: ChatteringAlarm[]; count: Measure } {
    const alarms = [...this.#chattering.values()]
      .filter(({ episodes }) => episodes > 0)
      .map(({ last, episodes, activations }) => ({ ...namedOf(last), episodes, activationsMin: activations }))
      .sort((a, b) => b.activationsMin - a.activationsMin || (a.key < b.key ? -1 : 1));
    return { alarms, count: measure(alarms.length, targets.chattering) };
  }

  fleeting(): { count: number; withinMs: number; alarms: CountedAlarm[] } {
    const alarms = [...this.#fleeting.values()].map(({ last, count }) => ({ ...namedOf(last), count })).sort(byCount);
    return { count: alarms.reduce((sum, { count }) => sum + count, 0), withinMs: fleetingMs, alarms };
  }

  #chatter(entry: AlarmEntry, isCounted: boolean): void {
    const { chatter } = entry.state;
    if (!chatter) return;
    const since = chatter.since.instant;
    const fresh = { last: entry, since: Number.NaN, told: 0, episodes: 0, activations: 0 };
    const known = entryOf(this.#chattering, entry.key, () => fresh);
    const isNew = known.since !== since;
    if (isCounted) {
      known.episodes += isNew || known.episodes === 0 ? 1 : 0;
      known.activations += chatter.count - (isNew ? 0 : known.told);
    }
    known.since = since;
    known.told = chatter.count;
    known.last = entry;
  }
}
