import { Quality } from '../../gateway/contract/index.js';
import type { Decoder } from './decoder.js';
import { typeRegisters } from './tag-schema.js';

type Straighten = (data: DataView, at: number, registers: number) => DataView;

/** Packed decimal, four digits a register. A nibble above 9 is no digit, so there is no value. */
export function bcdDecoder(type: 'bcd16' | 'bcd32' | 'bcd64', straighten: Straighten): Decoder {
  const registers = typeRegisters[type];
  return (data, at, into, slot) => {
    const digits = straighten(data, at, registers);
    let value = 0;
    for (let n = 0; n < registers * 2; n += 1) {
      const pair = digits.getUint8(n);
      const [tens, ones] = [pair >> 4, pair & 0x0f];
      if (tens > 9 || ones > 9) {
        into.bad(slot, Quality['bad-decoding']);
        return;
      }
      value = value * 100 + tens * 10 + ones;
    }
    into.set(slot, value, Number.isSafeInteger(value) ? Quality.good : Quality['uncertain-precision']);
  };
}
