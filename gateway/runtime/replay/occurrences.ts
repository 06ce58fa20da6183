import type { AlarmEntry, Moment, Priority, Text } from '../../contract/index.js';
import { isSilent } from '../alarms/alarm-state.js';
import { chatterCount, chatterQuietMs } from '../alarms/chatter.js';
import { momentOf } from '../alarms/moments.js';

/** An alarm that came, and went again or still stands. While it chatters it is one, with the times it came at least. */
export interface Occurrence {
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  readonly kind: string;
  readonly priority: Priority;
  readonly message: Text;
  readonly unit: string;
  /** null when there was no number. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly raised: Moment;
  /** null: it stands at the end. */
  readonly returned: Moment | null;
  readonly activationsMin: number;
  /** It came while it was shelved, suppressed or out of service: it called nobody. */
  readonly isSilent: boolean;
}

type Open = { -readonly [Field in keyof Occurrence]: Occurrence[Field] };

const opened = (entry: AlarmEntry, raised: Moment): Open => {
  const { key, device, tag, limitKind: kind, priority, message, unit, value, limit, state } = entry;
  const told = { key, device, tag, kind, priority, message, unit, value, limit };
  return { ...told, raised, returned: null, activationsMin: 1, isSilent: isSilent(state) };
};

/** The condition is gone and nothing says that it will be back at once. */
const isOver = ({ change, state }: AlarmEntry): boolean =>
  change === 'closed' || (!state.isAbnormal && state.chatter === null);

/** Chatter is told to be over after ten quiet minutes; the alarm was gone before them. */
function endOf(entry: AlarmEntry, raised: Moment): Moment {
  const at = momentOf(entry);
  if (entry.change !== 'chatter-ended') return at;
  const quietMs = Math.min(chatterQuietMs, at.instant - raised.instant);
  return { instant: at.instant - quietMs, time: at.time === null ? null : at.time - quietMs };
}

/** Gathers occurrences from alarm entries in the order of the journal, whether they were journaled or replayed. */
export class Occurrences {
  readonly #list: Open[] = [];
  readonly #open = new Map<string, Open>();

  /** In the order in which they came. */
  get list(): readonly Occurrence[] {
    return this.#list;
  }

  take(entry: AlarmEntry): void {
    const { key, change, state, formerKey } = entry;
    if (formerKey !== undefined) this.#rename(formerKey, key);
    if (change === 'raised') this.#begin(entry, momentOf(entry));
    // The journal may have forgotten how it came.
    else if (!this.#open.has(key) && state.raised && (state.isAbnormal || change === 'returned')) {
      this.#begin(entry, state.raised);
    }
    const open = this.#open.get(key);
    if (!open) return;
    // Its first activations of the burst were told one by one.
    if (state.chatter) open.activationsMin = Math.max(1, state.chatter.count - chatterCount + 1);
    if (!isOver(entry)) return;
    open.returned = endOf(entry, open.raised);
    this.#open.delete(key);
  }

  #begin(entry: AlarmEntry, raised: Moment): void {
    const before = this.#open.get(entry.key);
    if (before) before.returned = raised;
    const open = opened(entry, raised);
    this.#open.set(entry.key, open);
    this.#list.push(open);
  }

  #rename(formerKey: string, key: string): void {
    const open = this.#open.get(formerKey);
    if (!open) return;
    this.#open.delete(formerKey);
    open.key = key;
    this.#open.set(key, open);
  }
}

export interface Comparison {
  /** Came now and not before. */
  readonly added: readonly Occurrence[];
  /** Came before and not now. */
  readonly gone: readonly Occurrence[];
}

/**
 * Two histories of the same time. An occurrence is in both when the other has one of the same key that stood at some
 * moment at which it did.
 */
export function compare(now: readonly Occurrence[], before: readonly Occurrence[]): Comparison {
  const [ofNow, ofBefore] = [byKey(now), byKey(before)];
  const without = (list: readonly Occurrence[], other: ReadonlyMap<string, readonly Occurrence[]>): Occurrence[] =>
    list.filter((occurrence) => !(other.get(occurrence.key) ?? []).some((one) => overlap(one, occurrence)));
  return { added: without(now, ofBefore), gone: without(before, ofNow) };
}

const overlap = (a: Occurrence, b: Occurrence): boolean =>
  a.raised.instant <= (b.returned?.instant ?? Number.POSITIVE_INFINITY) &&
  b.raised.instant <= (a.returned?.instant ?? Number.POSITIVE_INFINITY);

function byKey(list: readonly Occurrence[]): Map<string, Occurrence[]> {
  const found = new Map<string, Occurrence[]>();
  for (const occurrence of list) {
    const own = found.get(occurrence.key);
    if (own) own.push(occurrence);
    else found.set(occurrence.key, [occurrence]);
  }
  return found;
}
