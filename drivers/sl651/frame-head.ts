import { bodyBytesMax, direction, type Encoding } from './frame.js';
import { control } from './protocol.js';

/** Where the fields of a message stand, counted from its first byte. */
interface Layout {
  readonly encoding: Encoding;
  /** Bytes a byte is written with. */
  readonly width: 1 | 2;
  readonly centre: number;
  readonly station: number;
  readonly password: number;
  readonly code: number;
  readonly length: number;
  /** STX or SYN; the body follows. */
  readonly start: number;
}

const hex: Layout = { encoding: 'hex', width: 1, centre: 2, station: 3, password: 8, code: 10, length: 11, start: 13 };
const ascii: Layout = {
  encoding: 'ascii',
  width: 2,
  centre: 1,
  station: 3,
  password: 13,
  code: 17,
  length: 19,
  start: 23,
};

/** The longest message: ASCII, with a body of the greatest length. */
export const frameBytesMax = ascii.start + 1 + bodyBytesMax + 1 + 4;

/** A place that begins like a message of a station. */
export interface Head {
  readonly layout: Layout;
  readonly at: number;
  readonly bodyAt: number;
  /** Where the end mark should stand. */
  readonly endAt: number;
  /** The first byte after the checksum. */
  readonly nextAt: number;
}

export type HeadFinding = Head | 'none' | 'short' | { readonly direction: number };

const isHexDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

/**
 * What begins at this place: the head of a message, nothing, what only more bytes can tell (`short`), or a head that is
 * whole and names another direction than from a station. Length and direction share 16 bits; nothing is masked away.
 */
export function headAt(bytes: Uint8Array, at: number): HeadFinding {
  const layout = layoutAt(bytes, at);
  if (typeof layout === 'string') return layout;
  const startAt = at + layout.start;
  const start = bytes[startAt];
  if (start === undefined) return 'short';
  if (start !== control.stx && start !== control.syn) return 'none';
  const flags = readNumber(bytes, layout, at + layout.length, 2);
  if (flags >> 12 !== direction.up) return { direction: flags >> 12 };
  const bodyAt = startAt + 1;
  const endAt = bodyAt + (flags & bodyBytesMax);
  return { layout, at, bodyAt, endAt, nextAt: endAt + 1 + 2 * layout.width };
}

function layoutAt(bytes: Uint8Array, at: number): Layout | 'none' | 'short' {
  const first = bytes[at];
  if (first === 0x7e) {
    const second = bytes[at + 1];
    if (second === undefined) return 'short';
    return second === 0x7e ? hex : 'none';
  }
  if (first !== control.soh) return 'none';
  // Every field is digits: SOH also occurs within bytes.
  for (let place = at + 1; place < at + ascii.start; place += 1) {
    const byte = bytes[place];
    if (byte === undefined) return 'short';
    if (!isHexDigit(byte)) return 'none';
  }
  return ascii;
}

/** Digits of so many bytes. */
export function readDigits(bytes: Uint8Array, { encoding, width }: Layout, at: number, count: number): string {
  const field = Buffer.from(bytes.subarray(at, at + count * width));
  return field.toString(encoding === 'hex' ? 'hex' : 'latin1').toUpperCase();
}

export const readNumber = (bytes: Uint8Array, layout: Layout, at: number, count: number): number =>
  Number.parseInt(readDigits(bytes, layout, at, count), 16);
