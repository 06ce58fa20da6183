import { hasRightCrc } from '../rtu-framing.js';
import { type Asked, askedDataBytes } from './asked.js';

/**
 * Where a frame of RTU ends. It says so nowhere: its function says how long it is, as a request or as a reply, and its
 * CRC says whether that was right. Modbus Application Protocol V1.1b3 §6, over Serial Line V1.02 §2.5.1.
 */

/** Units a line may have, and 0, the broadcast (Modbus over Serial Line V1.02 §2.2). */
const lineUnitMax = 247;
const exceptionFlag = 0x80;
const exceptionBytes = 5;
const deviceIdFunction = 0x2b;
const fifoFunction = 0x18;

const ofLength = (length: number, ...functions: readonly number[]): (readonly [number, number])[] =>
  functions.map((functionCode) => [functionCode, length]);

/** Bytes of frames that are always as long, by function. */
const requestLengths: ReadonlyMap<number, number> = new Map([
  ...ofLength(4, 0x07, 0x0b, 0x0c, 0x11),
  ...ofLength(6, 0x18),
  ...ofLength(7, 0x2b),
  ...ofLength(8, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x08),
  ...ofLength(10, 0x16),
]);
const replyLengths: ReadonlyMap<number, number> = new Map([
  ...ofLength(5, 0x07),
  ...ofLength(8, 0x05, 0x06, 0x08, 0x0b, 0x0f, 0x10),
  ...ofLength(10, 0x16),
]);

/** Where the byte stands that counts the rest, and how many bytes there are besides. */
interface Counted {
  readonly at: number;
  readonly besides: number;
}
const requestCounts: Readonly<Record<number, Counted>> = {
  0x0f: { at: 6, besides: 9 },
  0x10: { at: 6, besides: 9 },
  0x14: { at: 2, besides: 5 },
  0x15: { at: 2, besides: 5 },
  0x17: { at: 10, besides: 13 },
};
const afterHead: Counted = { at: 2, besides: 5 };
const countedReplies = new Set([0x01, 0x02, 0x03, 0x04, 0x0c, 0x11, 0x14, 0x15, 0x17]);
const registerReplies = new Set([0x03, 0x04, 0x17]);

/** Bytes of a frame; `more` bytes are needed to know; undefined: it can be no such frame. */
type Length = number | 'more' | undefined;

const countedLength = (bytes: Uint8Array, at: number, end: number, { at: counter, besides }: Counted): Length =>
  at + counter < end ? (bytes[at + counter] as number) + besides : 'more';

function requestLength(bytes: Uint8Array, at: number, end: number): Length {
  const functionCode = bytes[at + 1] as number;
  const counted = requestCounts[functionCode];
  return counted ? countedLength(bytes, at, end, counted) : requestLengths.get(functionCode);
}

function replyLength(bytes: Uint8Array, at: number, end: number): Length {
  const functionCode = bytes[at + 1] as number;
  if (functionCode & exceptionFlag) return exceptionBytes;
  if (functionCode === fifoFunction) return fifoLength(bytes, at, end);
  if (functionCode === deviceIdFunction) return deviceIdLength(bytes, at, end);
  if (!countedReplies.has(functionCode)) return replyLengths.get(functionCode);
  const length = countedLength(bytes, at, end, afterHead);
  if (typeof length !== 'number') return length;
  const count = length - afterHead.besides;
  return count === 0 || (registerReplies.has(functionCode) && count % 2 === 1) ? undefined : length;
}

function fifoLength(bytes: Uint8Array, at: number, end: number): Length {
  if (at + 4 > end) return 'more';
  return (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) + 6;
}

/** §6.21: seven bytes, the number of objects, then each object's id, length and text. */
function deviceIdLength(bytes: Uint8Array, at: number, end: number): Length {
  const objectsAt = at + 8;
  if (objectsAt > end) return 'more';
  let objectAt = objectsAt;
  for (let left = bytes[objectsAt - 1] as number; left > 0; left -= 1) {
    if (objectAt + 2 > end) return 'more';
    objectAt += 2 + (bytes[objectAt + 1] as number);
  }
  return objectAt + 2 - at;
}

