import { text } from '../messages/index.js';
import type { DerivedHalf } from '../schema/profile-schema.js';
import type { Path, Sentence } from '../source/source.js';
import { formulaSentence } from './formula-sentence.js';
import type { ProfileCheck, ProfileDerived, ProfileTag } from './profile.js';
import { checkTagName } from './profile-tags.js';
import { wrongChoice } from './values.js';

/** A number that a derived tag may be computed from. */
interface Input {
  readonly name: string;
  readonly group: string;
}

/** Why nothing can be computed from these inputs, and where that stands; or the first poll group that has all it takes. */
type Found = { readonly group: string } | { readonly at: Path; readonly sentence: Sentence };

function findForFormula(
  check: ProfileCheck,
  formula: string,
  inputs: readonly Input[],
  groups: readonly string[],
): Found {
  const { registries, contextNames } = check;
  const namesIn = (one: string) => inputs.filter(({ group }) => group === one).map(({ name }) => name);
  const group = groups.find(
    (one) => registries.checkFormula(formula, [...namesIn(one), ...contextNames]) === undefined,
  );
  if (group !== undefined) return { group };
  const names = [...inputs.map(({ name }) => name), ...contextNames];
  const overGroups = { what: text((m) => m.problem.formulaOverGroups()), remedy: text((m) => m.remedy.oneGroup()) };
  return { at: ['formula'], sentence: formulaSentence(registries, formula, names) ?? overGroups };
}

function findForCurve(of: string, inputs: readonly Input[]): Found {
  const input = inputs.find(({ name }) => name === of);
  if (input) return input;
  const names = inputs.map(({ name }) => name);
  const what = text((m) => m.problem.curveTag({ tag: of }));
  return { at: ['of'], sentence: { what, remedy: wrongChoice({ key: 'of', value: of }, names).remedy } };
}

/**
 * The derived tags of a profile. One belongs to the first poll group that has all that it is computed from: tags that are
 * read, and derived ones before it.
 */
export function checkDerived(
  check: ProfileCheck,
  derived: Readonly<Record<string, DerivedHalf>>,
  tags: readonly ProfileTag[],
): ProfileDerived[] {
  const inputs: Input[] = tags
    .filter(({ type }) => type !== 'text')
    .map(({ name, half }) => ({ name, group: half.group }));
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
    const found = 'curve' in half ? findForCurve(half.of, inputs) : findForFormula(check, half.formula, inputs, groups);
    if ('sentence' in found) {
      check.tell([...path, ...found.at], found.sentence);
      // It is told once: what is computed from it in turn is not judged.
      inputs.push(...groups.map((group) => ({ name, group })));
      return [];
    }
    const { group } = found;
    inputs.push({ name, group });
    return [{ name, half, group }];
  });
}
