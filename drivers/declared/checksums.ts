/**
 * Checksums by the names instrument manuals mean, with what each makes of the nine bytes `123456789`. "CRC-CCITT" alone
 * is no name: manuals mean either of two, which differ in their first value.
 */
export const checksumNames = [
  'sum8',
  'xor',
  'crc16-modbus',
  'crc16-hj212',
  'crc16-ccitt-false',
  'crc16-xmodem',
] as const;

export type ChecksumName = (typeof checksumNames)[number];

interface Checksum {
  readonly bytes: 1 | 2;
  /** Which byte goes first on the wire when nobody says otherwise. */
  readonly order: 'high-first' | 'low-first';
  readonly of: (bytes: Uint8Array) => number;
}

export const checksums: Readonly<Record<ChecksumName, Checksum>> = {
  /** Sum of all bytes modulo 256: DD. */
  sum8: { bytes: 1, order: 'high-first', of: (bytes) => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) },
  /** Exclusive or of all bytes, NMEA 0183's: 31. */
  xor: { bytes: 1, order: 'high-first', of: (bytes) => bytes.reduce((sum, byte) => sum ^ byte, 0) },
  /** Modbus over Serial Line V1.02 §6.2.2, low byte first: 4B37. */
  'crc16-modbus': { bytes: 2, order: 'low-first', of: (bytes) => reflected(bytes, (crc, byte) => crc ^ byte) },
  /** HJ 212-2017 annex A: like Modbus, but each byte meets the high half shifted down alone: 2F80. */
  'crc16-hj212': { bytes: 2, order: 'high-first', of: (bytes) => reflected(bytes, (crc, byte) => (crc >> 8) ^ byte) },
  /** Polynomial 1021, begins with FFFF, also called CRC-16/IBM-3740: 29B1. */
  'crc16-ccitt-false': { bytes: 2, order: 'high-first', of: (bytes) => ccitt(bytes, 0xffff) },
  /** Polynomial 1021, begins with 0: 31C3. */
  'crc16-xmodem': { bytes: 2, order: 'high-first', of: (bytes) => ccitt(bytes, 0) },
};

function reflected(bytes: Uint8Array, take: (crc: number, byte: number) => number): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc = take(crc, byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

function ccitt(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

export interface ChecksumForm {
  readonly name: ChecksumName;
  readonly as: 'binary' | 'hex';
  readonly order?: 'high-first' | 'low-first' | undefined;
}

/** Bytes the checksum takes on the wire: two digits a byte in hex. */
export const checksumWidth = ({ name, as }: ChecksumForm): number => checksums[name].bytes * (as === 'hex' ? 2 : 1);

/** The checksum of these bytes as it stands on the wire. In hex the high digit goes first, whatever the binary order. */
export function writeChecksum(form: ChecksumForm, bytes: Uint8Array): Uint8Array {
  const { bytes: width, order, of } = checksums[form.name];
  const value = of(bytes);
  const highFirst = width === 2 ? [value >> 8, value & 0xff] : [value];
  const chosen = form.order ?? (form.as === 'hex' ? 'high-first' : order);
  const ordered = chosen === 'low-first' ? highFirst.toReversed() : highFirst;
  if (form.as === 'binary') return Uint8Array.from(ordered);
  const digits = ordered.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
  return Uint8Array.from(digits, (digit) => digit.charCodeAt(0));
}

/** True when these bytes on the wire are that checksum; hex digits may be of either case. */
export function isChecksum(form: ChecksumForm, bytes: Uint8Array, onWire: Uint8Array): boolean {
  const expected = writeChecksum(form, bytes);
  if (onWire.length !== expected.length) return false;
  const isLower = (byte: number): boolean => form.as === 'hex' && byte >= 0x61 && byte <= 0x66;
  return expected.every((byte, n) => {
    const given = onWire[n] as number;
    return byte === (isLower(given) ? given - 0x20 : given);
  });
}
