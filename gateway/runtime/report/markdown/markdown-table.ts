/** Rows printed at most; what is left out is counted below the table, and is in the JSON. */
export const rowsMax = 50;

/** A text without what would end a cell or its row, or be read as markup. */
export const plain = (text: string): string => text.replaceAll(/\s+/gu, ' ').replaceAll(/[\\|*_`<[\]]/g, '\\$&');

/** Columns from the right edge of whose heading a number hangs. */
export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** A table as Markdown; `more` words how many rows were left out. */
export function markdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  more: (count: number) => string,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const shown = rows.slice(0, rowsMax);
  const left = rows.length - shown.length;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ isNumber }) => (isNumber ? '---:' : '---'))),
    ...shown.map((row) => line(row.map(plain))),
    ...(left > 0 ? ['', more(left)] : []),
  ].join('\n');
}
