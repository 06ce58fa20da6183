import { Quality } from '../../gateway/contract/index.js';
import type { Decoder } from './decoder.js';

type Encoding = 'ascii' | 'utf-8' | 'gb18030';

/** Text in registers, two bytes each, to the first NUL; blanks around it are padding. */
export function textDecoder(registers: number, encoding: Encoding, swapsBytes: boolean): Decoder {
  const bytes = new Uint8Array(registers * 2);
  const decoder = new TextDecoder(encoding === 'ascii' ? 'utf-8' : encoding, { fatal: true, ignoreBOM: true });
  const highest = encoding === 'ascii' ? 0x7f : 0xff;
  return (data, at, into, slot) => {
    for (let n = 0; n < bytes.length; n += 1) bytes[n] = data.getUint8(at + (swapsBytes ? n ^ 1 : n));
    const nul = bytes.indexOf(0);
    const used = nul < 0 ? bytes : bytes.subarray(0, nul);
    try {
      if (used.some((byte) => byte > highest)) throw new RangeError('no ASCII');
      into.text(slot, decoder.decode(used).trim());
    } catch {
      into.bad(slot, Quality['bad-decoding']);
    }
  };
}
