import { text } from '../messages/index.js';
import type { DerivedHalf } from '../schema/profile-schema.js';
import { hasFullWidth, toAscii } from '../source/full-width.js';
import type { Sentence } from '../source/source.js';
import type { ProfileCheck, ProfileDerived, ProfileTag } from './profile.js';
import { checkTagName } from './profile-tags.js';

function formulaSentence(check: ProfileCheck, formula: string, tags: readonly string[]): Sentence {
  if (hasFullWidth(formula)) {
    const example = toAscii(formula);
    return {
      what: text((m) => m.problem.fullWidthValue({ key: 'formula', value: formula })),
      remedy: text((m) => m.remedy.writeLike({ example })),
    };
  }
  const reason = check.registries.checkFormula(formula, tags);
  return reason === undefined
    ? { what: text((m) => m.problem.formulaOverGroups()), remedy: text((m) => m.remedy.oneGroup()) }
    : { what: text((m) => m.problem.formula({ reason })), remedy: text((m) => m.remedy.formula({ tags })) };
}

/** The derived tags of a profile. A formula belongs to the first poll group that has all its tags. */
export function checkDerived(
  check: ProfileCheck,
  derived: Readonly<Record<string, DerivedHalf>>,
  tags: readonly ProfileTag[],
): ProfileDerived[] {
  const usable = tags.filter(({ type }) => type !== 'text');
  const namesIn = (group: string) => usable.filter(({ half }) => half.group === group).map(({ name }) => name);
  const groups = [...new Set(tags.map(({ half }) => half.group))];
  return Object.entries(derived).flatMap(([name, half]): ProfileDerived[] => {
    const path = ['derived', name];
    checkTagName(check, path, name);
    if (tags.some((tag) => tag.name === name)) {
      const related = [check.source.place([...check.base, 'tags', name], true)];
      const what = text((m) => m.problem.tagTwice({ tag: name }));
      check.tell(path, { what, remedy: text((m) => m.remedy.renameTag({ tag: name })) }, { atKey: true, related });
      return [];
    }
    const group = groups.find((one) => check.registries.checkFormula(half.formula, namesIn(one)) === undefined);
    if (group !== undefined) return [{ name, half, group }];
    const names = usable.map((tag) => tag.name);
    check.tell([...path, 'formula'], formulaSentence(check, half.formula, names));
    return [];
  });
}
