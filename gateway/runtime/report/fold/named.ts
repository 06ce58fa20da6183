import type { AlarmEntry, ExceedanceEntry } from '../../../contract/index.js';
import type { Named } from '../report.js';

type Instrument = Pick<AlarmEntry | ExceedanceEntry, 'key' | 'device' | 'tag' | 'limitKind'>;

export const instrumentOf = ({ key, device, tag, limitKind }: Instrument): Omit<Named, 'message'> => ({
  key,
  device,
  tag,
  kind: limitKind,
});

export const namedOf = (entry: AlarmEntry): Named => ({ ...instrumentOf(entry), message: entry.message });

/** The one of a key, made when it is not there yet. */
export function entryOf<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

export const isKnown = (time: number | null): time is number => time !== null && Number.isFinite(time);

/** Most often first; equal ones by key, so that a report is the same each time. */
export const byCount = (a: { count: number; key: string }, b: { count: number; key: string }): number =>
  b.count - a.count || (a.key < b.key ? -1 : 1);
