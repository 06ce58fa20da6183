import type { Text } from '../../gateway/contract/index.js';
import { amount, durationText } from './duration-text.js';
import type { FoundTag } from './each-table.js';
import { statesText } from './states.js';
import type { Test } from './when.js';

/** `tank level above 3 m for 10 min`: one test in words. */
export function testText(test: Test, { table, tag }: FoundTag): Text {
  const { en, zh } = comparisonText(test, tag.unit);
  const name = `${table.device} ${tag.name}`;
  const held = test.for === undefined ? undefined : durationText(test.for);
  const within = test.within === undefined ? undefined : durationText(test.within);
  return {
    en: `${name} ${en}${held ? ` for ${held.en}` : ''}${within ? ` within the last ${within.en}` : ''}`,
    zh: `${within ? `最近 ${within.zh}内 ` : ''}${name} ${zh}${held ? `持续 ${held.zh}` : ''}`,
  };
}

function comparisonText({ above, below, atLeast, atMost, is, isNot }: Test, unit: string): Text {
  if (above !== undefined) return { en: `above ${amount(above, unit)}`, zh: `高于 ${amount(above, unit)}` };
  if (below !== undefined) return { en: `below ${amount(below, unit)}`, zh: `低于 ${amount(below, unit)}` };
  if (atLeast !== undefined) return { en: `at least ${amount(atLeast, unit)}`, zh: `不低于 ${amount(atLeast, unit)}` };
  if (atMost !== undefined) return { en: `at most ${amount(atMost, unit)}`, zh: `不高于 ${amount(atMost, unit)}` };
  if (is) return { en: `is ${statesText(is).en}`, zh: `为 ${statesText(is).zh}` };
  if (isNot) return { en: `is not ${statesText(isNot).en}`, zh: `不为 ${statesText(isNot).zh}` };
  return { en: 'is bad', zh: '读数无效' };
}

export const joinTexts = (texts: readonly Text[], by: Text): Text => ({
  en: texts.map(({ en }) => en).join(by.en),
  zh: texts.map(({ zh }) => zh).join(by.zh),
});

/** In brackets, with a word before them. */
export const inBrackets = ({ en, zh }: Text, before: Text = { en: '', zh: '' }): Text => ({
  en: `${before.en}(${en})`,
  zh: `${before.zh}（${zh}）`,
});
