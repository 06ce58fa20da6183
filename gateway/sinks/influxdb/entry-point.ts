import type { Entry } from '../../contract/index.js';
import { keyName, measurementName, quoted } from './escape.js';
import { type FieldType, type Point, type PointField, stampNs } from './point.js';

/** A float, an integer, a boolean, a text, or nothing to say. */
type FieldValue = number | { readonly integer: number } | boolean | string | null;

interface EntryShape {
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** What of each kind of entry is a tag (few values, asked for) and what a field. Long contents stay in the journal. */
function shape(entry: Entry): EntryShape {
  switch (entry.kind) {
    case 'event': {
      const { device, tag, limitKind: kind, key, state, value, limit, unit, quality, message, cause } = entry;
      const why = 'sequence' in cause ? { sequence: { integer: cause.sequence } } : cause;
      const fields = { key, state, value, limit, unit, quality, message: message.en, message_zh: message.zh, ...why };
      return { tags: { device, tag, kind }, fields };
    }
    case 'transition': {
      const { subject, name, state, reason } = entry;
      return { tags: { subject, name }, fields: { state, reason } };
    }
    case 'gap': {
      const { reason, lastKept, firstNew, tornBytes } = entry;
      const kept = { last_kept: lastKept && { integer: lastKept.offset }, last_kept_time: lastKept?.time ?? null };
      return {
        tags: {},
        fields: { reason, ...kept, first_new: { integer: firstNew }, torn_bytes: { integer: tornBytes } },
      };
    }
    case 'clock': {
      const { boot, source, why, utc, movedMs, floor, trusted } = entry;
      return { tags: {}, fields: { boot, source, why, utc, moved_ms: movedMs, floor, trusted } };
    }
    case 'epoch': {
      const { epoch, previous, reason, machine } = entry;
      return { tags: {}, fields: { epoch, previous, reason, machine } };
    }
    case 'configuration': {
      const { hash, version, files } = entry;
      return { tags: {}, fields: { hash, version, files: Object.keys(files).sort().join(' ') } };
    }
    case 'audit': {
      const { who, action, detail, hash, previous } = entry;
      return { tags: {}, fields: { who, action, detail: JSON.stringify(detail), hash, previous } };
    }
    case 'refusal': {
      const { sink, lane, offset, tag, reason } = entry;
      return { tags: { sink }, fields: { lane, offset: { integer: offset }, tag, reason } };
    }
    case 'unstored': {
      const { reason, frames } = entry;
      return { tags: {}, fields: { reason, frames: { integer: frames } } };
    }
  }
}

function fieldOf(name: string, value: FieldValue): PointField | undefined {
  const field = (type: FieldType, text: string): PointField => ({ name, type, text: `${name}=${text}` });
  if (value === null) return undefined;
  if (typeof value === 'string') return field('string', quoted(value));
  if (typeof value === 'boolean') return field('boolean', String(value));
  if (typeof value === 'object') return field('integer', `${value.integer}i`);
  return Number.isFinite(value) ? field('float', String(value)) : undefined;
}

/**
 * One entry of the alarms lane as a point: the measurement is its kind. A pure function of the entry, its offset and the
 * site; the offset's last digits keep two entries of one millisecond apart.
 */
export function entryPoint(entry: Entry, offset: number, site: string): Point {
  const { tags, fields } = shape(entry);
  const pairs = Object.entries({ ...tags, site })
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${keyName(value)}`);
  return {
    measurement: entry.kind,
    key: [measurementName(entry.kind), ...pairs].join(','),
    fields: Object.entries(fields).flatMap(([name, value]) => fieldOf(name, value) ?? []),
    stamp: stampNs(entry.time, offset),
  };
}
