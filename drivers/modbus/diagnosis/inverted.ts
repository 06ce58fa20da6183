import type { CharacterFormat } from '../wire-time.js';

/**
 * What a receiver makes of characters when A and B are swapped: every level is the other one, so a start bit is looked
 * for among the data bits. Only characters that end within the bits given are told. Characters whose stop bit or parity
 * is wrong are dropped, as systems do.
 */
export function heardSwapped(bytes: Uint8Array, format: CharacterFormat): Uint8Array {
  const levels = [...bytes].flatMap((byte) => bitsOf(byte, format)).map((bit) => 1 - bit);
  const length = bitsOf(0, format).length - format.stopBits + 1;
  const heard: number[] = [];
  for (let at = 1; at + length <= levels.length; ) {
    if (levels[at - 1] !== 1 || levels[at] !== 0) {
      at += 1;
      continue;
    }
    const data = levels.slice(at + 1, at + 1 + format.dataBits);
    const byte = data.reduce((sum, bit, n) => sum | (bit << n), 0);
    const parity = parityOf(byte, format);
    const isRight = levels[at + length - 1] === 1 && parity.every((bit) => bit === levels[at + 1 + format.dataBits]);
    if (isRight) heard.push(byte);
    at += length;
  }
  return Uint8Array.from(heard);
}

function bitsOf(byte: number, format: CharacterFormat): number[] {
  const data = Array.from({ length: format.dataBits }, (_, n) => (byte >> n) & 1);
  return [0, ...data, ...parityOf(byte, format), ...Array.from({ length: format.stopBits }, () => 1)];
}

function parityOf(byte: number, { parity }: CharacterFormat): number[] {
  if (parity === 'none') return [];
  let ones = parity === 'odd' ? 1 : 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return [ones & 1];
}
