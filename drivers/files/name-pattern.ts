import { z } from 'zod';
import { settingIssue } from '../streams/index.js';

/** Tells whether a file name is meant. Case does not count: mine computers write `.TXT` and `.txt`. */
export type NamePattern = (name: string) => boolean;

/** `*AQSS*.txt`: `*` for any characters, `?` for one. Never leaves the folder: a name holds no slash. */
export function namePattern(pattern: string): NamePattern {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'iu');
  return (name) => expression.test(name);
}

/** A pattern of names as it stands in the file. */
export const namePatternField = () =>
  z
    .string()
    .min(1)
    .max(200)
    .superRefine((pattern, context) => {
      if (!/[/\\]/.test(pattern)) return;
      const what = { en: `\`${pattern}\` names a folder`, zh: `“${pattern}”含有文件夹` };
      const remedy = {
        en: 'write names alone here, and the folder as `folder`',
        zh: '此处只写文件名，文件夹写在 `folder`',
      };
      context.addIssue(settingIssue({ what, remedy }));
    })
    .meta({ examples: ['*.txt', '*AQSS*.txt'] });
