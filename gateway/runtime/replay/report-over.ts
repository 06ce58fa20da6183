import { type AlarmEntry, type Entry, isAtRest } from '../../contract/index.js';
import { alarmReport, type ReportedEntry, type ReportOptions } from '../report/alarm-report.js';
import type { AlarmReport } from '../report/report.js';

/**
 * What a report needs of the time before its period: for each alarm the entries since it was last at rest. So a report
 * over a week holds a week, however long the journal is.
 */
class BeforePeriod {
  readonly #kept = new Map<string, { readonly place: number; readonly entry: AlarmEntry }[]>();

  take(place: number, entry: AlarmEntry): void {
    const { key, state } = entry;
    const own = this.#kept.get(key);
    if (isAtRest(state)) this.#kept.delete(key);
    else if (own) own.push({ place, entry });
    else this.#kept.set(key, [{ place, entry }]);
  }

  /** In the order of the journal. */
  entries(): AlarmEntry[] {
    return [...this.#kept.values()]
      .flat()
      .sort((a, b) => a.place - b.place)
      .map(({ entry }) => entry);
  }
}

const isReported = (entry: Entry): entry is ReportedEntry =>
  entry.kind === 'alarm' || entry.kind === 'event' || entry.kind === 'exceedance' || entry.kind === 'flood';

/**
 * The alarm report of a period, from entries as they are read. Begins at the first entry there is, where that is later
 * than `from`: time nobody watched thins no rate. Undefined when nothing is kept of the period.
 */
export async function reportOver(
  entries: AsyncIterable<Entry>,
  { from, to, operators = 1 }: ReportOptions,
): Promise<AlarmReport | undefined> {
  const before = new BeforePeriod();
  const within: ReportedEntry[] = [];
  let first = Number.NaN;
  let place = 0;
  for await (const entry of entries) {
    if (Number.isNaN(first)) first = entry.time;
    if (!isReported(entry) || entry.time >= to) continue;
    if (entry.time < from && entry.kind === 'alarm') before.take((place += 1), entry);
    else if (!(entry.time < from) || entry.kind === 'flood') within.push(entry);
  }
  const begin = Math.max(from, first);
  return begin < to ? alarmReport([...before.entries(), ...within], { from: begin, to, operators }) : undefined;
}
