import type { AlarmEntry, ConfigurationEntry, Entry, Frame, GapEntry } from '../../contract/index.js';
import type { Journal, Lane } from '../../journal/index.js';
import type { BlindSpans } from './blind-spans.js';

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

/** A lane from its oldest kept record on, in the batches it is read in. Whoever hands in `blind` is told what lacks. */
async function* recordsOf<T extends Pick<Entry, 'instant' | 'time'>>(
  lane: Lane<T>,
  blind?: BlindSpans,
): AsyncGenerator<{ readonly offset: number; readonly record: T }> {
  const reader = lane.reader();
  try {
    for (let at = lane.first; at < lane.committed; ) {
      const { offsets, records, next } = await reader.read(at, recordsMax, bytesMax);
      for (const [index, record] of records.entries()) {
        const offset = offsets[index] as number;
        blind?.pass(offset, record);
        yield { offset, record };
      }
      at = next;
      if (at >= lane.committed) blind?.end(at);
    }
  } finally {
    await reader.close();
  }
}

/** The alarms lane from its oldest kept entry on. */
export async function* entriesOf({ alarms }: Journal, blind?: BlindSpans): AsyncGenerator<Entry> {
  for await (const { record } of recordsOf(alarms, blind)) yield record;
}

/** Frames from the oldest kept one on. */
export async function* framesOf(
  { samples }: Journal,
  blind?: BlindSpans,
): AsyncGenerator<{ readonly offset: number; readonly frame: Frame }> {
  for await (const { offset, record } of recordsOf(samples, blind)) yield { offset, frame: record };
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
