import { describe, expect, test } from '@jest/globals';
import { checksums, isChecksum, writeChecksum } from '../../../drivers/declared/checksums.js';
import { latin1Bytes } from '../../../drivers/declared/byte-text.js';

const nine = latin1Bytes('123456789');

describe('a checksum', () => {
  // Check values of the catalogue of parametrised CRC algorithms; sum8 and xor by hand; hj212 as the sample below has it.
  test.each([
    ['sum8', 0xdd],
    ['xor', 0x31],
    ['crc16-modbus', 0x4b37],
    ['crc16-ccitt-false', 0x29b1],
    ['crc16-xmodem', 0x31c3],
    ['crc16-hj212', 0x2f80],
  ] as const)('%s of 123456789', (name, value) => {
    expect(checksums[name].of(nine).toString(16)).toBe(value.toString(16));
  });

  test('of the sample of HJ 212-2017 is 1C80', () => {
    const segment =
      'QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&';
    expect(checksums['crc16-hj212'].of(latin1Bytes(segment))).toBe(0x1c80);
  });

  test('goes on the wire in its own order, in another when told, and in hex high digit first', () => {
    const modbus = { name: 'crc16-modbus', as: 'binary' } as const;
    expect([...writeChecksum(modbus, nine)]).toEqual([0x37, 0x4b]);
    expect([...writeChecksum({ ...modbus, order: 'high-first' }, nine)]).toEqual([0x4b, 0x37]);
    const hex = { name: 'crc16-modbus', as: 'hex' } as const;
    expect(Buffer.from(writeChecksum(hex, nine)).toString()).toBe('4B37');
    expect(isChecksum(hex, nine, latin1Bytes('4b37'))).toBe(true);
    expect(isChecksum(hex, nine, latin1Bytes('4b3'))).toBe(false);
    expect(isChecksum(hex, nine, latin1Bytes('374B'))).toBe(false);
  });
});
