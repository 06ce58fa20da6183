import { toAscii } from '../source/full-width.js';
import { areaByWord, orderByWord, plainWord, typeByWord } from './vocabulary.js';

// Each of these reads one kind of cell; undefined means: not readable as this.

export const readType = (cell: string): string | undefined => typeByWord.get(plainWord(cell));

/** A function code (`03`, `0x04`, `FC03`, `03/06`), a Modicon area (`4x`) or the name of an area; the first of several counts. */
export function readArea(cell: string): string | undefined {
  const text = toAscii(cell).trim();
  const modicon = /^([0134])x/i.exec(text)?.[1];
  if (modicon) return { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' }[modicon];
  const code = /^(?:fc|f|0x)?\s*0*(\d{1,2})h?(?!\d)/i.exec(text)?.[1];
  return areaByWord.get(code ?? plainWord(text));
}

export const readOrder = (cell: string): string | undefined => orderByWord.get(plainWord(cell));

/** A number as tables have it: full-width digits, a decimal comma, spaces for thousands. */
export function readNumber(cell: string): number | undefined {
  const text = toAscii(cell)
    .trim()
    .replace(/^\+/, '')
    .replaceAll(/(?<=\d)\s(?=\d{3}\b)/g, '');
  const decimal = /^-?\d+,\d+$/.test(text) ? text.replace(',', '.') : text;
  return /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(decimal) ? Number(decimal) : undefined;
}

/** A scale: `0.1`, `×0.1`, `÷10`, `/10`, `1/10`, `x10`. */
export function readScale(cell: string): number | undefined {
  const text = toAscii(cell)
    .trim()
    .replaceAll(/[xX×✕]/g, '*');
  const [, divided] = /^(?:1\s*)?\/\s*(.+)$/.exec(text) ?? [];
  const number = readNumber(divided ?? text.replace(/^\*\s*/, ''));
  if (number === undefined || number === 0) return undefined;
  return divided === undefined ? number : 1 / number;
}

/** `0~100`, `-40 - 80`, `0…5000 ppm`, `0至100` → low and high. */
export function readRange(cell: string): readonly [number, number] | undefined {
  const text = toAscii(cell).trim();
  const match = /^([+-]?\d+(?:\.\d+)?)\s*(?:~|…|\.\.+|-|至|到|to)\s*([+-]?\d+(?:\.\d+)?)/i.exec(text);
  const [low, high] = [Number(match?.[1]), Number(match?.[2])];
  return match && low < high ? [low, high] : undefined;
}

export interface Register {
  /** Counted from 0, decimal or `0x…` as in the table; a Modicon number (`40001`) as it is. */
  readonly written: string;
  /** The area a Modicon number names itself. */
  readonly area: string | undefined;
  /** Registers that a written range (`0-1`) takes. */
  readonly count: number | undefined;
}

const modiconAreas: Readonly<Record<string, string>> = { 1: 'discrete', 3: 'input', 4: 'holding' };

/** A register: `0`, `0x2000`, `2000H`, `40001`, `4x0001`, `0-1`; hexadecimal where the column is. */
export function readRegister(cell: string, isHex: boolean): Register | undefined {
  const text = toAscii(cell).trim().replace(/^['`]/, '');
  const [, first = '', last] = /^([0-9a-fx]+h?)\s*(?:[-~至到]\s*([0-9a-fx]+h?))?$/i.exec(text) ?? [];
  const [, space, number] = /^([134])x(\d{1,5})$/i.exec(first) ?? [];
  if (space && number) return { written: space + number.padStart(5, '0'), area: modiconAreas[space], count: undefined };
  const start = registerNumber(first, isHex);
  const end = last === undefined ? start : registerNumber(last, isHex);
  if (start === undefined || end === undefined || end.at < start.at) return undefined;
  const count = last === undefined ? undefined : end.at - start.at + 1;
  const area = !start.isHex && /^[34]\d{4,5}$/.test(first) ? modiconAreas[first.charAt(0)] : undefined;
  if (area === undefined && start.at > 0xffff) return undefined;
  const written = start.isHex ? `0x${start.at.toString(16).toUpperCase().padStart(4, '0')}` : String(start.at);
  return { written, area, count };
}

function registerNumber(text: string, isHex: boolean): { readonly at: number; readonly isHex: boolean } | undefined {
  const hex = /^0x([0-9a-f]+)$/i.exec(text)?.[1] ?? /^([0-9a-f]+)h$/i.exec(text)?.[1] ?? (isHex ? text : undefined);
  if (hex !== undefined) {
    return /^[0-9a-f]{1,4}$/i.test(hex) ? { at: Number.parseInt(hex, 16), isHex: true } : undefined;
  }
  return /^\d{1,6}$/.test(text) ? { at: Number(text), isHex: false } : undefined;
}

const months = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const dates = [
  /^\d{1,2}月\d{1,2}日$/,
  new RegExp(String.raw`^\d{1,2}-(?:${months})[a-z]*$`, 'i'),
  new RegExp(String.raw`^(?:${months})[a-z]*-\d{1,2}$`, 'i'),
  /^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$/,
];

/** What a spreadsheet makes of `1-2`. */
export const looksLikeDate = (cell: string): boolean => dates.some((date) => date.test(toAscii(cell).trim()));

/** What a spreadsheet makes of the hexadecimal `1E10`. */
export const looksLikeScientific = (cell: string): boolean => /^\d(\.\d+)?e\+?\d+$/i.test(toAscii(cell).trim());
