import { z } from 'zod';
import type { Text } from '../../../gateway/contract/index.js';
import { settingIssue } from '../../streams/index.js';
import { levelsMax, levelsOf } from '../broker/topic-filter.js';

const topicMax = 512;

/** What is wrong with a topic as it stands in the file. */
function topicFault(topic: string, placeholders: readonly string[]): Text | undefined {
  const bare = placeholders.reduce((text, name) => text.replaceAll(`{${name}}`, 'x'), topic);
  const levels = levelsOf(bare);
  if (topic === '' || topic.length > topicMax || levels.length > levelsMax) {
    return { en: `has no level, or more than ${levelsMax}`, zh: `没有层级，或超过 ${levelsMax} 级` };
  }
  if (levels.some((level) => level.includes('#'))) {
    return { en: 'has `#`: it would take messages nobody asked for', zh: '含 `#`：会收到无关的消息' };
  }
  if (levels.some((level) => level.includes('+') && level !== '+')) {
    return { en: 'has `+` within a level', zh: '`+` 不能与其他字符同级' };
  }
  if (/[{}\0]/.test(bare)) return { en: 'has a placeholder that there is not', zh: '含不存在的占位符' };
  if (topic.startsWith('$'))
    return { en: "begins with `$`: that is the broker's own", zh: '以 `$` 开头：属于服务器自身' };
  return undefined;
}

const topicField = (placeholders: readonly string[], example: string) =>
  z
    .string()
    .superRefine((topic, context) => {
      const fault = topicFault(topic, placeholders);
      if (!fault) return;
      const what = { en: `topic \`${topic}\` ${fault.en}`, zh: `主题“${topic}”${fault.zh}` };
      const remedy = {
        en: `write it level by level, \`+\` for any one level: \`${example}\``,
        zh: `逐级书写，任意一级用 \`+\`：\`${example}\``,
      };
      context.addIssue(settingIssue({ what, remedy }));
    })
    .meta({ examples: [example] });

/** The topic of a device: `{device}` is its name. */
export const deviceTopicField = () => topicField(['device'], 'farm/{device}/state');

/** Levels below the topic of a device. */
export const lowerTopicField = () => topicField(['device'], 'temperature');

/** A whole topic, wherever it is: `{topic}` is that of the device. */
export const wholeTopicField = () => topicField(['device', 'topic'], '{topic}/availability');

/** The topic a device's messages have. */
export const topicOf = (template: string, device: string): string => template.replaceAll('{device}', device);
