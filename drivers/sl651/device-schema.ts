import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';

/** YAML reads bare digits as a number and drops leading zeros: they have to be text. */
const digitsField = (digits: number, of: { en: string; zh: string }, example: string) =>
  z
    .union([z.string(), z.number()])
    .transform((given, context) => {
      if (typeof given === 'string' && given.length === digits && /^[0-9A-Fa-f]+$/.test(given))
        return given.toUpperCase();
      const what = { en: `\`${given}\` is no ${of.en}`, zh: `“${given}”不是${of.zh}` };
      const remedy = {
        en: `write its ${digits} digits in quotes, zeros in front: \`'${example}'\``,
        zh: `写 ${digits} 位数字，加引号，前面补零：\`'${example}'\``,
      };
      context.addIssue(settingIssue({ what, remedy }));
      return z.NEVER;
    })
    .meta({ examples: [example] });

/** The driver's half of a device: one station. */
export const deviceSchema = z.strictObject({
  station: digitsField(10, { en: 'address of a station', zh: '测站地址' }, '0012345678').describe(
    'Address set in the station: 10 digits, in quotes',
  ),
  centre: z
    .int()
    .min(1)
    .max(255)
    .optional()
    .describe('Address of the centre set in the station; reports to another are refused. Without it any is taken'),
  password: digitsField(4, { en: 'password of a station', zh: '测站密码' }, '1234')
    .optional()
    .describe(
      'Password set in the station, 4 digits in quotes; reports with another are refused. Without it any is taken',
    ),
  silentAfter: duration()
    .prefault('125min')
    .describe(
      'A station that says nothing for so long, keep-alives included, is bad: twice its interval and some minutes',
    ),
  answer: z
    .enum(['keep-online', 'end', 'acknowledge'])
    .default('keep-online')
    .describe('End of each answer: `keep-online` ESC, `end` EOT (the station may hang up), `acknowledge` ACK'),
  seriesTime: z
    .enum(['auto', 'first', 'last'])
    .default('auto')
    .describe(
      'Of which of the twelve values of F4 to FC the time before them is: `auto` takes the last where the first would put some after they were sent',
    ),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
