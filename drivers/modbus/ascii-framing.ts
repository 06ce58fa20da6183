import { crc16, type Found } from './rtu-framing.js';

/**
 * Framing of Modbus ASCII: a colon, two characters a byte, LRC, carriage return, line feed. Modbus over Serial Line
 * V1.02 §2.5.2. Inside the driver a frame is always that of RTU, with a CRC in place of the LRC.
 */

const colon = 0x3a;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Two's complement of the sum of all bytes. */
export function lrc(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let sum = 0;
  for (let n = start; n < end; n += 1) sum += bytes[n] as number;
  return -sum & 0xff;
}

/** An RTU frame as it goes over an ASCII line. */
export function toAscii(rtu: Uint8Array): Uint8Array {
  const message = rtu.subarray(0, rtu.length - 2);
  const hex = Buffer.concat([message, Uint8Array.of(lrc(message))])
    .toString('hex')
    .toUpperCase();
  return Buffer.from(`:${hex}\r\n`, 'latin1');
}

/** A frame of an ASCII line, colon to line feed, as one of RTU; undefined when its LRC or a character is wrong. */
export function fromAscii(line: Uint8Array): Uint8Array | undefined {
  const digits = line.length - 3;
  if (digits < 6 || digits % 2 !== 0) return undefined;
  const bytes = new Uint8Array(digits / 2 + 1);
  for (let n = 0; n < digits / 2; n += 1) {
    const [high, low] = [hexDigit(line[1 + n * 2] as number), hexDigit(line[2 + n * 2] as number)];
    if (high < 0 || low < 0) return undefined;
    bytes[n] = (high << 4) | low;
  }
  const end = digits / 2 - 1;
  if (lrc(bytes, 0, end) !== bytes[end]) return undefined;
  const crc = crc16(bytes, 0, end);
  bytes[end] = crc & 0xff;
  bytes[end + 1] = crc >> 8;
  return bytes;
}

function hexDigit(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const letter = character & ~0x20;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : -1;
}

/** Every line from a colon to its line feed; a colon in between begins anew, as the specification has it. */
export function findLines(bytes: Uint8Array): Found[] {
  const found: Found[] = [];
  let start = -1;
  for (let n = 0; n < bytes.length; n += 1) {
    if (bytes[n] === colon) start = n;
    else if (bytes[n] === lineFeed && start >= 0) {
      if (bytes[n - 1] === carriageReturn) found.push({ start, end: n + 1 });
      start = -1;
    }
  }
  return found;
}
