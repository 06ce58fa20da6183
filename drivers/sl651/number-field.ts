import { Quality } from '../../gateway/contract/index.js';

/** A value as a station tells it; NaN where it tells that there is none. */
export interface ToldValue {
  readonly value: number;
  readonly quality: number;
}

/** A station says so itself: all FFH, all AAH, `M`. */
export const missing: ToldValue = { value: Number.NaN, quality: Quality.bad };
const undecodable: ToldValue = { value: Number.NaN, quality: Quality['bad-decoding'] };

/** More digits than these may be more than a number holds exactly. */
const digitsExact = 15;

const isAll = (bytes: Uint8Array, byte: number): boolean => bytes.every((one) => one === byte);

/** Decimal digits, two a byte, the first FFH of a negative number; SL 651-2014 §6.6.3.3. */
export function decodeBcd(bytes: Uint8Array, decimals: number): ToldValue {
  if (isAll(bytes, 0xff) || isAll(bytes, 0xaa)) return missing;
  const isNegative = bytes[0] === 0xff;
  const digits = Buffer.from(isNegative ? bytes.subarray(1) : bytes).toString('hex');
  return /^\d+$/.test(digits) ? decimalOf(digits, decimals, isNegative) : undecodable;
}

/** A number in characters: `6.380`, `-0.12`; `M` and `F` stand for none. */
export function decodeAscii(text: string): ToldValue {
  if (text === 'M' || text === 'F') return missing;
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return undecodable;
  const [, sign, whole = '', fraction = ''] = match;
  return decimalOf(whole + fraction, fraction.length, sign === '-');
}

function decimalOf(digits: string, decimals: number, isNegative: boolean): ToldValue {
  const size = Number(digits) / 10 ** decimals;
  const isExact = digits.replace(/^0+/, '').length <= digitsExact;
  return {
    value: isNegative && size !== 0 ? -size : size,
    quality: isExact ? Quality.good : Quality['uncertain-precision'],
  };
}

/** Bits, the highest byte first, at most four. */
export function decodeBits(bytes: Uint8Array): ToldValue {
  if (bytes.length === 0 || bytes.length > 4) return undecodable;
  if (isAll(bytes, 0xff) || isAll(bytes, 0xaa)) return missing;
  return { value: Buffer.from(bytes).readUIntBE(0, bytes.length), quality: Quality.good };
}

/** One value of a series, in plain binary. */
export function decodeBinary(bytes: Uint8Array, decimals: number, invalid: number): ToldValue {
  const value = Buffer.from(bytes).readUIntBE(0, bytes.length);
  return value === invalid ? missing : { value: value / 10 ** decimals, quality: Quality.good };
}
