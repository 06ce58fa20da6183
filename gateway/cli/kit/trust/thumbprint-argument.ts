import type { Thumbprints } from '../../../../drivers/opcua/index.js';

/** Fewer digits than these could be anyone's. */
const digitsMin = 8;
const digitsMax = 64;

const digitsOf = (word: string): string => word.replaceAll(/[\s:-]/g, '').toUpperCase();

/**
 * Thumbprints, or their beginnings, as they are typed or copied: spaces, colons and small letters allowed. A word too
 * short to be one is a group of one that the shell has parted, so then all words are one. Undefined when it is none.
 */
export function parseThumbprints(words: readonly string[]): string[] | undefined {
  const each = words.map(digitsOf).filter((digits) => digits !== '');
  const joined = each.some(({ length }) => length < digitsMin) ? [each.join('')] : each;
  const areAll = joined.every((one) => /^[0-9A-F]+$/.test(one) && one.length >= digitsMin && one.length <= digitsMax);
  return joined.length > 0 && areAll ? joined : undefined;
}

/** Whether a beginning is one of this certificate's. */
export const beginsWith = ({ sha1, sha256 }: Thumbprints, beginning: string): boolean =>
  sha1.startsWith(beginning) || sha256.startsWith(beginning);

/** As people compare it: groups of four digits. */
export const grouped = (hex: string): string => hex.replaceAll(/(.{4})(?=.)/g, '$1 ');
