/** Checksums reckoned bit by bit from their clauses, apart from the product's own tables. */

/** Modbus over Serial Line V1.02 §6.2.2: reflected, polynomial A001H, begins with FFFFH. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = eightShifts(crc ^ byte);
  return crc;
}

/** HJ 212-2017 annex A: each byte meets the high half shifted down alone. */
export function hj212Check(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = eightShifts((crc >> 8) ^ byte);
  return crc;
}

function eightShifts(value: number): number {
  let crc = value;
  for (let bit = 0; bit < 8; bit += 1) {
    const isOne = crc % 2 === 1;
    crc = Math.floor(crc / 2);
    if (isOne) crc ^= 0xa001;
  }
  return crc;
}

/** SZY 206-2016: polynomial E5H, begins with 0, the highest bit first. */
export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const isOne = crc >> 7 !== ((byte >> bit) & 1);
      crc = (crc << 1) & 0xff;
      if (isOne) crc ^= 0xe5;
    }
  }
  return crc;
}

export const sum8 = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + byte, 0) % 256;

/** Two's complement of the sum: all bytes with it come to 0. */
export const lrc = (bytes: Uint8Array): number => (256 - sum8(bytes)) % 256;

export const xor = (bytes: Uint8Array): number => bytes.reduce((all, byte) => all ^ byte, 0);
