import type { BatchKey } from './batch-key.js';
import { parseSource } from './source.js';

/** One event may take 64 KiB: what every CloudEvents intermediary must forward (CloudEvents 1.0.2, "Size Limits"). */
export const eventBytesMax = 64 * 1024;

/** An event as received: attributes by name. */
export type ReceivedEvent = Readonly<Record<string, unknown>>;

/** Attribute names: lower-case letters and digits (CloudEvents 1.0.2, "Naming Conventions"); at most 20 here. */
const attributeName = /^[a-z0-9]{1,20}$/;
const typePattern = /^sluice\.[a-z]{1,32}\.v1$/;
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The offset an id `<lane>-<offset>` names, when it is of this key's lane. */
export function offsetOf(id: unknown, { lane }: BatchKey): number | undefined {
  if (typeof id !== 'string' || !id.startsWith(`${lane}-`)) return undefined;
  const digits = id.slice(lane.length + 1);
  return /^(0|[1-9]\d{0,15})$/.test(digits) && Number.isSafeInteger(Number(digits)) ? Number(digits) : undefined;
}

const sayOffset = (event: ReceivedEvent, key: BatchKey): string | undefined => {
  const offset = offsetOf(event['id'], key);
  if (offset === undefined) return `id: ${JSON.stringify(event['id'])} is not ${key.lane}-<offset>`;
  if (offset < key.first || offset > key.last)
    return `id: offset ${offset} is outside of the batch's ${key.first}–${key.last}`;
  const digits = event['sequence'];
  const fits = typeof digits === 'string' && /^\d{16}$/.test(digits) && Number(digits) === offset;
  return fits ? undefined : `sequence: ${JSON.stringify(digits)} is not the offset in 16 digits`;
};

const saySource = ({ source }: ReceivedEvent, key: BatchKey, urn: string): string | undefined => {
  if (typeof source !== 'string' || parseSource(source) === undefined) return 'source: not urn:sluice:<site>:<epoch>';
  if (source !== urn) return 'source: another than that of the batch';
  return parseSource(source)?.epoch === key.epoch ? undefined : 'source: another epoch than the key';
};

/** A time that exists: `2025-02-30` passes the pattern and is none. */
const isTime = (value: unknown): boolean =>
  typeof value === 'string' && timePattern.test(value) && !Number.isNaN(Date.parse(value));

/** Attributes that are CloudEvents' own, each with what is wrong about it. */
const sayAttributes = (event: ReceivedEvent, key: BatchKey): string | undefined => {
  if (event['specversion'] !== '1.0') return 'specversion: not 1.0';
  if (typeof event['type'] !== 'string' || !typePattern.test(event['type'])) return 'type: not sluice.<kind>.v1';
  if (event['time'] !== undefined && !isTime(event['time'])) return 'time: not RFC 3339';
  if (event['subject'] !== undefined && !isText(event['subject'])) return 'subject: empty or no text';
  if (event['lane'] !== key.lane) return 'lane: another than the key';
  if (event['datacontenttype'] !== 'application/json') return 'datacontenttype: not application/json';
  const { data } = event;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return 'data: no object';
  return undefined;
};

const sayNames = (event: ReceivedEvent): string | undefined => {
  const wrong = Object.entries(event).find(
    ([name, value]) =>
      !attributeName.test(name) || (name !== 'data' && !['string', 'number', 'boolean'].includes(typeof value)),
  );
  return wrong && `${wrong[0]}: not a CloudEvents attribute`;
};

/** What is wrong with an event, beginning with the name of the attribute; undefined when it is accepted. */
export function eventProblem(event: unknown, key: BatchKey, urn: string): string | undefined {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return 'the event is no object';
  const received = event as ReceivedEvent;
  const problem =
    sayNames(received) ?? sayAttributes(received, key) ?? saySource(received, key, urn) ?? sayOffset(received, key);
  if (problem) return problem;
  const bytes = Buffer.byteLength(JSON.stringify(event));
  return bytes > eventBytesMax ? `the event has ${bytes} bytes, more than ${eventBytesMax}` : undefined;
}
