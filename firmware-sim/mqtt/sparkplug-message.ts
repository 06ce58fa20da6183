import { ProtobufBytes } from './protobuf-bytes.js';

/** Data types of Sparkplug B that a simulated node has, by number. */
export const sparkplugTypes = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  Text: 14,
  UUID: 15,
  DataSet: 16,
} as const;

export type SparkplugType = keyof typeof sparkplugTypes;
export type SparkplugValue = number | bigint | boolean | string | null;

/** One metric as it is sent. */
export interface SentMetric {
  readonly name?: string;
  readonly alias?: number;
  readonly timestamp?: number;
  readonly type: SparkplugType;
  readonly value: SparkplugValue;
  readonly isHistorical?: boolean;
  /** The property `Quality`: 0, 192 or 500. */
  readonly quality?: number;
}

export interface SentPayload {
  readonly timestamp: number;
  readonly seq?: number;
  readonly metrics: readonly SentMetric[];
}

/** A payload of Sparkplug B as Eclipse Tahu's sparkplug_b.proto has it. */
export function writeSparkplug({ timestamp, seq, metrics }: SentPayload): Buffer {
  const message = new ProtobufBytes().integer(1, timestamp);
  for (const metric of metrics) message.bytes(2, writeMetric(metric));
  if (seq !== undefined) message.integer(3, seq);
  return message.finish();
}

function writeMetric({ name, alias, timestamp, type, value, isHistorical, quality }: SentMetric): Buffer {
  const bytes = new ProtobufBytes();
  if (name !== undefined) bytes.bytes(1, name);
  if (alias !== undefined) bytes.integer(2, alias);
  if (timestamp !== undefined) bytes.integer(3, timestamp);
  bytes.integer(4, sparkplugTypes[type]);
  if (isHistorical) bytes.integer(5, 1);
  if (value === null) bytes.integer(7, 1);
  if (quality !== undefined) bytes.bytes(9, writeQuality(quality));
  if (value !== null) writeValue(bytes, type, value);
  return bytes.finish();
}

const writeQuality = (quality: number): Buffer =>
  new ProtobufBytes()
    .bytes(1, 'Quality')
    .bytes(2, new ProtobufBytes().integer(1, sparkplugTypes.Int32).integer(3, quality).finish())
    .finish();

function writeValue(bytes: ProtobufBytes, type: SparkplugType, value: Exclude<SparkplugValue, null>): void {
  switch (type) {
    case 'Int8':
    case 'Int16':
    case 'Int32':
    case 'UInt8':
    case 'UInt16':
      bytes.integer(10, BigInt.asUintN(32, BigInt(value)));
      return;
    case 'Int64':
    case 'UInt32':
    case 'UInt64':
    case 'DateTime':
      bytes.integer(11, BigInt(value));
      return;
    case 'Float':
      bytes.float(12, Number(value));
      return;
    case 'Double':
      bytes.double(13, Number(value));
      return;
    case 'Boolean':
      bytes.integer(14, value ? 1 : 0);
      return;
    case 'String':
    case 'Text':
    case 'UUID':
      bytes.bytes(15, String(value));
      return;
    case 'DataSet':
      // One column without a row: enough to be no number.
      bytes.bytes(17, new ProtobufBytes().integer(1, 1).bytes(2, String(value)).integer(3, 3).finish());
  }
}

/** True when the bytes are a command that asks for the births: its name stands in no other. */
export const asksRebirth = (payload: Buffer): boolean => payload.includes('Node Control/Rebirth');
