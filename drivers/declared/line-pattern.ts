import { readLetter } from './byte-text.js';
import type { FieldValue } from './message-format.js';
import { formatUnit, parseUnitForm, type UnitForm } from './unit-form.js';

/** What stands in a line, from left to right. `width` is a fixed number of characters. */
export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'unit'; readonly form: UnitForm }
  | { readonly kind: 'skip'; readonly width?: number }
  | { readonly kind: 'number' | 'text' | 'hex'; readonly name: string; readonly width?: number };

export type PatternFault = 'escape' | 'placeholder' | 'twice' | 'adjacent';

const placeholder = /^(\*|[A-Za-z_][A-Za-z0-9_]{0,31})(?::(number|text|hex))?(?::(\d{1,3}))?$/;

/**
 * A pattern as a technician writes it: text stands for itself (`{{` and `}}` for braces, `\x02` for a byte), `{net}` is
 * a number, `{state:text}` text, `{code:hex}` a hexadecimal number, `{*}` anything; each with a fixed width as
 * `{net:number:7}`, `{state:text:2}`, `{*:3}`. Without a width, `text` and `*` reach to the next literal or the end of
 * the line. `{unit}` is the device's own address. Numbers take blanks before them and after their sign.
 */
export function parsePattern(text: string): readonly PatternPart[] | PatternFault {
  const parts: PatternPart[] = [];
  let literal = '';
  const endLiteral = (): void => {
    if (literal !== '') parts.push({ kind: 'literal', text: literal });
    literal = '';
  };
  for (let at = 0; at < text.length; ) {
    const pair = text.slice(at, at + 2);
    if (pair === '{{' || pair === '}}') {
      literal += pair[0];
      at += 2;
    } else if (text[at] === '{') {
      const end = text.indexOf('}', at);
      const part = end < 0 ? undefined : parsePlaceholder(text.slice(at + 1, end));
      if (!part) return 'placeholder';
      endLiteral();
      parts.push(part);
      at = end + 1;
    } else if (text[at] === '}') {
      return 'placeholder';
    } else {
      const read = readLetter(text, at);
      if (!read) return 'escape';
      literal += read.letter;
      at = read.end;
    }
  }
  endLiteral();
  return faultOf(parts) ?? parts;
}

function parsePlaceholder(text: string): PatternPart | undefined {
  const form = parseUnitForm(text);
  if (form) return { kind: 'unit', form };
  const match = placeholder.exec(text);
  if (!match) return undefined;
  const [, name = '', kind, digits] = match;
  const width = digits === undefined ? {} : { width: Number(digits) };
  if (width.width === 0 || (name === '*' && kind !== undefined)) return undefined;
  return name === '*' ? { kind: 'skip', ...width } : { kind: (kind ?? 'number') as 'number', name, ...width };
}

/** Two values side by side can only be told apart by the width of the first; so a line is read in one pass. */
function faultOf(parts: readonly PatternPart[]): PatternFault | undefined {
  const names = fieldNames(parts);
  if (new Set(names).size < names.length) return 'twice';
  const isOpen = (part: PatternPart | undefined): boolean =>
    part !== undefined && part.kind !== 'literal' && part.kind !== 'unit' && part.width === undefined;
  const isFixed = (part: PatternPart): boolean => part.kind === 'literal' || part.kind === 'unit';
  return parts.some((part, n) => n > 0 && isOpen(parts[n - 1]) && !isFixed(part)) ? 'adjacent' : undefined;
}

const fieldNames = (parts: readonly PatternPart[]): string[] =>
  parts.flatMap((part) => ('name' in part ? [part.name] : []));

/** The literal text with the unit in its place, so that matching knows two sorts of parts alone. */
export const withUnit = (parts: readonly PatternPart[], unit: number): readonly PatternPart[] =>
  parts.map((part) => (part.kind === 'unit' ? { kind: 'literal', text: formatUnit(part.form, unit) } : part));

const numberAt = / *(?:[+-] *)?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const wholeNumber = /^ *(?:([+-]) *)?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)? *$/;
const hexAt = / *([0-9a-fA-F]+)/y;
/** More digits are beyond what a number holds exactly. */
const hexDigitsMax = 13;

/**
 * The fields of a line, or undefined when it is another one. The whole line has to match. One pass without backtracking:
 * an open part ends where the literal after it first occurs.
 */
export function matchPattern(parts: readonly PatternPart[], line: string): ReadonlyMap<string, FieldValue> | undefined {
  const fields = new Map<string, FieldValue>();
  let at = 0;
  for (const [n, part] of parts.entries()) {
    if (part.kind === 'literal') {
      if (!line.startsWith(part.text, at)) return undefined;
      at += part.text.length;
      continue;
    }
    if (part.kind === 'unit') return undefined;
    const end = endOf(part, parts[n + 1], line, at);
    if (end === undefined || end > line.length) return undefined;
    if (part.kind !== 'skip') {
      const value = valueOf(part.kind, line.slice(at, end));
      if (value === undefined) return undefined;
      fields.set(part.name, value);
    }
    at = end;
  }
  return at === line.length ? fields : undefined;
}

type ValuePart = Exclude<PatternPart, { readonly kind: 'literal' | 'unit' }>;

function endOf(part: ValuePart, next: PatternPart | undefined, line: string, at: number): number | undefined {
  if (part.width !== undefined) return at + part.width;
  if (part.kind === 'number' || part.kind === 'hex') {
    const shape = part.kind === 'number' ? numberAt : hexAt;
    shape.lastIndex = at;
    return shape.test(line) ? shape.lastIndex : undefined;
  }
  if (next?.kind !== 'literal') return line.length;
  const end = line.indexOf(next.text, at);
  return end < 0 ? undefined : end;
}

function valueOf(kind: 'number' | 'text' | 'hex', text: string): FieldValue | undefined {
  if (kind === 'text') return text.trim();
  if (kind === 'hex') {
    const digits = text.trim();
    return /^[0-9a-fA-F]+$/.test(digits) && digits.length <= hexDigitsMax ? Number.parseInt(digits, 16) : undefined;
  }
  const match = wholeNumber.exec(text);
  return match ? Number(`${match[1] ?? ''}${match[2]}${match[3] ?? ''}`) : undefined;
}
