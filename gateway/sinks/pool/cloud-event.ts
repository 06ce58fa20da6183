import {
  type Entry,
  type Frame,
  type Identity,
  type Json,
  type LaneName,
  qualityName,
  qualityStatus,
} from '../../contract/index.js';
import { entryJson } from '../json/entry-json.js';
import { frameColumns, isEmpty, mapValues } from '../json/frame-columns.js';

/**
 * A CloudEvent 1.0.2 in its JSON form, with the extension attributes `sequence` (CloudEvents extension: sortable as
 * text) and `lane` (which of the gateway's two logs the sequence counts in).
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** `<lane>-<offset>`: unique within the source. */
  readonly id: string;
  /** `urn:sluice:<site>:<epoch>`: one journal, so that a restored or cloned box is another source. */
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339 with ms; left out while the UTC time is not known. */
  readonly time?: string;
  readonly sequence: string;
  readonly lane: LaneName;
  readonly datacontenttype: 'application/json';
  readonly data: Json;
}

/** Offsets stay below 2^53: sixteen digits. */
const sequenceDigits = 16;

/** Null while the UTC time is not known. */
const rfc3339 = (time: number): string | null => (Number.isFinite(time) ? new Date(time).toISOString() : null);

export const sourceOf = ({ site, epoch }: Identity): string => `urn:sluice:${encodeURIComponent(site)}:${epoch}`;

function envelope(identity: Identity, lane: LaneName, offset: number, type: string, time: number) {
  const stamp = rfc3339(time);
  return {
    specversion: '1.0',
    id: `${lane}-${offset}`,
    source: sourceOf(identity),
    type: `sluice.${type}.v1`,
    ...(stamp !== null && { time: stamp }),
    sequence: String(offset).padStart(sequenceDigits, '0'),
    lane,
    datacontenttype: 'application/json',
  } as const;
}

/**
 * One frame as an event: a pure function of the journal record. Vocabulary of SensorThings 1.1 where it has a word;
 * quality by name and OPC UA StatusCode where it is not good.
 */
export function frameEvent(identity: Identity, offset: number, frame: Frame): CloudEvent {
  const { link, device, profile, group } = frame.table;
  const { values, units, quality, times } = frameColumns(frame);
  const data: Json = {
    phenomenonTime: rfc3339(frame.time),
    timeSpread: frame.timeSpread,
    link,
    device,
    profile,
    group,
    sequence: frame.sequence,
    values,
    units,
    ...(!isEmpty(quality) && {
      quality: mapValues(quality, (code) => ({ name: qualityName(code), status: qualityStatus(code) })),
    }),
    ...(!isEmpty(times) && { times: mapValues(times, rfc3339) }),
    ...(frame.late && { late: true }),
    ...(frame.raw && { raw: Buffer.from(frame.raw).toString('base64') }),
  };
  return { ...envelope(identity, 'samples', offset, 'frame', frame.time), subject: `${link}/${device}`, data };
}

const subjectOf = (entry: Entry): string | undefined => {
  if (entry.kind === 'event' || entry.kind === 'alarm' || entry.kind === 'exceedance' || entry.kind === 'late') {
    // A lost link has neither tag nor, perhaps, device.
    return [entry.device, entry.tag].filter((name) => name !== '').join('/') || undefined;
  }
  if (entry.kind === 'statutory') return `${entry.device}/${entry.tag}`;
  if (entry.kind === 'record') return `${entry.device}/${entry.name}`;
  if (entry.kind === 'transition') return `${entry.subject}/${entry.name}`;
  return undefined;
};

/** One entry of the alarms lane as an event of its kind. */
export function entryEvent(identity: Identity, offset: number, entry: Entry): CloudEvent {
  const subject = subjectOf(entry);
  return {
    ...envelope(identity, 'alarms', offset, entry.kind, entry.time),
    ...(subject !== undefined && { subject }),
    data: { phenomenonTime: rfc3339(entry.time), ...entryJson(entry) },
  };
}
