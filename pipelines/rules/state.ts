import { z } from 'zod';
import { hasValue, type RuleDefinition } from '../../gateway/contract/index.js';
import { eachTable, type FoundTag } from './each-table.js';
import { describeOn, type GaugedCondition, gaugedRule } from './gauged-rule.js';
import { mistake } from './mistake.js';
import { delayFields, delaysOf, messageField, tagField } from './rule-fields.js';
import { SlotGauge } from './slot-gauge.js';
import { isOneOf, statesField, statesText } from './states.js';

const config = z
  .strictObject({
    tag: tagField(),
    is: statesField().optional().describe('Reached when the tag is this, or one of these: 1, true, [3, 4]'),
    isNot: statesField().optional().describe('Reached when the tag is not this, or none of these'),
    ...delayFields,
    message: messageField(),
  })
  .superRefine(({ is, isNot }, context) => {
    if ((is === undefined) !== (isNot === undefined)) return;
    const what =
      is === undefined
        ? { en: 'no state is given', zh: '未设置状态' }
        : { en: 'is and isNot are both given', zh: '同时填写了 is 和 isNot' };
    context.addIssue(mistake([], what, { en: 'give either is or isNot', zh: '请填写 is 或 isNot 之一' }));
  });

export type StateConfig = z.output<typeof config>;

function compile(name: string, settings: StateConfig, found: FoundTag) {
  const { table, tag, slot } = found;
  const isWanted = settings.is !== undefined;
  const states = settings.is ?? settings.isNot ?? [];
  const words = statesText(states);
  const message = settings.message ?? {
    en: `${table.device} ${tag.name}: is ${isWanted ? '' : 'not '}${words.en}`,
    zh: `${table.device} ${tag.name}：状态${isWanted ? '为' : '不为'} ${words.zh}`,
  };
  const limit = isWanted && states.length === 1 ? (states[0] as number) : Number.NaN;
  const condition: GaugedCondition<SlotGauge> = {
    description: describeOn(name, found, 'STATE', { limit, unit: tag.unit, message }),
    signOf({ value, quality }) {
      if (!hasValue(quality) || Number.isNaN(value)) return 'unknown';
      return isOneOf(states, value, tag.resolution) === isWanted ? 'reached' : 'returned';
    },
  };
  return gaugedRule(new SlotGauge(slot), [condition], delaysOf(settings));
}

/**
 * A discrete tag is in one of these states, or in none of them: STATE. A bad reading makes it unknown. Frames that say
 * nothing of the tag and late ones are not judged.
 */
export const state: RuleDefinition<StateConfig> = {
  summary: { en: 'Is in a state, or out of it', zh: '处于或离开某一状态' },
  config,
  judges: 'values',
  create: (name, settings, tables) => eachTable(tables, settings.tag, (found) => compile(name, settings, found)),
};
