import type { Named } from '../report.js';
import type { Wording } from '../wording.js';
import { type Column, markdownTable } from './markdown-table.js';

/** A heading and what stands below it. */
export const section = (title: string, ...parts: string[]): string => [`## ${title}`, ...parts].join('\n\n');

/** A table, or the word for nothing. */
export function table(
  words: Wording,
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return words.m.head.nothing();
  const named = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  return markdownTable(named, rows, (count) => words.m.head.more({ count }));
}

/** The heading of a column of numbers. */
export const right = (title: string): Column => ({ title, isNumber: true });

/** The first two cells of a row about an alarm. */
export const nameAndMessage = (named: Named, words: Wording): [string, string] => [
  words.alarm(named),
  words.message(named),
];
