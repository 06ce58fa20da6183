import { toAscii } from '../ascii-framing.js';
import { asciiFraming, rtuFraming } from '../line-framing.js';
import { dataOffset, readRequestBytes, writeReadRequest } from '../mbap.js';
import { answerDataBytes, type ReadFunction } from '../register-bus.js';
import { crc16, exceptionBytes, requestBytes } from '../rtu-framing.js';

/** How frames lie on a link. */
export type LinkFraming = 'tcp' | 'rtu' | 'ascii';

/** One read, as it is asked for. */
export interface RawRead {
  readonly unit: number;
  readonly functionCode: ReadFunction;
  readonly start: number;
  readonly count: number;
}

/** A whole, right frame that is an answer to some read. */
export interface RawReply {
  readonly unit: number;
  readonly functionCode: ReadFunction;
  /** Code of an exception; undefined where data came. */
  readonly exception: number | undefined;
  readonly data: Uint8Array;
  /** Id a TCP answer carries; 0 on a line. */
  readonly transaction: number;
  /** Where it lies in what was received, `end` not part of it. */
  readonly start: number;
  readonly end: number;
}

/** The read as an RTU frame. */
export function rtuRead({ unit, functionCode, start, count }: RawRead): Uint8Array {
  const frame = Uint8Array.of(unit, functionCode, start >> 8, start & 0xff, count >> 8, count & 0xff, 0, 0);
  const crc = crc16(frame, 0, 6);
  frame[6] = crc & 0xff;
  frame[7] = crc >> 8;
  return frame;
}

/** The bytes of a read on the wire. `transaction` is for `tcp` alone. */
export function encodeRead(framing: LinkFraming, read: RawRead, transaction: number): Uint8Array {
  if (framing === 'rtu') return rtuRead(read);
  if (framing === 'ascii') return toAscii(rtuRead(read));
  const bytes = new Uint8Array(readRequestBytes);
  writeReadRequest(new DataView(bytes.buffer), transaction, read.unit, read.functionCode, read.start, read.count);
  return bytes;
}

const exceptionFlag = 0x80;

const isReadFunction = (code: number): code is ReadFunction => code >= 1 && code <= 4;

/** Every whole answer among received bytes, whatever stands between them; requests of a master are passed over. */
export function repliesIn(framing: LinkFraming, bytes: Uint8Array): RawReply[] {
  if (framing === 'tcp') return tcpReplies(bytes);
  const found = (framing === 'rtu' ? rtuFraming : asciiFraming).findFrames(bytes);
  return found.flatMap(({ frame, start, end }) => {
    const [unit, code] = frame as unknown as [number, number];
    const reply = replyOf(unit, code, frame.subarray(2, -2), 0);
    return reply ? [{ ...reply, start, end }] : [];
  });
}

/** Requests of reads among received bytes: somebody else asks on this line. */
export function requestsIn(framing: 'rtu' | 'ascii', bytes: Uint8Array): RawRead[] {
  return (framing === 'rtu' ? rtuFraming : asciiFraming).findFrames(bytes).flatMap(({ frame }) => {
    const functionCode = frame[1] as number;
    if (frame.length !== requestBytes || !isReadFunction(functionCode)) return [];
    const view = new DataView(frame.buffer, frame.byteOffset);
    return [{ unit: view.getUint8(0), functionCode, start: view.getUint16(2), count: view.getUint16(4) }];
  });
}

/** `body`: what stands between function code and checksum. */
function replyOf(
  unit: number,
  code: number,
  body: Uint8Array,
  transaction: number,
): Omit<RawReply, 'start' | 'end'> | undefined {
  const functionCode = code & ~exceptionFlag;
  if (!isReadFunction(functionCode)) return undefined;
  if (code & exceptionFlag) {
    const isWhole = body.length === exceptionBytes - 4;
    return isWhole ? { unit, functionCode, exception: body[0], data: new Uint8Array(0), transaction } : undefined;
  }
  if (body[0] !== body.length - 1) return undefined;
  return { unit, functionCode, exception: undefined, data: body.slice(1), transaction };
}

function tcpReplies(bytes: Uint8Array): RawReply[] {
  const replies: RawReply[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = 0; start + dataOffset <= bytes.length; ) {
    const end = start + 6 + view.getUint16(start + 4);
    const isFrame = view.getUint16(start + 2) === 0 && end >= start + dataOffset && end <= bytes.length;
    const body = bytes.subarray(start + 8, end);
    const reply = isFrame
      ? replyOf(view.getUint8(start + 6), view.getUint8(start + 7), body, view.getUint16(start))
      : undefined;
    if (reply) replies.push({ ...reply, start, end });
    start = reply ? end : start + 1;
  }
  return replies;
}

/** True when a reply is the answer, or an exception, to this read. */
export const answers = (reply: RawReply, read: RawRead): boolean =>
  reply.unit === read.unit &&
  reply.functionCode === read.functionCode &&
  (reply.exception !== undefined || reply.data.length === answerDataBytes(read.functionCode, read.count));

/** A gateway answers in place of a unit that does not (Modbus Application Protocol V1.1b3 §7: exceptions 0A and 0B). */
export const isOfGateway = (exception: number | undefined): boolean => exception === 10 || exception === 11;
