import type { DriverDefinition, TagType } from '../../gateway/contract/index.js';
import { contextPrefix } from '../context-tags.js';
import { text } from '../messages/index.js';
import { mainGroup, type TagHalf, tagSchema } from '../schema/profile-schema.js';
import type { Path } from '../source/source.js';
import { isObject } from './checked.js';
import { checkHalves } from './halves.js';
import type { ProfileCheck, ProfileTag } from './profile.js';
import { checkStatutoryType } from './statutory.js';
import { wrongChoice } from './values.js';

/** Names the product itself puts beside the tags of a frame, and those that formulas have for context. */
export const isReserved = (tag: string): boolean =>
  tag === 'time' || tag === 'sequence' || tag.endsWith('_quality') || tag.startsWith(contextPrefix);

export function checkTagName(check: ProfileCheck, path: Path, tag: string): void {
  if (!isReserved(tag)) return;
  const what = text((m) => m.problem.reservedTag({ tag }));
  const remedy = text((m) => m.remedy.renameTag({ tag }));
  check.tell(path, { what, remedy }, { atKey: true });
}

/** A scaled integer is no integer any more. */
function deliveredType(type: TagType, { scale, offset }: TagHalf): TagType {
  return type === 'integer' && !(Number.isInteger(scale) && Number.isInteger(offset)) ? 'number' : type;
}

function checkScaling(check: ProfileCheck, path: Path, type: TagType, { scale, offset }: TagHalf): void {
  const isNumber = type === 'number' || type === 'integer';
  if (isNumber ? scale !== 0 : scale === 1 && offset === 0) return;
  const key = scale === 1 ? 'offset' : 'scale';
  const what = text((m) => (isNumber ? m.problem.zeroScale() : m.problem.scaledText({ key })));
  check.tell([...path, key], { what, remedy: text((m) => m.remedy.removeKey({ key })) });
}

/** The tags of a profile, both halves; undefined where one of them cannot be read. */
export function checkTags(
  check: ProfileCheck,
  data: unknown,
  driver: DriverDefinition<never, never, never> | undefined,
): ProfileTag[] | undefined {
  if (!isObject(data)) return undefined;
  const names = Object.keys(data);
  if (names.length === 0) {
    const sentence = { what: text((m) => m.problem.noTags()), remedy: text((m) => m.remedy.addTag()) };
    check.tell(['tags'], sentence, { atKey: true });
  }
  const tags = names.flatMap((name): ProfileTag[] => {
    const path = ['tags', name];
    const { common, own, isWhole, problems } = checkHalves({
      source: check.source,
      path: [...check.base, ...path],
      data: data[name],
      common: tagSchema,
      own: driver?.tag,
      possible: Object.values(check.registries.drivers).map((one) => one.tag),
    });
    check.problems.push(...problems);
    checkTagName(check, path, name);
    if (!isWhole || !common || !driver) return [];
    const type = driver.tagType(own as never);
    checkScaling(check, path, type, common);
    checkStatutoryType(check, path, type, common.statutory);
    return [{ name, half: common, type: deliveredType(type, common), address: own }];
  });
  return tags.length === names.length ? tags : undefined;
}

/** Groups that tags name and the profile does not have. */
export function checkGroups(
  check: ProfileCheck,
  groups: Readonly<Record<string, number>>,
  tags: readonly ProfileTag[],
): void {
  const names = Object.keys(groups);
  for (const { name, half } of tags) {
    const { group } = half;
    if (group === mainGroup || names.includes(group)) continue;
    const what = text((m) => m.problem.unknownGroup({ group }));
    const remedy =
      names.length > 0
        ? wrongChoice({ key: 'group', value: group }, names).remedy
        : text((m) => m.remedy.addGroup({ group }));
    const related = names.length > 0 ? [check.source.place([...check.base, 'groups'], true)] : [];
    check.tell(['tags', name, 'group'], { what, remedy }, { related });
  }
}
