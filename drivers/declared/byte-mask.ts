import type { ByteMask } from './binary-messages.js';

/** Bytes with the unit not yet in its place. */
export type MaskTemplate = readonly (number | 'any' | 'unit')[];

/** `AA 55 {unit} ..`: bytes in hex, the device's address, any byte; undefined when it is none. */
export function parseMask(text: string): MaskTemplate | undefined {
  const words = text.trim() === '' ? [] : text.trim().split(/\s+/);
  const mask = words.map((word) => {
    if (word === '..') return 'any';
    if (word === '{unit}') return 'unit';
    return /^[0-9a-fA-F]{2}$/.test(word) ? Number.parseInt(word, 16) : undefined;
  });
  return mask.includes(undefined) ? undefined : (mask as MaskTemplate);
}

export const maskFor = (template: MaskTemplate, unit: number): ByteMask =>
  template.map((one) => (one === 'any' ? undefined : one === 'unit' ? unit : one));
