import type { AlarmEntry, ConfigurationEntry, Entry, Frame, GapEntry } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';

/** A start of the gateway, and the configuration it applied where that was a new one. */
export interface StartInput {
  readonly gap: GapEntry;
  readonly configuration: ConfigurationEntry | undefined;
}

/** What judging depends on besides frames, in order, each with the number of frames that came before it. */
export interface Happening {
  readonly after: number;
  readonly start?: StartInput;
  readonly act?: AlarmEntry;
}

const recordsMax = 1000;
const bytesMax = 4 * 2 ** 20;

/** The alarms lane from its oldest kept entry on. */
export async function* entriesOf({ alarms }: Journal): AsyncGenerator<Entry> {
  const reader = alarms.reader();
  try {
    for (let at = alarms.first; at < alarms.committed; ) {
      const { records, next } = await reader.read(at, recordsMax, bytesMax);
      yield* records;
      at = next;
    }
  } finally {
    await reader.close();
  }
}

/** Frames from an offset on, in the batches they are read in. */
export async function* framesOf(
  { samples }: Journal,
  from: number,
): AsyncGenerator<{ readonly offset: number; readonly frame: Frame }> {
  const reader = samples.reader();
  try {
    for (let at = Math.max(from, samples.first); at < samples.committed; ) {
      const { offsets, records, next } = await reader.read(at, recordsMax, bytesMax);
      for (const [index, frame] of records.entries()) yield { offset: offsets[index] as number, frame };
      at = next;
    }
  } finally {
    await reader.close();
  }
}

/** Starts and acts out of the entries, which are few; a configuration belongs to the start before it. */
export function happeningsOf(entries: Iterable<Entry>): Happening[] {
  const happenings: Happening[] = [];
  let last: { gap: GapEntry; configuration: ConfigurationEntry | undefined } | undefined;
  for (const entry of entries) {
    if (entry.kind === 'gap') {
      last = { gap: entry, configuration: undefined };
      happenings.push({ after: entry.firstNew, start: last });
    }
    if (entry.kind === 'configuration' && last) last.configuration = entry;
    if (entry.kind === 'alarm' && 'act' in entry.cause) happenings.push({ after: entry.cause.after, act: entry });
  }
  return happenings;
}
