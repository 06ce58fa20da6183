import type { Text } from '../../gateway/contract/index.js';
import { text } from '../messages/index.js';
import { decodeText } from '../source/decode.js';
import { toAscii } from '../source/full-width.js';

/** A cell as text; `isDate` where the spreadsheet itself says it is a date. */
export interface Cell {
  readonly text: string;
  readonly isDate: boolean;
}

/** Rows from the first of the sheet on, so that row n of the sheet is `rows[n - 1]`. */
export type Table = readonly (readonly Cell[])[];

export type TableResult = { readonly rows: Table } | { readonly what: Text; readonly remedy: Text };

/** A register table of more rows or bytes than this is something else. */
const rowsMax = 10_000;
const bytesMax = 16 * 2 ** 20;

const startsWith = (bytes: Uint8Array, ...mark: number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);
const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x50, 0x4b, 0x03, 0x04);
/** The compound files of Excel 97–2003. */
const isOldExcel = (bytes: Uint8Array): boolean => startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0);

function cellOf(value: unknown): Cell {
  if (value instanceof Date) return { text: value.toISOString().slice(0, 10), isDate: true };
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { text: isPlain ? String(value).trim() : '', isDate: false };
}

/** The separator that splits the lines most evenly: the one found most often outside quotes in the first lines. */
function separatorOf(content: string): string {
  const head = toAscii(content.split('\n').slice(0, 20).join('\n')).replaceAll(/"[^"]*"/g, '');
  const count = (sign: string) => head.split(sign).length;
  return ['\t', ';', ','].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** A full-width comma between cells is a slip of the input method; inside quotes it is text. */
const plainCommas = (content: string): string =>
  content.replaceAll(/"(?:[^"]|"")*"|，/g, (match) => (match === '，' ? ',' : match));

async function readCsv(bytes: Uint8Array): Promise<TableResult> {
  // Here and below: a gateway that runs never needs them.
  const { parse } = await import('csv-parse/sync');
  const decoded = decodeText(bytes);
  if ('what' in decoded) return decoded;
  const content = decoded.text
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n');
  const hint = /^sep=(.)\n/i.exec(content)?.[1];
  const delimiter = hint ?? separatorOf(content);
  const records = parse(delimiter === ',' ? plainCommas(content) : content, {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    to: rowsMax,
  });
  return { rows: records.map((record) => record.map((value) => cellOf(value))) };
}

async function readExcel(bytes: Uint8Array): Promise<TableResult> {
  const { readSheet } = await import('read-excel-file/node');
  const rows = await readSheet(Buffer.from(bytes));
  return { rows: rows.slice(0, rowsMax).map((row) => row.map(cellOf)) };
}

/**
 * The cells of a register table: CSV with comma, semicolon or tab in UTF-8, UTF-16 or GBK, or the first sheet of an
 * .xlsx. Told by content, since names of files lie. Never rejects.
 */
export async function readTable(bytes: Uint8Array): Promise<TableResult> {
  const limit = bytesMax / 2 ** 20;
  if (bytes.length > bytesMax) {
    return { what: text((m) => m.problem.fileTooBig({ limit })), remedy: text((m) => m.table.onlyTheTable()) };
  }
  if (isOldExcel(bytes)) {
    return { what: text((m) => m.table.oldExcel()), remedy: text((m) => m.table.saveAsXlsx()) };
  }
  try {
    return isZip(bytes) ? await readExcel(bytes) : await readCsv(bytes);
  } catch {
    // A damaged archive, a workbook without sheets, a quotation mark that is never closed.
    return { what: text((m) => m.table.unreadable()), remedy: text((m) => m.table.saveAsXlsx()) };
  }
}
