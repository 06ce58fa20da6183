/**
 * CRC-8 of SZY 206-2016 and SL/T 427-2021: polynomial X7+X6+X5+X2+1 (E5H), begins with 0, highest bit first, over
 * everything between the head and itself. The clause gives the polynomial; published frames give the rest.
 */
export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0xe5) & 0xff : (crc << 1) & 0xff;
  }
  return crc;
}
