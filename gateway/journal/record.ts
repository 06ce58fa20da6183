import { crc32 } from 'node:zlib';

/**
 * One record of a segment, little endian:
 *
 *     0  u32  mark "SLR1"
 *     4  u32  bytes of payload
 *     8  u32  CRC-32 (ISO-HDLC) over bytes 4–7 and 12 to the end
 *    12  u8   kind
 *    13  u8×3 zero
 *    16  f64  offset in the lane; for bookkeeping kinds the offset of the next counted record
 *    24  payload
 */
export const recordHeaderBytes = 24;

/** A longer record is refused at append, and taken for damage when read. */
export const recordBytesMax = 8 * 2 ** 20;

const mark = Buffer.from('SLR1', 'latin1');
const markValue = mark.readUInt32LE(0);

/** Stored: a number is never reused. `frame` and `entry` are counted by offsets, the others are bookkeeping. */
export const RecordKind = {
  frame: 1,
  entry: 2,
  table: 3,
  positions: 4,
  snapshot: 5,
  index: 6,
  learned: 7,
  header: 8,
  memory: 9,
  tableCopy: 10,
  standing: 11,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

export const isCounted = (kind: number): boolean => kind === RecordKind.frame || kind === RecordKind.entry;

/** A record found in a buffer. `payload` is a view. */
export interface FoundRecord {
  readonly kind: number;
  readonly offset: number;
  readonly payload: Buffer;
  /** Where the next record begins. */
  readonly end: number;
}

function checksum(buffer: Buffer, at: number, payloadBytes: number): number {
  const ofLength = crc32(buffer.subarray(at + 4, at + 8));
  return crc32(buffer.subarray(at + 12, at + recordHeaderBytes + payloadBytes), ofLength);
}

/** Writes the header before a payload that is already in place. */
export function sealRecord(buffer: Buffer, at: number, kind: RecordKind, offset: number, payloadBytes: number): void {
  buffer.writeUInt32LE(markValue, at);
  buffer.writeUInt32LE(payloadBytes, at + 4);
  buffer.writeUInt32LE(kind, at + 12);
  buffer.writeDoubleLE(offset, at + 16);
  buffer.writeUInt32LE(checksum(buffer, at, payloadBytes), at + 8);
}

/** A whole record with a JSON payload, for what is written rarely. */
export const jsonRecord = (kind: RecordKind, offset: number, value: unknown): Buffer =>
  sealedRecord(kind, offset, Buffer.from(JSON.stringify(value), 'utf8'));

/** A whole record with this payload. */
export function sealedRecord(kind: RecordKind, offset: number, payload: Buffer): Buffer {
  const record = Buffer.alloc(recordHeaderBytes + payload.length);
  payload.copy(record, recordHeaderBytes);
  sealRecord(record, 0, kind, offset, payload.length);
  return record;
}

/** The record at `at`; `short` when the buffer ends inside it; `bad` when it is none. */
export function recordAt(buffer: Buffer, at: number): FoundRecord | 'short' | 'bad' {
  if (buffer.length - at < recordHeaderBytes) return 'short';
  if (buffer.readUInt32LE(at) !== markValue) return 'bad';
  const payloadBytes = buffer.readUInt32LE(at + 4);
  if (payloadBytes > recordBytesMax) return 'bad';
  const end = at + recordHeaderBytes + payloadBytes;
  if (end > buffer.length) return 'short';
  if (buffer.readUInt32LE(at + 8) !== checksum(buffer, at, payloadBytes)) return 'bad';
  return wholeRecord(buffer, at);
}

/** The record at `at`, which is known to be whole: nothing of it is checked. */
export function wholeRecord(buffer: Buffer, at: number): FoundRecord {
  const end = at + recordHeaderBytes + buffer.readUInt32LE(at + 4);
  return {
    kind: buffer[at + 12] as number,
    offset: buffer.readDoubleLE(at + 16),
    payload: buffer.subarray(at + recordHeaderBytes, end),
    end,
  };
}

/** Where the next whole record begins at or after `from`; -1 when there is none in the buffer. */
export function findRecord(buffer: Buffer, from: number): number {
  for (let at = buffer.indexOf(mark, from); at >= 0; at = buffer.indexOf(mark, at + 1)) {
    if (typeof recordAt(buffer, at) === 'object') return at;
  }
  return -1;
}

/** Where a record may begin at or after `from`: a whole one, or one the buffer cuts short. */
export function findCandidate(buffer: Buffer, from: number): number {
  for (let at = buffer.indexOf(mark, from); at >= 0; at = buffer.indexOf(mark, at + 1)) {
    if (recordAt(buffer, at) !== 'bad') return at;
  }
  // The last bytes may be the beginning of a mark.
  return Math.max(from, buffer.length - mark.length + 1);
}

/** The JSON of a payload; undefined when it is none, which a matching CRC makes our own fault and not the disk's. */
export function jsonPayload(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
