import { Quality } from '../../gateway/contract/index.js';
import { wordOf } from './json-path.js';
import type { TagAddress } from './tag-schema.js';

/** What a body says for one tag. */
export type JsonValue =
  | { readonly kind: 'number'; readonly value: number }
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
  if (is !== undefined) return { kind: 'number', value: isThis(text, is) ? 1 : 0 };
  if (type === 'text') return { kind: 'text', text };
  if (type === 'boolean') {
    const value = Object.hasOwn(truths, text) ? truths[text] : undefined;
    return value === undefined ? { kind: 'wrong' } : { kind: 'number', value };
  }
  const value = typeof found !== 'boolean' && numberPattern.test(text) ? Number(text) : Number.NaN;
  const isRight = Number.isFinite(value) && (type !== 'integer' || Number.isInteger(value));
  return isRight ? { kind: 'number', value } : { kind: 'wrong' };
}

const isThis = (text: string, is: string | number): boolean =>
  text === String(is) || (numberPattern.test(text) && Number(text) === Number(is));
