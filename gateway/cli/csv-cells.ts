/** The cells of a comma-separated file, as text. */
export interface CsvCells {
  readonly rows: string[][];
  readonly delimiter: string;
  /** Line of the file at which each row begins, from 1: a cell may hold lines. */
  readonly lines: readonly number[];
}

/** UTF-8, the UTF-16 of a spreadsheet's "Unicode text", or what Chinese spreadsheets write where it is neither. */
function decoded(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** The sign that splits the first line into most columns. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split('\n', 1);
  const count = (sign: string): number => head.split(sign).length;
  return ['\t', ';', ','].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

/** The first line by which spreadsheets are told the sign, `sep=;`. */
const toldPattern = /^sep=(.)\r?\n/i;

/** Comma, semicolon or tab; throws what the parser throws. Empty lines at the end are left out. */
export async function csvCells(bytes: Uint8Array): Promise<CsvCells> {
  const { parse } = await import('csv-parse/sync');
  const text = decoded(bytes).replace(/^\ufeff/, '');
  const told = toldPattern.exec(text)?.[1];
  const delimiter = told ?? delimiterOf(text);
  const from_line = told === undefined ? 1 : 2;
  const ends = [from_line - 1];
  const on_record = (row: string[], { lines }: { readonly lines: number }): string[] => {
    ends.push(lines);
    return row;
  };
  const rows: string[][] = parse(text, { delimiter, from_line, on_record, trim: true, relax_column_count: true });
  const last = rows.findLastIndex((row) => row.some((cell) => cell !== ''));
  return { delimiter, rows: rows.slice(0, last + 1), lines: ends.map((end) => end + 1) };
}

const cellText = (cell: string): string => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The bytes of a comma-separated file that every spreadsheet opens as UTF-8. */
export const csvBytes = (rows: readonly (readonly string[])[]): Uint8Array =>
  Buffer.from(`\ufeff${rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')}`);
