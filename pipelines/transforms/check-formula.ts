import type { Text } from '../../gateway/contract/index.js';
import { compileExpressionOf, contextPrefix, functions, wordsOf } from './formula.js';

/** The place the parser points at: its message shows the text on the second line and a caret below it. */
function unreadable(message: string): Text {
  const [, text = '', pointer = ''] = message.split('\n');
  const rest = text.slice(pointer.indexOf('^')).trim();
  return rest === ''
    ? { en: 'the formula cannot be read at its end', zh: '公式结尾处无法读懂' }
    : { en: `the formula cannot be read at "${rest}"`, zh: `公式在“${rest}”处无法读懂` };
}

function noNumber(result: unknown): Text {
  if (!(result instanceof Error)) {
    return {
      en: 'the formula gives no number: it gives a text or a list',
      zh: '公式的结果不是数字，而是文字或列表',
    };
  }
  return { en: `the formula gives no number: ${result.message}`, zh: `公式的结果不是数字：${result.message}` };
}

const isNumeric = (result: unknown): boolean => typeof result === 'number' || typeof result === 'boolean';

function wrongWord(formula: string, tagNames: readonly string[]): Text | undefined {
  const { names, calls, refused } = wordsOf(formula);
  if (refused.includes('%')) {
    return { en: 'write mod instead of % for the remainder', zh: '求余数请写 mod，不要写 %' };
  }
  if (refused.includes('?') || refused.includes(':')) {
    return {
      en: 'write if … then … else … instead of ? and :',
      zh: '条件请写成 if … then … else …，不要用 ? 和 :',
    };
  }
  if (refused.includes('of')) {
    return { en: 'the word of has no meaning here: a tag has no parts', zh: '这里不能用 of：测点没有下级' };
  }
  const unknown = names.find((name) => !tagNames.includes(name));
  if (unknown?.startsWith(contextPrefix)) {
    const name = unknown.slice(contextPrefix.length);
    return {
      en: `the formula names "${name}" of the context, and no number of that name can be used here`,
      zh: `公式里的背景量“${name}”在这里不可用：没有这个名称的数值`,
    };
  }
  if (unknown !== undefined) {
    return {
      en: `the formula names the tag "${unknown}", which this group does not have`,
      zh: `公式里的测点“${unknown}”不在这个采集组里`,
    };
  }
  const noFunction = calls.find((name) => !functions.includes(name));
  if (noFunction === undefined) return undefined;
  return {
    en: `there is no function ${noFunction}; there are ${functions.join(', ')}`,
    zh: `没有函数 ${noFunction}；可用的有 ${functions.join('、')}`,
  };
}

/**
 * What is wrong with a formula over these tags; undefined when nothing is. Where it may use the site's context, those
 * names are among them, written as in a formula: `context.zero`.
 */
export function checkFormula(formula: string, tagNames: readonly string[]): Text | undefined {
  const wrong = wrongWord(formula, tagNames);
  if (wrong) return wrong;
  try {
    const evaluate = compileExpressionOf(formula);
    // Every tag as a logical value takes every operator and both branches of most conditions.
    const failed = [true, false].map((value) => evaluate(() => value)).find((result) => !isNumeric(result));
    return failed === undefined ? undefined : noNumber(failed);
  } catch (error) {
    return unreadable((error as Error).message);
  }
}
