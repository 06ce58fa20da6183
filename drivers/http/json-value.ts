import { Quality } from '../../gateway/contract/index.js';
import { wordOf } from './json-path.js';
import type { TagAddress } from './tag-schema.js';

/** What a body says for one tag. */
export type JsonValue =
  | { readonly kind: 'number'; readonly value: number; readonly quality: number }
  | { readonly kind: 'text'; readonly text: string }
  /** The service says itself that it has no value. */
  | { readonly kind: 'none'; readonly quality: number }
  /** Something else than was declared. */
  | { readonly kind: 'wrong' };

const numberPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;
const truths: Readonly<Record<string, number>> = { true: 1, false: 0, '1': 1, '0': 0 };

/** Reads what stands at a tag's path, where something does. */
export function readJsonValue(found: unknown, { type, is }: Pick<TagAddress, 'type' | 'is'>): JsonValue {
  if (found === null) return { kind: 'none', quality: Quality['bad-sensor-failure'] };
  const text = wordOf(found)?.trim();
  if (text === undefined) return { kind: 'wrong' };
  if (is !== undefined) return good(isThis(text, is) ? 1 : 0);
  if (type === 'text') return { kind: 'text', text };
  if (type === 'boolean') {
    const value = Object.hasOwn(truths, text) ? truths[text] : undefined;
    return value === undefined ? { kind: 'wrong' } : good(value);
  }
  const value = typeof found !== 'boolean' && numberPattern.test(text) ? Number(text) : Number.NaN;
  const isRight = Number.isFinite(value) && (type !== 'integer' || Number.isInteger(value));
  if (!isRight) return { kind: 'wrong' };
  // As text come the integers a number cannot hold (`parseJson`), and those a service writes so itself.
  const isExact = typeof found === 'number' || !/^[+-]?\d+$/.test(text) || Number.isSafeInteger(value);
  return isExact ? good(value) : { kind: 'number', value, quality: Quality['uncertain-precision'] };
}

const good = (value: number): JsonValue => ({ kind: 'number', value, quality: Quality.good });

/** `1` is `1.0`; of integers a number cannot hold the letters alone count. */
const isThis = (text: string, is: string | number): boolean =>
  text === String(is) ||
  (numberPattern.test(text) && Number(text) === Number(is) && Math.abs(Number(text)) <= Number.MAX_SAFE_INTEGER);
