import type { AlarmEntry, Moment } from '../../../contract/index.js';
import type { Named, PutAside, SuppressedAlarm } from '../report.js';
import { byCount, entryOf, isKnown, namedOf } from './named.js';

/** A flag a person set, and still holds. */
interface Held {
  readonly how: PutAside['how'];
  readonly who: string;
  readonly reason: string;
  readonly since: Moment;
  readonly of: Named;
}

interface Suppressed {
  of: Named;
  by: string;
  count: number;
  totalMs: number;
  /** Since when it is, ms UTC; NaN while not known, undefined while it is not. */
  since: number | undefined;
}

/**
 * What did not call although it was there: each shelving and taking out of service, and suppression by design by key.
 * Found from the states of consecutive entries; what was put aside before the first entry given ends untold.
 */
export class Silences {
  readonly #from: number;
  readonly #to: number;
  readonly #held = new Map<string, Held>();
  readonly #ended: PutAside[] = [];
  readonly #suppressed = new Map<string, Suppressed>();

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  /** `time` is null while not known. */
  follow(entry: AlarmEntry, time: number | null): void {
    const { shelf, outOfService } = entry.state;
    this.#hold(entry, 'shelved', shelf, time);
    this.#hold(entry, 'out-of-service', outOfService, time);
    this.#suppress(entry, time);
  }

  putAside(): PutAside[] {
    const held = [...this.#held.values()].map((one) => this.#putAside(one, null, this.#to));
    return [...this.#ended, ...held].sort(
      (a, b) => (a.since ?? 0) - (b.since ?? 0) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
    );
  }

  suppressed(): SuppressedAlarm[] {
    return [...this.#suppressed.values()]
      .map(({ of, by, count, totalMs, since }) => {
        return { ...of, by, count, totalMs: totalMs + this.#within(since, this.#to) };
      })
      .filter(({ count }) => count > 0)
      .sort(byCount);
  }

  #hold(
    entry: AlarmEntry,
    how: PutAside['how'],
    now: Pick<Held, 'who' | 'reason' | 'since'> | null,
    time: number | null,
  ): void {
    const place = `${how} ${entry.key}`;
    const before = this.#held.get(place);
    if (before && before.since.instant !== now?.since.instant) {
      this.#held.delete(place);
      if (time === null || time >= this.#from) this.#ended.push(this.#putAside(before, time, time));
    }
    if (now) this.#held.set(place, { how, who: now.who, reason: now.reason, since: now.since, of: namedOf(entry) });
  }

  #putAside({ how, who, reason, since, of }: Held, end: number | null, until: number | null): PutAside {
    const begin = since.time;
    const forMs = begin === null || until === null ? null : Math.max(0, until - begin);
    return { ...of, how, who, reason, since: begin, end, forMs };
  }

  #suppress(entry: AlarmEntry, time: number | null): void {
    const { suppression } = entry.state;
    const by = suppression && !suppression.isSpent ? suppression.by : undefined;
    if (by === undefined && !this.#suppressed.has(entry.key)) return;
    const fresh = { of: namedOf(entry), by: by ?? '', count: 0, totalMs: 0, since: undefined };
    const known = entryOf<Suppressed>(this.#suppressed, entry.key, () => fresh);
    if (by !== undefined && known.since === undefined) {
      known.by = by;
      known.of = namedOf(entry);
      known.since = suppression?.since.time ?? Number.NaN;
      known.count += 1;
    }
    if (by === undefined && known.since !== undefined) {
      known.totalMs += this.#within(known.since, time);
      known.since = undefined;
      if (isKnown(time) && time < this.#from) known.count -= 1;
    }
  }

  /** ms of a span that lie in the period; 0 where a time is not known. */
  #within(since: number | undefined, until: number | null): number {
    if (since === undefined || !isKnown(since) || !isKnown(until)) return 0;
    return Math.max(0, Math.min(until, this.#to) - Math.max(since, this.#from));
  }
}
