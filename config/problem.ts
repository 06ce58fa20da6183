import type { Language, Text } from '../gateway/contract/index.js';
import { messages } from './messages/index.js';

/** A place in a file; lines and columns count from 1, columns in UTF-16 units as editors show them. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong in a site file or a profile, at its place. */
export interface SiteProblem extends Place {
  /** What is wrong. */
  readonly what: Text;
  /** What to write instead. */
  readonly remedy: Text;
  /** A warning is shown and does not refuse the file. */
  readonly warning: boolean;
  /** Other places that have to do with it: the first of two, or where the missing thing would stand. */
  readonly related: readonly Place[];
}

/** One problem as `check` prints it: place and cause, then the remedy, then the other places. */
export function formatProblem(problem: SiteProblem, language: Language): string {
  const { report } = messages(language);
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const head = problem.warning
    ? report.warning({ place, what: problem.what[language] })
    : report.problem({ place, what: problem.what[language] });
  const lines = [head, `  → ${problem.remedy[language]}`];
  if (problem.related.length > 0) {
    const places = problem.related.map((one) =>
      one.file === problem.file ? report.line({ line: one.line }) : `${one.file}:${one.line}`,
    );
    lines.push(`  ${report.related({ places })}`);
  }
  return lines.join('\n');
}

const byPlace = (a: Place, b: Place): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;

/** In reading order: the site file first, then the other files by name. */
export function inReadingOrder(problems: readonly SiteProblem[], siteFile: string): SiteProblem[] {
  return [...problems].sort((a, b) => Number(b.file === siteFile) - Number(a.file === siteFile) || byPlace(a, b));
}
