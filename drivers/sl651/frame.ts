import { crc16 } from './crc16.js';
import { control } from './protocol.js';

/** SL 651-2014 §6.4 (ASCII) and §6.5 (HEX/BCD): the same fields, as characters or as bytes. */
export type Encoding = 'hex' | 'ascii';

/** Part of a message in several packets; both count from 1 to 4095. */
export interface Packet {
  readonly total: number;
  readonly sequence: number;
}

/** Who speaks with whom about what, in both directions. */
export interface Heading {
  readonly encoding: Encoding;
  readonly centre: number;
  /** 10 hexadecimal digits; real addresses are not always decimal. */
  readonly station: string;
  /** 4 hexadecimal digits. */
  readonly password: string;
  readonly code: number;
}

/** A message of a station, its checksum right. */
export interface Frame extends Heading {
  readonly packet: Packet | undefined;
  /** Without the packet numbers. */
  readonly body: Uint8Array;
  readonly end: number;
  /** The message as it came. */
  readonly bytes: Uint8Array;
}

/** A message of the centre. */
export interface DownFrame extends Heading {
  readonly packet?: Packet;
  /** As bytes in both encodings: characters are made of them here. */
  readonly body: Uint8Array;
  readonly end: number;
}

/** Length is sent in 12 bits. */
export const bodyBytesMax = 4095;
/** The four bits above the length. */
export const direction = { up: 0, down: 8 } as const;

const hexDigits = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const byteText = (value: number, digits: number): string => value.toString(16).padStart(digits, '0').toUpperCase();

/** A message of the centre on the wire: station before centre, 8 above the length. Throws a RangeError when it is too long. */
export function encodeDown(frame: DownFrame): Uint8Array {
  const { encoding, centre, station, password, code, packet, body, end } = frame;
  const isAscii = encoding === 'ascii';
  const numbers = packet ? byteText(packet.total * 0x1000 + packet.sequence, 6) : '';
  const text = numbers + hexDigits(body);
  const length = isAscii ? text.length : text.length / 2;
  if (length > bodyBytesMax) throw new RangeError(`a body of ${length} bytes is longer than ${bodyBytesMax}`);
  const head = `${station}${byteText(centre, 2)}${password}${byteText(code, 2)}${byteText(direction.down, 1)}${byteText(length, 3)}`;
  const start = packet ? control.syn : control.stx;
  const written = (digits: string): Buffer => Buffer.from(digits, isAscii ? 'latin1' : 'hex');
  const mark = isAscii ? [control.soh] : [0x7e, 0x7e];
  const covered = Buffer.concat([Buffer.from(mark), written(head), Buffer.of(start), written(text), Buffer.of(end)]);
  return Buffer.concat([covered, written(byteText(crc16(covered), 4))]);
}
