import {
  type Frame,
  hasValue,
  isGood,
  Quality,
  qualityStatus,
  type TagTable,
  type TagType,
} from '../../contract/index.js';
import { keyName, measurementName, quoted } from './escape.js';
import type { LineBuffer } from './line-buffer.js';
import { type FieldType, type Point, type PointField, stampNs } from './point.js';

/** What of a table's lines never changes. */
interface LinePlan {
  /** `profile,device=…,link=…,site=…` */
  readonly key: string;
  /** The same with the beginning of the first field. */
  readonly head: Uint8Array;
  /** `,tag=` and `,tag_quality=` by slot. */
  readonly valueKeys: readonly string[];
  readonly valueKeyBytes: readonly Uint8Array[];
  readonly qualityKeys: readonly string[];
  readonly types: readonly TagType[];
  /** A line of numbers alone is no longer than this. */
  readonly bytesMax: number;
}

/** The longest a number gets in JavaScript is 24 characters. */
const numberBytesMax = 25;
const stampBytesMax = 2 * numberBytesMax + 8;

const plans = new WeakMap<TagTable, LinePlan>();

function planOf(table: TagTable): LinePlan {
  const known = plans.get(table);
  if (known) return known;
  const { profile, device, link, site, tags } = table;
  const names = tags.map(({ name }) => keyName(name));
  // Tag keys in alphabetical order are what InfluxDB sorts them to anyway.
  const key = `${measurementName(profile)},device=${keyName(device)},link=${keyName(link)},site=${keyName(site)}`;
  const head = Buffer.from(`${key} sequence=`);
  const valueKeys = names.map((name) => `,${name}=`);
  const valueKeyBytes = valueKeys.map((text) => Buffer.from(text));
  const plan: LinePlan = {
    key,
    head,
    valueKeys,
    valueKeyBytes,
    bytesMax: valueKeyBytes.reduce((sum, { length }) => sum + length + numberBytesMax, head.length + stampBytesMax),
    qualityKeys: names.map((name) => `,${name}_quality=`),
    types: tags.map(({ type }) => type),
  };
  plans.set(table, plan);
  return plan;
}

/** The value of one slot in line protocol; undefined when there is none. */
function valueText(frame: Frame, slot: number, type: TagType): string | undefined {
  if (type === 'text') {
    const text = frame.texts?.get(slot);
    return text === undefined ? undefined : quoted(text);
  }
  const value = frame.values[slot] as number;
  if (!Number.isFinite(value)) return undefined;
  return type === 'boolean' ? (value === 0 ? 'false' : 'true') : String(value);
}

/** `,tag=…` and `,tag_quality=…` of one slot, whatever its quality; empty when it was not read. */
function slotText(frame: Frame, plan: LinePlan, slot: number): string {
  const quality = frame.quality[slot] as number;
  if (quality === Quality.absent) return '';
  const value = hasValue(quality) ? valueText(frame, slot, plan.types[slot] as TagType) : undefined;
  const field = value === undefined ? '' : (plan.valueKeys[slot] as string) + value;
  // Anything but plain good is said, also a value set by hand: it must not look measured.
  if (quality === Quality.good && value !== undefined) return field;
  const status = isGood(quality) && value === undefined ? qualityStatus(Quality.bad) : qualityStatus(quality);
  return `${field}${plan.qualityKeys[slot] as string}${status}i`;
}

/** ns of int64 end with this ms. */
const timeMax = 2 ** 63 / 1e6;

/**
 * The time of a frame's point, ms UTC. Where its values carry one time of their own it is that: of history, of an hourly
 * mean. Where they carry several, a live frame has the time it was read, and history the newest of them.
 */
export function pointTime({ time, times, quality, late }: Frame): number {
  if (!times) return time;
  let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let slot = 0; slot < quality.length; slot += 1) {
    if (quality[slot] === Quality.absent) continue;
    const at = times[slot] as number;
    // A live value without a time of its own is of the moment it was read.
    if (Number.isNaN(at) && late !== true) return time;
    if (at < oldest) oldest = at;
    if (at > newest) newest = at;
  }
  const isBelieved = newest >= 0 && newest < timeMax;
  return isBelieved && (oldest === newest || late === true) ? newest : time;
}

/**
 * Writes one frame as one line with its line break: a pure function of the journal record, so that writing it again
 * changes nothing. Numbers are floats, quality is the OPC UA StatusCode where it is not good; a bad slot has no value
 * field, an absent one nothing. This runs for every value of the gateway: what the table fixes is compiled once.
 */
export function writeFrameLine(into: LineBuffer, frame: Frame): void {
  const plan = planOf(frame.table);
  const { values, quality } = frame;
  const { valueKeyBytes, types } = plan;
  into.reserve(plan.bytesMax);
  into.put(plan.head);
  into.ascii(`${frame.sequence}i`);
  for (let slot = 0; slot < values.length; slot += 1) {
    const value = values[slot] as number;
    // `value - value` is 0 for finite numbers alone.
    if (quality[slot] === Quality.good && value - value === 0 && types[slot] !== 'boolean') {
      into.put(valueKeyBytes[slot] as Uint8Array);
      into.number(value);
    } else {
      into.text(slotText(frame, plan, slot));
      into.reserve(plan.bytesMax);
    }
  }
  into.ascii(` ${stampNs(pointTime(frame), frame.sequence)}\n`);
}

const fieldTypes: Readonly<Record<TagType, FieldType>> = {
  number: 'float',
  integer: 'float',
  boolean: 'boolean',
  text: 'string',
};

/** The same frame taken apart by field, `sequence` first. Joined, its fields are the line. */
export function framePoint(frame: Frame): Point {
  const plan = planOf(frame.table);
  const fields: PointField[] = [{ name: 'sequence', type: 'integer', text: `sequence=${frame.sequence}i` }];
  frame.table.tags.forEach(({ name, type }, slot) => {
    const text = slotText(frame, plan, slot);
    if (text !== '') fields.push({ name, type: fieldTypes[type], text: text.slice(1) });
  });
  return { measurement: frame.table.profile, key: plan.key, fields, stamp: stampNs(pointTime(frame), frame.sequence) };
}
