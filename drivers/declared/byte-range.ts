import { type ChecksumForm, checksumWidth, isChecksum } from './checksums.js';

/** A checksum and where it stands. Offsets count from the first byte of a message, negative ones from its end. */
export interface PlacedChecksum extends ChecksumForm {
  /** First byte it covers. */
  readonly from: number;
  /** First byte after those it covers; without it, where the checksum begins. */
  readonly to?: number | undefined;
  /** Where it begins; without it, at the very end. */
  readonly at?: number | undefined;
}

const fromStart = (offset: number, length: number): number => (offset < 0 ? length + offset : offset);

/** Where the checksum begins in a message of this length. */
export const checksumStart = (checksum: PlacedChecksum, length: number): number =>
  fromStart(checksum.at ?? -checksumWidth(checksum), length);

/** False also when the message is too short to hold one. */
export function hasRightChecksum(checksum: PlacedChecksum, message: Uint8Array): boolean {
  const start = checksumStart(checksum, message.length);
  const end = start + checksumWidth(checksum);
  const from = fromStart(checksum.from, message.length);
  const to = checksum.to === undefined ? start : fromStart(checksum.to, message.length);
  if (start < 0 || end > message.length || from < 0 || to < from || to > message.length) return false;
  return isChecksum(checksum, message.subarray(from, to), message.subarray(start, end));
}
