import { Source } from './source.js';
import { misindentedLine } from './syntax-problems.js';
import { type RepairedLine, repairTyping } from './typography.js';

const depthOf = (line: string): number => line.length - line.trimStart().length;

/** Lines that do not sit as YAML wants them: deeper than a value, not deeper than a bare key, or beside no other. */
function misfits(lines: readonly string[]): number {
  const open: number[] = [];
  let opensSection = true;
  let count = 0;
  for (const line of lines) {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    const depth = depthOf(line);
    const last = open.at(-1) ?? -1;
    if (opensSection ? depth <= last && !content.startsWith('- ') : depth > last) count += 1;
    while ((open.at(-1) ?? -1) > depth) open.pop();
    if (!opensSection && depth < last && open.at(-1) !== depth) count += 1;
    if (open.at(-1) !== depth) open.push(depth);
    opensSection = /:\s*(#.*)?$/.test(content);
  }
  return count;
}

const withLines = (lines: readonly string[], repairs: readonly RepairedLine[]): string[] =>
  repairs.reduce((all, one) => all.with(one.line - 1, one.text), [...lines]);

/** The text with its typing repaired; of the widths a tab may have had, the one that fits the other lines best. */
export function repair(typed: string): { readonly text: string; readonly repairs: readonly RepairedLine[] } {
  const lines = typed.split('\n');
  const widths = /^\s*\t/m.test(typed) ? [2, 4, 8, 1] : [2];
  const attempts = widths.map((tabWidth) => {
    const repairs = repairTyping(lines, tabWidth);
    const repaired = withLines(lines, repairs);
    return { text: repaired.join('\n'), repairs, misfits: misfits(repaired) };
  });
  return attempts.reduce((best, attempt) => (attempt.misfits < best.misfits ? attempt : best));
}

/** More lines than this out of line are no slip of a finger. */
const realignedMax = 3;
/** Nor is a line this far from where it belongs. */
const slipMax = 3;

const firstMisindented = (source: Source): number | undefined =>
  source.errors.flatMap((error) => misindentedLine(source, error) ?? [])[0];

/** One line moved to a depth of the lines above it where most of the file makes sense; undefined where none helps. */
function moved(lines: readonly string[], number: number, parse: (line: RepairedLine) => Source) {
  const line = lines[number - 1] as string;
  const depth = depthOf(line);
  const depths = new Set(lines.slice(0, number - 1).flatMap((one) => (one.trim() === '' ? [] : [depthOf(one)])));
  const attempts = [...depths]
    .filter((to) => to !== depth && Math.abs(to - depth) <= slipMax)
    .map((to): RepairedLine => {
      const blank = ' '.repeat(to);
      const edit = { at: 0, length: depth, to: blank, kind: 'misaligned' as const };
      return { line: number, edits: [edit], text: blank + line.trimStart() };
    })
    .map((one) => ({ one, source: parse(one), distance: Math.abs(depthOf(one.text) - depth) }))
    .filter(({ source }) => (firstMisindented(source) ?? Number.POSITIVE_INFINITY) > number)
    .toSorted((a, b) => a.source.errors.length - b.source.errors.length || a.distance - b.distance);
  return attempts[0];
}

/**
 * Parses the repaired text. Single lines that stand a little beside their neighbours are moved to where the file makes
 * sense again, so that the rest of it can be checked too.
 */
export function realign(
  file: string,
  repaired: string,
  repairs: readonly RepairedLine[],
): { readonly source: Source; readonly moved: readonly RepairedLine[] } {
  const lines = repaired.split('\n');
  const parse = (all: readonly RepairedLine[]) => {
    const edits = new Map(all.map((one) => [one.line, one.edits]));
    return new Source(file, withLines(lines, all.slice(repairs.length)).join('\n'), edits);
  };
  let source = parse(repairs);
  const all = [...repairs];
  while (all.length - repairs.length < realignedMax) {
    const number = firstMisindented(source);
    if (number === undefined) break;
    const better = moved(lines, number, (one) => parse([...all, one]));
    if (!better) break;
    all.push(better.one);
    source = better.source;
  }
  return { source, moved: all.slice(repairs.length) };
}
