const polynomial = 0xa001;

/** What one byte makes of the high byte of the sum before it. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >> 1) ^ polynomial : sum >> 1;
  return sum;
});

/**
 * The check of a data segment, HJ 212-2017 annex A. Not the CRC-16 of Modbus: the low byte of each step is dropped, so
 * one wrong byte is always seen, but of several wrong ones about 1 in 256 passes.
 */
export function checksum(segment: Uint8Array): number {
  let sum = 0xffff;
  for (const byte of segment) sum = table[(sum >> 8) ^ byte] as number;
  return sum;
}

/** Four hexadecimal digits in upper case, as they are sent. */
export const checksumText = (sum: number): string => sum.toString(16).toUpperCase().padStart(4, '0');
