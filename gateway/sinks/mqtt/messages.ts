import { type Entry, type Frame, type Identity, qualityName } from '../../contract/index.js';
import { entryJson } from '../json/entry-json.js';
import { frameColumns, isEmpty, mapValues } from '../json/frame-columns.js';

/** One publication. */
export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** A name as one level of a topic. */
const level = (name: string): string => name.replace(/[+#/\0]/g, '_');

/** ms UTC; null while not known. */
export const milliseconds = (time: number): number | null => (Number.isFinite(time) ? time : null);

/** Whether the gateway is there: `online` or `offline`, retained; also its last will. */
export const statusTopic = (prefix: string, { site }: Identity): string => `${prefix}/${level(site)}/status`;

/**
 * A frame to `prefix/site/link/device/group`. The newest is retained: whoever subscribes sees the state at once. What
 * comes late is published beside it and marked, and never takes its place. `time` is ms UTC, null while not known.
 */
export function frameMessage(prefix: string, { epoch }: Identity, frame: Frame, historical: boolean): Message {
  const { site, link, device, group } = frame.table;
  const { values, units, quality } = frameColumns(frame);
  const past = historical || frame.late === true;
  const body = {
    time: milliseconds(frame.time),
    timeSpread: frame.timeSpread,
    sequence: frame.sequence,
    epoch,
    values,
    units,
    ...(!isEmpty(quality) && { quality: mapValues(quality, qualityName) }),
    ...(past && { historical: true }),
  };
  return {
    topic: [prefix, ...[site, link, device, group].map(level)].join('/'),
    payload: JSON.stringify(body),
    retain: !past,
  };
}

/** What may not stand in a level, and the sign that escapes it: unlike names of frames, keys must stay apart. */
const unspeakable = /[%+#\p{Cc}]/gu;

/** The topic of one alarm: `prefix/site/alarms/` and its key, whose slashes part levels. */
export const alarmTopic = (prefix: string, { site }: Identity, key: string): string =>
  `${prefix}/${level(site)}/alarms/${key.replace(unspeakable, encodeURIComponent)}`;

/** An entry of the alarms lane to `prefix/site/events`; `id` (epoch and offset) tells a repeated one. */
export const entryMessage = (prefix: string, { site, epoch }: Identity, offset: number, entry: Entry): Message => ({
  topic: `${prefix}/${level(site)}/events`,
  payload: JSON.stringify({ id: `${epoch}-${offset}`, ...entryJson(entry) }),
  retain: false,
});
