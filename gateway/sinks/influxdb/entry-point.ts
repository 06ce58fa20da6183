import type { Cause, Entry, Json } from '../../contract/index.js';
import { keyName, measurementName, quoted } from './escape.js';
import { type FieldType, type Point, type PointField, stampNs } from './point.js';

/** A float, an integer, a boolean, a text, or nothing to say. */
type FieldValue = number | { readonly integer: number } | boolean | string | null;

interface EntryShape {
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A plain value as it is; a list or an object as its JSON. */
const plainOf = (value: Json): FieldValue =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

type Shapes = { readonly [Kind in Entry['kind']]: (entry: Extract<Entry, { readonly kind: Kind }>) => EntryShape };

/** What of each kind of entry is a tag (few values, asked for) and what a field. Long contents stay in the journal. */
const shapes: Shapes = {
  event: (entry) => {
    const { device, tag, limitKind: kind, key, state, value, limit, unit, quality, message, cause } = entry;
    const told = { message: message.en, message_zh: message.zh, ...causeFields(cause) };
    const fields = { key, state, value, limit, unit, quality, ...told };
    return { tags: { device, tag, kind }, fields };
  },
  alarm: (entry) => {
    const { device, tag, limitKind: kind, key, class: ofClass, priority, change, from, to, state } = entry;
    const { value, limit, unit, quality, message, comment, isAnnunciated: annunciated } = entry;
    const told = { message: message.en, message_zh: message.zh, comment, ...causeFields(entry.cause) };
    const fields = { key, change, from, to, annunciated, base: state.base, value, limit, unit, quality, ...told };
    return { tags: { device, tag, kind, class: ofClass, priority }, fields };
  },
  exceedance: (entry) => {
    const { device, tag, limitKind: kind, key, limit, unit, began, durationMs, peak, mean, readings, cutBy } = entry;
    const span = { began: began.time, duration_ms: durationMs, readings: { integer: readings } };
    const cut = { cut_by: cutBy ?? null };
    return { tags: { device, tag, kind }, fields: { key, limit, unit, peak, mean, ...span, ...cut } };
  },
  late: (entry) => {
    const { device, tag, limitKind: kind, key, finding, at, since, value, limit, unit, quality, message } = entry;
    const told = { message: message.en, message_zh: message.zh, ...causeFields(entry.cause) };
    return { tags: { device, tag, kind }, fields: { key, finding, at, since, value, limit, unit, quality, ...told } };
  },
  record: (entry) => {
    const { device, name, at, id, fields } = entry;
    const plain = Object.entries(fields).map(([field, value]) => [field, plainOf(value)] as const);
    // What a device calls its fields is its own: the two of ours have names that no field is likely to have.
    return { tags: { device, name }, fields: { ...Object.fromEntries(plain), record_at: at, record_id: id } };
  },
  flood: (entry) => {
    const { state, count } = entry;
    return { tags: {}, fields: { state, count: { integer: count } } };
  },
  mode: (entry) => {
    const { mode, change, device, tag, who, reason, since, until } = entry;
    const span = { since: since.time, until: until.time };
    return { tags: { device, tag: tag ?? '', mode }, fields: { change, who, reason, ...span } };
  },
  context: (entry) => {
    const { name, value, from, revision, who, reason } = entry;
    const text = typeof value === 'string' ? value : null;
    const told = { value: typeof value === 'number' ? value : null, text, from, revision: { integer: revision } };
    return { tags: { name }, fields: { ...told, who, reason } };
  },
  transition: (entry) => {
    const { subject, name, state, reason } = entry;
    return { tags: { subject, name }, fields: { state, reason } };
  },
  gap: (entry) => {
    const { reason, lastKept, firstNew, tornBytes } = entry;
    const kept = { last_kept: lastKept && { integer: lastKept.offset }, last_kept_time: lastKept?.time ?? null };
    return {
      tags: {},
      fields: { reason, ...kept, first_new: { integer: firstNew }, torn_bytes: { integer: tornBytes } },
    };
  },
  clock: (entry) => {
    const { boot, source, why, utc, movedMs, floor, trusted } = entry;
    return { tags: {}, fields: { boot, source, why, utc, moved_ms: movedMs, floor, trusted } };
  },
  epoch: (entry) => {
    const { epoch, previous, reason, machine, startedBy = null } = entry;
    return { tags: {}, fields: { epoch, previous, reason, machine, started_by: startedBy } };
  },
  configuration: (entry) => {
    const { hash, version, files } = entry;
    return { tags: {}, fields: { hash, version, files: Object.keys(files).sort().join(' ') } };
  },
  statutory: (entry) => {
    const { device, tag, what, from, to, who, configuration } = entry;
    const change = { what, from: JSON.stringify(from), to: JSON.stringify(to) };
    return { tags: { device, tag }, fields: { ...change, who, configuration } };
  },
  audit: (entry) => {
    const { who, action, detail, hash, previous } = entry;
    return { tags: {}, fields: { who, action, detail: JSON.stringify(detail), hash, previous } };
  },
  refusal: (entry) => {
    const { sink, lane, offset, tag, reason } = entry;
    return { tags: { sink }, fields: { lane, offset: { integer: offset }, tag, reason } };
  },
  unstored: (entry) => {
    const { reason, frames } = entry;
    return { tags: {}, fields: { reason, frames: { integer: frames } } };
  },
};

const shape = <Kind extends Entry['kind']>(entry: Extract<Entry, { readonly kind: Kind }>): EntryShape =>
  (shapes[entry.kind] as (entry: Extract<Entry, { readonly kind: Kind }>) => EntryShape)(entry);

function causeFields(cause: Cause): Readonly<Record<string, FieldValue>> {
  if ('sequence' in cause) return { sequence: { integer: cause.sequence } };
  return 'act' in cause ? { act: cause.act } : { ...cause };
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
