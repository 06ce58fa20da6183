import { isTextTooLong } from '../text-limit.js';
import { isThis } from './json-path.js';
import type { TagAddress } from './tag-schema.js';

/** A number as JSON or an instrument writes it; a comma, a unit or `0x` make it none. */
const numberPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

/** A number or a text tag's text; a boolean is 0 or 1. Undefined when it is none of the tag's type. */
export function decodeValue(raw: unknown, { type, is, inText }: TagAddress): number | string | undefined {
  if (is !== undefined) return typeof raw === 'object' || raw === undefined ? undefined : Number(isThis(raw, is));
  switch (type) {
    case 'text':
      return typeof raw === 'string' && !isTextTooLong(raw) ? raw : undefined;
    case 'boolean':
      return typeof raw === 'boolean' ? Number(raw) : undefined;
    case 'integer': {
      const value = numberOf(raw, inText);
      return value !== undefined && Number.isInteger(value) ? value : undefined;
    }
    case 'number':
    case undefined:
      return numberOf(raw, inText);
  }
}

function numberOf(raw: unknown, inText: boolean): number | undefined {
  const number = inText && typeof raw === 'string' && numberPattern.test(raw.trim()) ? Number(raw) : raw;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
