import { Quality } from '../../gateway/contract/index.js';
import type { Quantity } from './quantities.js';

/** A value as a station tells it; NaN where it tells that there is none. */
export interface ToldValue {
  readonly value: number;
  readonly quality: number;
}

const missing: ToldValue = { value: Number.NaN, quality: Quality.bad };
const undecodable: ToldValue = { value: Number.NaN, quality: Quality['bad-decoding'] };

const isAll = (bytes: Uint8Array, byte: number): boolean => bytes.every((one) => one === byte);

const secondsPerHour = 3600;

/** A number of this quantity: decimal digits, two a byte, the lowest byte first; all AAH or FFH where there is none. */
export function decodeNumber(bytes: Uint8Array, { decimals, top }: Quantity): ToldValue {
  if (isAll(bytes, 0xff) || isAll(bytes, 0xaa)) return missing;
  const written = Buffer.from(Uint8Array.from(bytes).reverse()).toString('hex');
  const lead = topOf(Number.parseInt(written[0] as string, 16), top);
  const digits = lead ? lead.digit + written.slice(1) : '';
  if (!lead || !/^\d+$/.test(digits)) return undecodable;
  const size = Number(digits) / 10 ** decimals / lead.divisor;
  return { value: lead.isNegative && size !== 0 ? -size : size, quality: Quality.good };
}

interface Top {
  readonly digit: string;
  readonly isNegative: boolean;
  readonly divisor: number;
}

/** What the highest four bits say; undefined when the standard has no meaning for them. */
function topOf(nibble: number, top: Quantity['top']): Top | undefined {
  const plain = { digit: '0', isNegative: false, divisor: 1 };
  switch (top) {
    case 'digit':
      return { ...plain, digit: nibble.toString(16) };
    case 'sign':
      return nibble === 0 ? plain : nibble === 0x0f ? { ...plain, isNegative: true } : undefined;
    case 'flow': {
      // Two bits of sign, two of unit: 00 plus and m³/s, 11 minus and m³/h (table 35).
      const [sign, unit] = [nibble >> 2, nibble & 0x03];
      if ((sign !== 0 && sign !== 3) || (unit !== 0 && unit !== 3)) return undefined;
      return { ...plain, isNegative: sign === 3, divisor: unit === 3 ? secondsPerHour : 1 };
    }
  }
}
