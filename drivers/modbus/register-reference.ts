import { z } from 'zod';
import { settingIssue } from '../streams/index.js';

/** The four address spaces of Modbus. */
export type Table = 'coil' | 'discrete' | 'holding' | 'input';

/** First register or bit of a value, counted from 0 as on the wire. */
export interface RegisterReference {
  readonly table: Table;
  readonly start: number;
}

const addressMax = 0xffff;

const plainPattern = /^(coil|discrete|holding|input)\s+(0x[0-9a-f]{1,4}|\d{1,5})$/i;
const modiconTables: Readonly<Record<string, Table>> = { 0: 'coil', 1: 'discrete', 3: 'input', 4: 'holding' };

/**
 * `holding 0`, `input 0x2000`, `coil 5`, `discrete 7` count from 0, as frames do. Five or six digits are Modicon
 * numbers: the first digit names the table (0 coil, 1 discrete, 3 input, 4 holding), the rest counts from 1, so `40001`
 * and `400001` are `holding 0`. Undefined when it is none of these.
 */
export function parseRegisterReference(written: string | number): RegisterReference | undefined {
  const text = String(written).trim();
  const plain = plainPattern.exec(text);
  if (plain) {
    const start = Number(plain[2]);
    return start <= addressMax ? { table: (plain[1] as string).toLowerCase() as Table, start } : undefined;
  }
  if (!/^\d{5,6}$/.test(text)) return undefined;
  const table = modiconTables[text[0] as string];
  const start = Number(text.slice(1)) - 1;
  return table && start >= 0 && start <= addressMax ? { table, start } : undefined;
}

export const registerField = () =>
  z
    .union([z.string(), z.int()])
    .transform((written, context) => {
      const reference = parseRegisterReference(written);
      if (reference) return reference;
      context.addIssue(
        settingIssue({
          what: { en: `\`${written}\` is no register`, zh: `“${written}”不是寄存器地址` },
          remedy: {
            en: 'write `holding 0`, `input 0`, `coil 0` or `discrete 0` (counted from 0), or a Modicon number such as 40001 (coils in quotes: "00001")',
            zh: '写成 `holding 0`、`input 0`、`coil 0` 或 `discrete 0`(从 0 起数),或 Modicon 编号如 40001(线圈加引号:"00001")',
          },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['holding 0', 'input 0x2000', 40001, '400001'] });

/** Registers or bits of one table, `end` not among them. */
export interface RegisterRange {
  readonly table: Table;
  readonly start: number;
  readonly end: number;
}

const rangePattern =
  /^(coil|discrete|holding|input)\s+(0x[0-9a-f]{1,4}|\d{1,5})(?:\s*[-–~]\s*(0x[0-9a-f]{1,4}|\d{1,5}))?$/i;

/** `holding 10-19` (both ends belong to it) or `coil 7`; undefined when it is neither. */
export function parseRegisterRange(text: string): RegisterRange | undefined {
  const match = rangePattern.exec(text.trim());
  if (!match) return undefined;
  const start = Number(match[2]);
  const last = match[3] === undefined ? start : Number(match[3]);
  if (last < start || last > addressMax) return undefined;
  return { table: (match[1] as string).toLowerCase() as Table, start, end: last + 1 };
}

/** `holding 10–19`, both ends belonging to it. */
export const formatRange = ({ table, start, end }: RegisterRange): string =>
  end - start === 1 ? `${table} ${start}` : `${table} ${start}–${end - 1}`;

export const rangeField = () =>
  z
    .string()
    .transform((text, context) => {
      const range = parseRegisterRange(text);
      if (range) return range;
      context.addIssue(
        settingIssue({
          what: { en: `\`${text}\` is no range of registers`, zh: `“${text}”不是寄存器范围` },
          remedy: { en: 'write `holding 10-19` or `coil 7`', zh: '写成 `holding 10-19` 或 `coil 7`' },
        }),
      );
      return z.NEVER;
    })
    .meta({ examples: ['holding 10-19', 'coil 7'] });
