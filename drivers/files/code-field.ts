import { z } from 'zod';
import { settingIssue } from '../streams/index.js';

/** A code as the mine writes it. YAML reads `001` as the number 1, so a number is refused rather than guessed. */
export const codeField = () =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      if (typeof given === 'string' && given.trim() !== '' && given.length <= 64) return given.trim();
      const what = { en: `\`${given}\` is no code`, zh: `“${given}”不是编码` };
      const remedy = { en: "write it in quotes, as `'001A01'`", zh: "加上引号，例如 `'001A01'`" };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ examples: ['520201001', '001A01'] });
