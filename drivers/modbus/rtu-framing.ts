/**
 * Framing of Modbus RTU: unit, function, data, CRC with its low byte first. Modbus over Serial Line V1.02 §2.5.1.
 * A frame of RTU says nowhere where it begins: what was asked for says what to look for.
 */

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** CRC-16/MODBUS of `bytes[start … end − 1]`. */
export function crc16(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let crc = 0xffff;
  for (let n = start; n < end; n += 1) crc = (crc >> 8) ^ (crcTable[(crc ^ (bytes[n] as number)) & 0xff] as number);
  return crc;
}

/** Bytes of a frame beside the data of a read's answer: unit, function, byte count, CRC. */
export const answerOverhead = 5;
/** Unit, function, exception code, CRC. */
export const exceptionBytes = 5;
/** Unit, function, start, count, CRC. */
export const requestBytes = 8;
const exceptionFlag = 0x80;

/** What the answer to a read looks like: all that tells it from others. */
export interface Shape {
  readonly unit: number;
  readonly functionCode: number;
  readonly dataBytes: number;
}

/** A frame inside received bytes, `end` not part of it. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** True when the CRC at the end of `bytes[start … end − 1]` is right. */
export const hasRightCrc = (bytes: Uint8Array, start: number, end: number): boolean =>
  crc16(bytes, start, end - 2) === ((bytes[end - 2] as number) | ((bytes[end - 1] as number) << 8));

/**
 * The first whole answer or exception of this shape in the first `length` bytes, whatever stands before it. Undefined
 * while there is none: more may come.
 */
export function findAnswer(bytes: Uint8Array, length: number, shape: Shape): Found | undefined {
  for (let start = 0; start + exceptionBytes <= length; start += 1) {
    if (bytes[start] !== shape.unit) continue;
    const functionCode = bytes[start + 1];
    let end = 0;
    if (functionCode === shape.functionCode && bytes[start + 2] === shape.dataBytes) {
      end = start + answerOverhead + shape.dataBytes;
    } else if (functionCode === (shape.functionCode | exceptionFlag)) {
      end = start + exceptionBytes;
    }
    if (end > 0 && end <= length && hasRightCrc(bytes, start, end)) return { start, end };
  }
  return undefined;
}

/** Every whole frame of reads, theirs or ours, in received bytes; for telling strays apart, not for values. */
export function findFrames(bytes: Uint8Array): Found[] {
  const found: Found[] = [];
  for (let start = 0; start + exceptionBytes <= bytes.length; ) {
    const lengths = [exceptionBytes, requestBytes, answerOverhead + (bytes[start + 2] as number)];
    const end = lengths
      .map((length) => start + length)
      .find((one) => one <= bytes.length && hasRightCrc(bytes, start, one));
    if (end !== undefined) found.push({ start, end });
    start = end ?? start + 1;
  }
  return found;
}

/** The shape of an answer a read request asks for. `request` is a whole RTU frame. */
export function shapeOfRequest(request: Uint8Array): Shape {
  const [unit, functionCode] = request as unknown as [number, number];
  const count = ((request[4] as number) << 8) | (request[5] as number);
  return { unit, functionCode, dataBytes: functionCode <= 2 ? (count + 7) >> 3 : count * 2 };
}

/** True when a whole frame is an answer, or an exception, to a read of this shape. */
export function fits(frame: Uint8Array, shape: Shape): boolean {
  if (frame[0] !== shape.unit) return false;
  if (frame[1] === (shape.functionCode | exceptionFlag)) return frame.length === exceptionBytes;
  return (
    frame[1] === shape.functionCode && frame[2] === shape.dataBytes && frame.length === answerOverhead + shape.dataBytes
  );
}
