import { readFile, writeFile } from 'node:fs/promises';
import type { Cli } from '../../cli.js';
import { csvBytes, csvCells } from '../../csv-cells.js';
import { Failure } from '../../failure.js';

type Format = 'xlsx' | 'csv';

/** What a file is by its name; ends the command when it is neither. */
export function formatOf(cli: Cli, file: string): Format {
  const [, ending] = /\.(xlsx|csv)$/i.exec(file) ?? [];
  if (ending === undefined) throw new Failure(cli.m.master.badEnding({ file }), 'wrong');
  return ending.toLowerCase() as Format;
}

/** Widest column a person likes to see, in characters. */
const widthMax = 48;

/** A number stays one, so that a spreadsheet sorts it; everything else is text, also what looks like a date. */
const isNumber = (cell: string): boolean => cell !== '' && String(Number(cell)) === cell;

async function xlsxBytes(rows: readonly (readonly string[])[], numeric: number): Promise<Uint8Array> {
  const { default: writeSheet } = await import('write-excel-file/node');
  const sheet = rows.map((row, index) =>
    row.map((cell, column) => {
      if (index === 0) return { value: cell, fontWeight: 'bold' as const };
      if (column === numeric && isNumber(cell)) return { value: Number(cell), type: Number };
      return cell === '' ? null : { value: cell, type: String };
    }),
  );
  const widths = (rows[0] ?? []).map((_, column) => ({
    width: Math.min(widthMax, Math.max(8, ...rows.map((row) => (row[column] ?? '').length + 2))),
  }));
  return writeSheet(sheet, { columns: widths, stickyRowsCount: 1, sheet: 'alarms' }).toBuffer();
}

/** Writes rows of text as a spreadsheet; `numeric` is the column of numbers. */
export async function writeSheetFile(
  cli: Cli,
  file: string,
  rows: readonly (readonly string[])[],
  numeric: number,
): Promise<void> {
  const bytes = formatOf(cli, file) === 'csv' ? csvBytes(rows) : await xlsxBytes(rows, numeric);
  await writeFile(file, bytes);
}

/** A cell as text: a day where a spreadsheet made a date of it. */
function cellText(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim()
    : '';
}

/** The cells of the first sheet as text; row n of the sheet is `[n - 1]`. Ends the command when it cannot be read. */
export async function readSheetFile(cli: Cli, file: string): Promise<string[][]> {
  const format = formatOf(cli, file);
  const bytes = await readFile(file);
  try {
    if (format === 'csv') return (await csvCells(bytes)).rows;
    const { readSheet } = await import('read-excel-file/node');
    return (await readSheet(bytes)).map((row) => row.map(cellText));
  } catch (cause) {
    throw new Failure(cli.m.master.unreadable({ file, reason: (cause as Error).message }), 'wrong', { cause });
  }
}
