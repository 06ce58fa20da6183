import { toAscii } from '../source/full-width.js';
import type { Table } from './read-table.js';
import { type Column, columnByWord, plainWord } from './vocabulary.js';

/** Brackets hold units and notes (`地址(十进制)`, `Address [hex]`) and are left out. */
const columnOf = (heading: string): Column | undefined =>
  columnByWord.get(plainWord(toAscii(heading).replaceAll(/[([{【].*?[)\]}】]/g, '')));

/** The row of headings and what each column holds, by its index; the first of two columns of one kind counts. */
export interface Headings {
  /** From 0. */
  readonly row: number;
  readonly columns: ReadonlyMap<Column, number>;
  /** Registers are written in hexadecimal without a mark. */
  readonly isHex: boolean;
}

/** Headings stand within the first rows, below what the vendor puts above a table. */
const headingRowsMax = 20;

/** Finds the row of headings: the one that names most columns, a register and a name among them. */
export function findHeadings(rows: Table): Headings | undefined {
  let best: Headings | undefined;
  for (const [row, cells] of rows.slice(0, headingRowsMax).entries()) {
    const columns = new Map<Column, number>();
    for (const [index, cell] of cells.entries()) {
      const column = columnOf(cell.text);
      if (column && !columns.has(column)) columns.set(column, index);
    }
    const register = columns.get('register');
    if (register === undefined || !columns.has('name')) continue;
    const isHex = /hex|16进制|十六进制|\bh\b/i.test(toAscii(cells[register]?.text ?? ''));
    if (!best || columns.size > best.columns.size) best = { row, columns, isHex };
  }
  return best;
}

/** `A` … `Z`, `AA` …: a column's letter from its index. */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetter(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
