import { PbfReader, PbfWriter } from 'pbf';
import { isDeviceTime } from '../device-time.js';

/** The value of a metric, by the field it came in (Sparkplug B, Payload.Metric.value). */
export type MetricValue =
  | { readonly kind: 'int'; readonly value: number }
  /** Read as signed 64 bits; beyond 2^53 the nearest number. */
  | { readonly kind: 'long'; readonly value: number }
  | { readonly kind: 'real'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  /** Bytes, a data set, a template or an extension: not looked into. */
  | { readonly kind: 'other' };

export interface Metric {
  readonly name: string | undefined;
  /** Exact: 64 bits do not all fit a number. */
  readonly alias: number | bigint | undefined;
  /** ms UTC; one no device may tell is none. */
  readonly timestamp: number | undefined;
  readonly datatype: number | undefined;
  readonly isHistorical: boolean;
  readonly isNull: boolean;
  /** The property `Quality`: 0 bad, 192 good, 500 stale (Sparkplug 3.0 §6.4.14). */
  readonly quality: number | undefined;
  readonly value: MetricValue | undefined;
}

export interface Payload {
  readonly timestamp: number | undefined;
  readonly seq: number | undefined;
  readonly metrics: readonly Metric[];
}

/** Metrics of one payload; a larger one is refused as a whole. */
export const metricsMax = 50_000;

/** Wire types of protobuf. */
const varint = 0;
const fixed64 = 1;
const bytes = 2;
const fixed32 = 5;

class Damage extends Error {}

/** Reads a payload; undefined when the bytes are none: cut short, of wrong wire types, or with too many metrics. Pure. */
export function decodePayload(data: Uint8Array): Payload | undefined {
  try {
    return readPayload(new PbfReader(data));
  } catch {
    // The reader throws what it stumbles over; whatever it is, these bytes are no payload.
    return undefined;
  }
}

/** Calls `read` for each field until `end`, and makes sure that nothing reaches beyond it. */
function eachField(reader: PbfReader, end: number, read: (field: number) => void): void {
  if (!(end <= reader.length)) throw new Damage('a field ends beyond the bytes');
  for (let field = reader.nextField(end); field !== 0; field = reader.nextField(end)) {
    read(field);
    if (reader.pos > end) throw new Damage('a field ends beyond its message');
  }
  if (reader.pos !== end) throw new Damage('a message does not end where it should');
}

function inside(reader: PbfReader, read: (field: number) => void): void {
  want(reader, bytes);
  const length = reader.readVarint();
  eachField(reader, reader.pos + length, read);
}

function want(reader: PbfReader, wireType: number): void {
  if (reader.type !== wireType) throw new Damage('a field has a wrong wire type');
}

function number(reader: PbfReader, isSigned = false): number {
  want(reader, varint);
  return reader.readVarint(isSigned);
}

/** Nodes make aliases of hashes, too: two beyond 2^53 must not become one. */
function exactNumber(reader: PbfReader): number | bigint {
  want(reader, varint);
  const start = reader.pos;
  const near = reader.readVarint();
  if (Number.isSafeInteger(near)) return near;
  const sevens = reader.buf.subarray(start, reader.pos).toReversed();
  return BigInt.asUintN(
    64,
    sevens.reduce((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n),
  );
}

function time(reader: PbfReader): number | undefined {
  const ms = number(reader);
  return isDeviceTime(ms) ? ms : undefined;
}

function text(reader: PbfReader): string {
  want(reader, bytes);
  const start = reader.pos;
  const length = reader.readVarint();
  if (reader.pos + length > reader.length) throw new Damage('a text ends beyond the bytes');
  reader.pos = start;
  return reader.readString();
}

function readPayload(reader: PbfReader): Payload {
  const payload = {
    timestamp: undefined as number | undefined,
    seq: undefined as number | undefined,
    metrics: [] as Metric[],
  };
  eachField(reader, reader.length, (field) => {
    if (field === 1) payload.timestamp = time(reader);
    else if (field === 2) {
      if (payload.metrics.length >= metricsMax) throw new Damage('too many metrics');
      payload.metrics.push(readMetric(reader));
    } else if (field === 3) payload.seq = number(reader);
  });
  return payload;
}

function readMetric(reader: PbfReader): Metric {
  const metric: { -readonly [Key in keyof Metric]: Metric[Key] } = {
    name: undefined,
    alias: undefined,
    timestamp: undefined,
    datatype: undefined,
    isHistorical: false,
    isNull: false,
    quality: undefined,
    value: undefined,
  };
  inside(reader, (field) => {
    if (field === 1) metric.name = text(reader);
    else if (field === 2) metric.alias = exactNumber(reader);
    else if (field === 3) metric.timestamp = time(reader);
    else if (field === 4) metric.datatype = number(reader);
    else if (field === 5) metric.isHistorical = number(reader) !== 0;
    else if (field === 7) metric.isNull = number(reader) !== 0;
    else if (field === 9) metric.quality = readQuality(reader);
    else if (field >= 10 && field <= 19) metric.value = readValue(reader, field);
  });
  return metric;
}

function readValue(reader: PbfReader, field: number): MetricValue {
  switch (field) {
    case 10:
      return { kind: 'int', value: number(reader, true) };
    case 11:
      return { kind: 'long', value: number(reader, true) };
    case 12:
      want(reader, fixed32);
      return { kind: 'real', value: reader.readFloat() };
    case 13:
      want(reader, fixed64);
      return { kind: 'real', value: reader.readDouble() };
    case 14:
      return { kind: 'boolean', value: number(reader) !== 0 };
    case 15:
      return { kind: 'string', value: text(reader) };
    default:
      return { kind: 'other' };
  }
}

/** The property `Quality` of a metric: keys and values stand in two lists of one order. */
function readQuality(reader: PbfReader): number | undefined {
  const keys: string[] = [];
  const values: (number | undefined)[] = [];
  inside(reader, (field) => {
    if (field === 1) keys.push(text(reader));
    else if (field === 2) values.push(readProperty(reader));
  });
  return values[keys.indexOf('Quality')];
}

function readProperty(reader: PbfReader): number | undefined {
  let value: number | undefined;
  inside(reader, (field) => {
    if (field === 3 || field === 4) value = number(reader, true);
  });
  return value;
}

const booleanType = 11;

/** A command that sets one boolean metric: all that a host has to say (Sparkplug 3.0 §6.4.24). */
export function encodeCommand(name: string, timestamp: number): Buffer {
  const writer = new PbfWriter();
  writer.writeVarintField(1, timestamp);
  writer.writeMessage(
    2,
    (metric: string, into) => {
      into.writeStringField(1, metric);
      into.writeVarintField(3, timestamp);
      into.writeVarintField(4, booleanType);
      into.writeBooleanField(14, true);
    },
    name,
  );
  return Buffer.from(writer.finish());
}
