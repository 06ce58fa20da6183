import {
  type ConfigurationEntry,
  type Frame,
  type Json,
  Quality,
  qualityName,
  qualityStatus,
} from '../contract/index.js';
import type { Journal, Lane } from '../journal/index.js';

/** How one number came to be: where it was read, what was made of it, and what was configured when it was. */
export interface Explanation {
  readonly site: string;
  readonly link: string;
  readonly device: string;
  readonly profile: string;
  readonly group: string;
  readonly tag: string;
  readonly unit: string;
  readonly value: number | boolean | string | null;
  /** By name, and as OPC UA StatusCode. */
  readonly quality: string;
  readonly status: number;
  /** RFC 3339 in UTC; null while the time of its boot is not known. */
  readonly time: string | null;
  readonly timeSpreadMs: number;
  readonly instant: number;
  /** Of its device, within the epoch. */
  readonly sequence: number;
  readonly epoch: string;
  /** Of its record in the samples lane. */
  readonly offset: number;
  /** Where the number comes from, in the driver's terms: address, type, scale, offset or formula; null when not kept. */
  readonly source: Json;
  /** Bytes of the whole reading as received, hex, where the table has a statutory tag. */
  readonly raw: string | null;
  readonly configuration: {
    readonly hash: string;
    /** Version of the software that applied it, and when; null when that is no longer in the journal. */
    readonly version: string | null;
    readonly appliedAt: string | null;
  };
}

interface Found {
  readonly frame: Frame;
  readonly slot: number;
  readonly offset: number;
  readonly time: number;
}

const recordsAtOnce = 2000;
const bytesAtOnce = 4 * 2 ** 20;

/** Calls `visit` with each record of `[from, to)`. */
async function eachRecord<T>(
  lane: Lane<T>,
  from: number,
  to: number,
  visit: (record: T, offset: number) => void,
): Promise<void> {
  const reader = lane.reader();
  try {
    for (let at = Math.max(from, lane.first); at < to; ) {
      const { records, offsets, next } = await reader.read(at, Math.min(recordsAtOnce, to - at), bytesAtOnce);
      for (const [index, record] of records.entries()) visit(record, offsets[index] as number);
      at = Math.max(next, at + 1);
    }
  } finally {
    await reader.close();
  }
}

/** Where to look, newest first: `[from, to)` of each segment and of what is not in one yet. */
function stretches({ segments, first, committed }: Lane<Frame>): (readonly [from: number, to: number])[] {
  const starts = [...new Set([first, ...segments.map(({ firstOffset }) => firstOffset)])].filter(
    (at) => at < committed,
  );
  return starts.map((from, index) => [from, starts[index + 1] ?? committed] as const).reverse();
}

const rfc3339 = (time: number): string | null => (Number.isFinite(time) ? new Date(time).toISOString() : null);

function valueOf({ frame, slot }: Found): Explanation['value'] {
  const type = frame.table.tags[slot]?.type;
  if (type === 'text') return frame.texts?.get(slot) ?? null;
  const number = frame.values[slot] as number;
  if (Number.isNaN(number)) return null;
  return type === 'boolean' ? number !== 0 : number;
}

/** The newest entry that applied this configuration, at or before an instant. */
async function appliedBy(journal: Journal, hash: string, instant: number): Promise<ConfigurationEntry | undefined> {
  const current = journal.configuration;
  if (current?.hash === hash && current.instant <= instant) return current;
  let found: ConfigurationEntry | undefined;
  await eachRecord(journal.alarms, journal.alarms.first, journal.alarms.committed, (entry) => {
    if (entry.kind === 'configuration' && entry.hash === hash && entry.instant <= instant) found = entry;
  });
  return found;
}

/** The newest reading of a tag labelled at or before `until`; a reading that left the tag out is passed over. */
async function findReading(journal: Journal, device: string, tag: string, until: number): Promise<Found | undefined> {
  for (const [from, to] of stretches(journal.samples)) {
    let found: Found | undefined;
    await eachRecord(journal.samples, from, to, (frame, offset) => {
      if (frame.table.device !== device) return;
      const slot = frame.table.tags.findIndex(({ name }) => name === tag);
      if (slot < 0 || frame.quality[slot] === Quality.absent) return;
      const time = Number.isNaN(frame.time) ? (journal.labelOf(frame.instant)?.time ?? Number.NaN) : frame.time;
      if (time > until) return;
      if (Number.isNaN(time) && until !== Number.POSITIVE_INFINITY) return;
      found = { frame, slot, offset, time };
    });
    if (found) return found;
  }
  return undefined;
}

/**
 * How the value of a tag at a time came to be: the newest reading at or before it, decoded by its own table. `time` is
 * ms UTC, undefined for the newest of all. Resolves to undefined when nothing of it is kept.
 */
export async function explainValue(
  journal: Journal,
  device: string,
  tag: string,
  time: number | undefined,
): Promise<Explanation | undefined> {
  const found = await findReading(journal, device, tag, time ?? Number.POSITIVE_INFINITY);
  if (!found) return undefined;
  const { frame, slot, offset } = found;
  const { table, quality, sequence, instant, timeSpread, raw } = frame;
  const applied = await appliedBy(journal, table.configuration, instant);
  const { unit = '', source = null } = table.tags[slot] ?? {};
  return {
    site: table.site,
    link: table.link,
    device,
    profile: table.profile,
    group: table.group,
    tag,
    unit,
    value: valueOf(found),
    quality: qualityName(quality[slot] as number),
    status: qualityStatus(quality[slot] as number),
    time: rfc3339(found.time),
    timeSpreadMs: timeSpread,
    instant,
    sequence,
    epoch: journal.samples.epochAt(offset).epoch,
    offset,
    source,
    raw: raw ? Buffer.from(raw).toString('hex') : null,
    configuration: {
      hash: table.configuration,
      version: applied?.version ?? null,
      appliedAt: applied ? rfc3339(applied.time) : null,
    },
  };
}