/** What a whole frame, whose CRC is right, can be. */
export interface FrameForm {
  readonly length: number;
  readonly canBeRequest: boolean;
  readonly canBeReply: boolean;
}

/** Longest frame of RTU (Modbus over Serial Line V1.02 §2.5.1.1). */
export const frameBytesMax = 256;

/** What is looked for, and whether more can come. */
export interface Search {
  /** The request that awaits its reply. */
  readonly asked: Asked | undefined;
  /** Silence followed: what is not whole now never will be. */
  readonly isOver: boolean;
}

/**
 * The frame that begins at `at`; `more` when bytes up to `end` leave it open; undefined when none does. What is awaited
 * comes first: bytes that begin as the reply to `asked` are not taken for anything shorter.
 */
export function frameAt(
  bytes: Uint8Array,
  at: number,
  end: number,
  { asked, isOver }: Search,
): FrameForm | 'more' | undefined {
  if ((bytes[at] as number) > lineUnitMax) return undefined;
  if (at + 1 >= end) return isOver ? undefined : 'more';
  const [request, reply] = [requestLength(bytes, at, end), replyLength(bytes, at, end)];
  const longestEnd = at + frameBytesMax;
  const isRight = (length: Length): boolean =>
    typeof length === 'number' && at + length <= Math.min(end, longestEnd) && hasRightCrc(bytes, at, at + length);
  const form = (length: number): FrameForm => ({
    length,
    canBeRequest: request === length,
    canBeReply: reply === length,
  });
  const isOpen = (length: Length): boolean => {
    if (isOver || length === undefined || end >= longestEnd) return false;
    return length === 'more' || (at + length > end && at + length <= longestEnd);
  };
  if (asked && beginsAsReply(bytes, at, end, asked)) {
    if (isRight(reply)) return form(reply as number);
    if (isOpen(reply)) return 'more';
  }
  // A shorter reply may lie in a request by chance: what comes first in doubt does not hang on how much has arrived.
  for (const length of [request, reply]) {
    if (isRight(length)) return form(length as number);
    if (isOpen(length)) return 'more';
  }
  return undefined;
}

function beginsAsReply(bytes: Uint8Array, at: number, end: number, asked: Asked): boolean {
  const { unit, functionCode, reads } = asked;
  if (bytes[at] !== unit || bytes[at + 1] !== functionCode) return false;
  return !reads || at + 2 >= end || bytes[at + 2] === askedDataBytes(asked, reads);
}

/** True when a whole frame is what a unit may answer to this: an exception, or a reply of the length asked for. */
export function answers(asked: Asked, frame: Uint8Array): boolean {
  if (frame[0] !== asked.unit) return false;
  if (frame[1] === (asked.functionCode | exceptionFlag)) return frame.length === exceptionBytes;
  if (frame[1] !== asked.functionCode) return false;
  if (asked.reads) return answersRead(asked, asked.reads, frame);
  const echoed = echoedBytes[asked.functionCode] ?? 2;
  return Buffer.compare(frame.subarray(0, echoed), asked.bytes.subarray(0, echoed)) === 0;
}

/** First bytes of a request that its reply repeats, by function: §6.5, §6.6, §6.11, §6.12, §6.16. */
const echoedBytes: Readonly<Record<number, number>> = { 0x05: 6, 0x06: 6, 0x0f: 6, 0x10: 6, 0x16: 8 };

type Range = NonNullable<Asked['reads']>;

function answersRead(asked: Asked, reads: Range, frame: Uint8Array): boolean {
  const dataBytes = askedDataBytes(asked, reads);
  return frame[2] === dataBytes && frame.length === dataBytes + afterHead.besides;
}

/** True when the bits that fill up the last byte of a reply to a read of bits are 0, as §6.1 has them. */
export function isFilledWithZeros({ reads }: Asked, reply: Uint8Array): boolean {
  const used = reads ? (reads.end - reads.start) % 8 : 0;
  return used === 0 || (reply[reply.length - 3] as number) >> used === 0;
}

/** The code of an exception; undefined for every other frame. */
export const exceptionCode = (frame: Uint8Array): number | undefined =>
  (frame[1] as number) & exceptionFlag ? frame[2] : undefined;
