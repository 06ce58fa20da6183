import { toAscii } from '../source/full-width.js';

/** A tag's name from a cell: Chinese as it stands, English in lower case with `_`; undefined where nothing is left. */
export function tagNameOf(written: string): string | undefined {
  const name = toAscii(written)
    .trim()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')
    .replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .slice(0, 64);
  return /^\p{L}/u.test(name) ? name : undefined;
}

/** A unit in brackets behind a name: `A相电压(V)` → `A相电压` and `V`. */
export function splitUnit(written: string): { readonly bare: string; readonly unit: string } {
  const [, bare = written, unit = ''] = /^(.*?)\s*[(（[]([^)）\]]*)[)）\]]\s*$/.exec(written) ?? [];
  return { bare, unit: /^[\p{L}%°℃μ²³/·\d]{1,10}$/u.test(unit) ? unit : '' };
}
