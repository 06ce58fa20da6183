import type { YAMLParseError } from 'yaml';
import { text } from '../messages/index.js';
import type { SiteProblem } from '../problem.js';
import { masked } from './masked.js';
import type { Sentence, Source } from './source.js';

/** The first quote of a line that is not closed on it. */
function openQuote(source: Source): { line: number; column: number } | undefined {
  for (const [index, line] of source.text.split('\n').entries()) {
    const match = /(?:^|[:,[{]\s+|-\s+)(["'])((?:(?!\1).)*)$/.exec(line);
    if (match && !line.trimStart().startsWith('#')) {
      return { line: index + 1, column: line.length - (match[2] as string).length };
    }
  }
  return undefined;
}

const sentences = {
  indentation: (): Sentence => ({
    what: text((m) => m.problem.badIndentation()),
    remedy: text((m) => m.remedy.alignLine()),
  }),
  quote: (): Sentence => ({
    what: text((m) => m.problem.openQuote()),
    remedy: text((m) => m.remedy.closeQuote()),
  }),
  bracket: (): Sentence => ({
    what: text((m) => m.problem.openBracket()),
    remedy: text((m) => m.remedy.closeBracket()),
  }),
  colon: (line: string): Sentence => ({
    what: text((m) => m.problem.noColon({ line })),
    remedy: text((m) => m.remedy.keyColonValue()),
  }),
  quoteIt: (line: string): Sentence => ({
    what: text((m) => m.problem.signInText({ line })),
    remedy: text((m) => m.remedy.quoteText()),
  }),
  other: (line: string): Sentence => ({
    what: text((m) => m.problem.notYaml({ line })),
    remedy: text((m) => m.remedy.keyColonValue()),
  }),
} as const;

function duplicate(source: Source, error: YAMLParseError): SiteProblem {
  const place = source.placeOf(error.pos[0]);
  const key = /^["']?([^"':\s]*)/.exec(source.text.slice(error.pos[0]))?.[1] ?? '';
  return source.problemAt(place, {
    what: text((m) => m.problem.duplicateKey({ key })),
    remedy: text((m) => m.remedy.removeOne({ key })),
  });
}

/** The line that is to blame for an error of indentation; undefined for every other error. */
export function misindentedLine(source: Source, error: YAMLParseError): number | undefined {
  if (error.code === 'BAD_INDENT') return /Flow/.test(error.message) ? undefined : source.placeOf(error.pos[0]).line;
  if (error.code !== 'MULTILINE_IMPLICIT_KEY') return undefined;
  const first = source.placeOf(error.pos[0]).line;
  return /:\s/.test(source.line(first)) ? source.placeOf(error.pos[1]).line : undefined;
}

/** A line indented deeper than the value above it is read on as part of that value: the later line is to blame. */
function runOn(source: Source, error: YAMLParseError): SiteProblem {
  const place = source.placeOf(error.pos[0]);
  const end = source.placeOf(error.pos[1]);
  const first = source.line(place.line);
  if (/:\s/.test(first)) {
    const line = source.line(end.line);
    return source.problemAt({ ...end, column: line.length - line.trimStart().length + 1 }, sentences.indentation());
  }
  return source.problemAt(place, sentences.colon(masked(first.trim())));
}

function missingCharacter(source: Source, error: YAMLParseError): SiteProblem {
  const place = source.placeOf(error.pos[0]);
  const open = openQuote(source);
  if (/quote/.test(error.message) && open) return source.problemAt({ file: source.file, ...open }, sentences.quote());
  if (/Flow/.test(error.message)) return source.problemAt(place, sentences.bracket());
  return source.problemAt(place, sentences.colon(masked(source.line(place.line).trim())));
}

/** Signs that YAML takes for its own at the start or in the middle of a text. */
const signErrors = new Set(['BLOCK_AS_IMPLICIT_KEY', 'BAD_SCALAR_START', 'BAD_DQ_ESCAPE', 'BAD_ALIAS']);

function explain(source: Source, error: YAMLParseError): SiteProblem {
  const place = source.placeOf(error.pos[0]);
  const line = masked(source.line(place.line).trim());
  if (error.code === 'DUPLICATE_KEY') return duplicate(source, error);
  if (error.code === 'MULTILINE_IMPLICIT_KEY') return runOn(source, error);
  if (error.code === 'MISSING_CHAR') return missingCharacter(source, error);
  if (error.code === 'TAB_AS_INDENT') return source.problemAt(place, sentences.indentation());
  if (error.code === 'BAD_INDENT') {
    return source.problemAt(place, /Flow/.test(error.message) ? sentences.bracket() : sentences.indentation());
  }
  return source.problemAt(place, signErrors.has(error.code) ? sentences.quoteIt(line) : sentences.other(line));
}

/** Errors after which the parser takes every following line for something else. */
const derailing = new Set(['UNEXPECTED_TOKEN', 'MISSING_CHAR', 'BAD_INDENT', 'MULTILINE_IMPLICIT_KEY']);

/** Errors that leave the structure whole, so that the content can still be checked. */
const harmless = new Set(['DUPLICATE_KEY']);

/**
 * What the YAML parser found, in words. One problem a line, and nothing after the first token that fits nowhere: the
 * rest follows from it.
 */
export function syntaxProblems(source: Source): { readonly problems: SiteProblem[]; readonly broken: boolean } {
  const problems: SiteProblem[] = [];
  const codes = source.errors.map((error) => error.code);
  for (const error of source.errors) {
    // The parser tells a run-on line twice; the second telling knows where it ends.
    if (error.code === 'BLOCK_AS_IMPLICIT_KEY' && codes.includes('MULTILINE_IMPLICIT_KEY')) continue;
    const problem = explain(source, error);
    if (!problems.some((one) => one.line === problem.line)) problems.push(problem);
    if (derailing.has(error.code)) break;
  }
  return { problems, broken: codes.some((code) => !harmless.has(code)) };
}
