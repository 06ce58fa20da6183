import { padEnd, padStart, textWidth } from './text-width.js';

/** Rows as aligned lines, two spaces between columns. `align` has one letter a column: `l` or `r`; the rest is left. */
export function table(rows: readonly (readonly string[])[], align = '', indent = '  '): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
    });
  }
  const cell = (text: string, column: number): string =>
    align[column] === 'r' ? padStart(text, widths[column] as number) : padEnd(text, widths[column] as number);
  return rows.map((row) => (indent + row.map(cell).join('  ')).trimEnd()).join('\n');
}
