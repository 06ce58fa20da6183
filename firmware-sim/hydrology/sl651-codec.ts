/** SL 651-2014 as a station writes and reads it. */

export type StationEncoding = 'hex' | 'ascii';

export interface UpMessage {
  readonly encoding: StationEncoding;
  readonly centre: number;
  readonly station: string;
  readonly password: string;
  readonly code: number;
  /** Hexadecimal digits of a HEX/BCD body; the characters of an ASCII one. */
  readonly body: string;
  readonly packet?: { readonly total: number; readonly sequence: number };
  readonly isLast: boolean;
}

export interface Answer {
  readonly code: number;
  readonly serial: number;
  /** 12 digits. */
  readonly time: string;
  readonly end: number;
  /** A packet the centre asks for again. */
  readonly packet: { readonly total: number; readonly sequence: number } | undefined;
}

const table = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value % 2 === 1 ? Math.floor(value / 2) ^ 0xa001 : value / 2;
  return value;
});

/** The checksum of Modbus, as four digits with the high byte first. */
function checksumOf(bytes: Buffer): string {
  const value = bytes.reduce((crc, byte) => (crc >> 8) ^ (table[(crc ^ byte) & 0xff] as number), 0xffff);
  return digits(value, 4);
}

const digits = (value: number, count: number): string => value.toString(16).toUpperCase().padStart(count, '0');

export function writeMessage(message: UpMessage): Buffer {
  const { encoding, centre, station, password, code, body, packet, isLast } = message;
  const whole = packet ? digits(packet.total, 3) + digits(packet.sequence, 3) + body : body;
  const length = encoding === 'hex' ? whole.length / 2 : whole.length;
  const head = digits(centre, 2) + station + password + digits(code, 2) + digits(length, 4);
  const form = encoding === 'hex' ? 'hex' : 'latin1';
  const covered = Buffer.concat([
    encoding === 'hex' ? Buffer.of(0x7e, 0x7e) : Buffer.of(0x01),
    Buffer.from(head, form),
    Buffer.of(packet ? 0x16 : 0x02),
    Buffer.from(whole, form),
    Buffer.of(isLast ? 0x03 : 0x17),
  ]);
  return Buffer.concat([covered, Buffer.from(checksumOf(covered), form)]);
}

/** The same message with a checksum that is wrong, or a length that says 16 bytes more. */
export function spoilMessage(message: Buffer, what: 'wrong-checksum' | 'wrong-length'): Buffer {
  const spoilt = Buffer.from(message);
  const isAscii = message[0] === 0x01;
  if (what === 'wrong-checksum') {
    const last = spoilt.length - 1;
    spoilt[last] = isAscii ? (spoilt[last] === 0x30 ? 0x31 : 0x30) : (spoilt[last] as number) ^ 0x55;
  } else if (isAscii) {
    spoilt.write(digits(Number.parseInt(spoilt.toString('latin1', 19, 23), 16) + 16, 4), 19, 'latin1');
  } else {
    spoilt.writeUInt16BE(spoilt.readUInt16BE(11) + 16, 11);
  }
  return spoilt;
}

/** A decimal number as an element of so many bytes; negative ones lose their first byte to the sign. */
export function bcdField(identifier: string, value: number, bytes: number, decimals: number): string {
  const size = String(Math.round(Math.abs(value) * 10 ** decimals));
  const text = value < 0 ? `FF${size.padStart(2 * bytes - 2, '0')}` : size.padStart(2 * bytes, '0');
  return `${identifier}${digits(bytes * 8 + decimals, 2)}${text}`;
}

/** Takes answers of a centre from a stream. */
export class AnswerReceiver {
  #pending = Buffer.alloc(0);

  push(bytes: Buffer): Answer[] {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const answers: Answer[] = [];
    while (this.#pending.length > 0) {
      const taken = takeAnswer(this.#pending);
      if (taken === 'wait') break;
      if (typeof taken === 'number') {
        this.#pending = this.#pending.subarray(taken);
        continue;
      }
      answers.push(taken.answer);
      this.#pending = this.#pending.subarray(taken.length);
    }
    return answers;
  }
}

/** An answer and its length; how many bytes to skip; or that it is not whole yet. */
function takeAnswer(bytes: Buffer): { readonly answer: Answer; readonly length: number } | number | 'wait' {
  const isAscii = bytes[0] === 0x01;
  if (!isAscii && bytes[0] !== 0x7e) return 1;
  const width = isAscii ? 2 : 1;
  const headLength = (isAscii ? 1 : 2) + 11 * width;
  if (bytes.length <= headLength) return 'wait';
  const read = (at: number, count: number): string =>
    bytes
      .subarray(at, at + count * width)
      .toString(isAscii ? 'latin1' : 'hex')
      .toUpperCase();
  const flags = read(headLength - 2 * width, 2);
  if (!flags.startsWith('8')) return 1;
  const bodyAt = headLength + 1;
  const endAt = bodyAt + Number.parseInt(flags.slice(1), 16);
  const length = endAt + 1 + 2 * width;
  if (bytes.length < length) return 'wait';
  if (checksumOf(bytes.subarray(0, endAt + 1)) !== read(endAt + 1, 2)) return 1;
  const hasPacket = bytes[headLength] === 0x16;
  const numbers = hasPacket ? read(bodyAt, 3) : '';
  const textAt = hasPacket ? bodyAt + 3 * width : bodyAt;
  const answer = {
    code: Number.parseInt(read(headLength - 3 * width, 1), 16),
    serial: Number.parseInt(read(textAt, 2), 16),
    time: read(textAt + 2 * width, 6),
    end: bytes[endAt] as number,
    packet: hasPacket
      ? { total: Number.parseInt(numbers.slice(0, 3), 16), sequence: Number.parseInt(numbers.slice(3), 16) }
      : undefined,
  };
  return { answer, length };
}
