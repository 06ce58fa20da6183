/**
 * CRC-16/MODBUS (polynomial A001H reflected, begins with FFFFH), over everything from the start mark to the end mark of
 * a message, both included; SL 651-2014 table 20. Unlike in Modbus the high byte is sent first.
 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
