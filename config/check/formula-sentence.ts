import { text } from '../messages/index.js';
import type { Registries } from '../registries.js';
import { hasFullWidth, toAscii } from '../source/full-width.js';
import type { Sentence } from '../source/source.js';
import { nearest } from './nearest.js';

const wordPattern = /[\p{L}_$][\p{L}\p{N}_$.]*/gu;

/** The formula with one tag spelt as it was meant; undefined where that alone does not mend it. */
function respelt(registries: Registries, formula: string, tags: readonly string[]): string | undefined {
  for (const [word] of formula.matchAll(wordPattern)) {
    const meant = tags.includes(word) ? undefined : nearest(word, tags);
    if (meant === undefined) continue;
    const better = formula.replaceAll(wordPattern, (one) => (one === word ? meant : one));
    if (registries.checkFormula(better, tags) === undefined) return better;
  }
  return undefined;
}

/** Why a formula cannot be computed from these tags, and what to write; undefined when it can. */
export function formulaSentence(
  registries: Registries,
  formula: string,
  tags: readonly string[],
): Sentence | undefined {
  const reason = registries.checkFormula(formula, tags);
  if (reason === undefined) return undefined;
  if (hasFullWidth(formula)) {
    const example = toAscii(formula);
    return {
      what: text((m) => m.problem.fullWidthValue({ key: 'formula', value: formula })),
      remedy: text((m) => m.remedy.writeLike({ example })),
    };
  }
  const better = respelt(registries, formula, tags);
  return {
    what: text((m) => m.problem.formula({ reason })),
    remedy: text((m) => (better === undefined ? m.remedy.formula({ tags }) : m.remedy.writeValue({ value: better }))),
  };
}
