import { crc16 } from '../../../drivers/sl651/crc16.js';

/** A message of a station made by hand, in either encoding; independent of the product but for the checksum, which published messages prove. */
export interface MadeMessage {
  readonly station?: string;
  readonly centre?: string;
  readonly password?: string;
  readonly code: number;
  /** HEX/BCD: hexadecimal digits. ASCII: the characters. */
  readonly body: string;
  readonly packet?: readonly [total: number, sequence: number];
  readonly end?: number;
}

const digits = (value: number, count: number): string => value.toString(16).padStart(count, '0').toUpperCase();

const heading = ({ station = '0012345678', centre = '01', password = '1234', code }: MadeMessage): string =>
  `${centre}${station}${password}${digits(code, 2)}`;

const numbers = ({ packet }: MadeMessage): string => (packet ? digits(packet[0], 3) + digits(packet[1], 3) : '');

export function hexMessage(made: MadeMessage): Buffer {
  const body = Buffer.from(numbers(made) + made.body, 'hex');
  const covered = Buffer.concat([
    Buffer.from(`7e7e${heading(made)}0${digits(body.length, 3)}`, 'hex'),
    Buffer.of(made.packet ? 0x16 : 0x02),
    body,
    Buffer.of(made.end ?? 0x03),
  ]);
  return Buffer.concat([covered, Buffer.from(digits(crc16(covered), 4), 'hex')]);
}

export function asciiMessage(made: MadeMessage): Buffer {
  const body = numbers(made) + made.body;
  const start = made.packet ? '\x16' : '\x02';
  const text = `\x01${heading(made)}0${digits(body.length, 3)}${start}${body}${String.fromCharCode(made.end ?? 3)}`;
  const covered = Buffer.from(text, 'latin1');
  return Buffer.concat([covered, Buffer.from(digits(crc16(covered), 4), 'latin1')]);
}
