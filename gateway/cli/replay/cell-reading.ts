import type { Tag } from '../../contract/index.js';

/** What a cell says of a tag: NaN where it says that there was no reading, undefined where it cannot be read. */
export type CellValue = number | string | undefined;

/** Reads the cells of one column. */
export interface ColumnReading {
  readonly read: (cell: string) => CellValue;
  /** A cell as `1,234` in a column that shows nowhere whether the comma parts decimals: it was taken to. */
  readonly doubtful: string | undefined;
}

/** What spreadsheets and databases write where there was no reading. */
const blanks = new Set(['', '-', '--', '—', '/', 'nan', 'n/a', 'na', '#n/a', 'null', 'nil', 'none', '无']);

export const isBlank = (cell: string): boolean => blanks.has(cell.toLowerCase());

const pointed = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
const commaed = /^[+-]?\d+,\d+(?:e[+-]?\d{1,3})?$/i;
/** `1.234` and `1,234`: a decimal, or a thousand and more. */
const either = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

/**
 * Numbers of a column, with a decimal point, or a decimal comma where commas part no cells. Separators of thousands are
 * not read; `1.234` is not either in a column whose decimals have a comma, nor `1,234` in one where they have a point.
 */
function numbers(cells: Iterable<string>, delimiter: string): ColumnReading {
  let [hasPoint, hasComma] = [false, false];
  let first: string | undefined;
  for (const cell of cells) {
    if (either.test(cell)) first ??= cell.includes(',') ? cell : undefined;
    else if (cell.includes(',')) hasComma ||= commaed.test(cell);
    else hasPoint ||= cell.includes('.') && pointed.test(cell);
  }
  const readsCommas = delimiter !== ',';
  const isOther = (cell: string): boolean =>
    either.test(cell) && (cell.includes(',') ? hasPoint && !hasComma : hasComma && !hasPoint);
  const read = (cell: string): CellValue => {
    if (isBlank(cell)) return Number.NaN;
    if (isOther(cell)) return undefined;
    if (readsCommas && commaed.test(cell)) return finite(Number(cell.replace(',', '.')));
    return pointed.test(cell) ? finite(Number(cell)) : undefined;
  };
  return { read, doubtful: readsCommas && !hasComma && !hasPoint ? first : undefined };
}

const truths: Readonly<Record<string, number>> = { true: 1, t: 1, '1': 1, false: 0, f: 0, '0': 0 };

const truth = (cell: string): CellValue => (isBlank(cell) ? Number.NaN : truths[cell.toLowerCase()]);

/** A text is what it is; only an empty cell is none. */
const text = (cell: string): CellValue => (cell === '' ? Number.NaN : cell);

/** How the cells of a column are read that hold a tag of this type. */
export function columnReading(type: Tag['type'], cells: Iterable<string>, delimiter: string): ColumnReading {
  if (type === 'boolean') return { read: truth, doubtful: undefined };
  if (type === 'text') return { read: text, doubtful: undefined };
  return numbers(cells, delimiter);
}
