/** The cells of a comma-separated file, as text. */
export interface CsvCells {
  readonly rows: string[][];
  readonly delimiter: string;
}

/** UTF-8, or what Chinese spreadsheets write where it is not. */
function decoded(bytes: Uint8Array): string {
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

/** Comma, semicolon or tab; throws what the parser throws. Empty lines at the end are left out. Row n of the file is `rows[n - 1]`, as long as no cell has lines. */
export async function csvCells(bytes: Uint8Array): Promise<CsvCells> {
  const { parse } = await import('csv-parse/sync');
  const text = decoded(bytes).replace(/^\ufeff/, '');
  const delimiter = delimiterOf(text);
  const rows: string[][] = parse(text, { delimiter, trim: true, relax_column_count: true });
  const last = rows.findLastIndex((row) => row.some((cell) => cell !== ''));
  return { delimiter, rows: rows.slice(0, last + 1) };
}

const cellText = (cell: string): string => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The bytes of a comma-separated file that every spreadsheet opens as UTF-8. */
export const csvBytes = (rows: readonly (readonly string[])[]): Uint8Array =>
  Buffer.from(`\ufeff${rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('')}`);
