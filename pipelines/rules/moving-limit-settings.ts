import { z } from 'zod';
import { checkFormula } from '../transforms/check-formula.js';
import { wordsOf } from '../transforms/formula.js';
import { mistake } from './mistake.js';

const curve = z
  .strictObject({
    curve: z
      .array(z.tuple([z.number(), z.number()]))
      .min(2)
      .describe('Points [value of the other tag, limit], ascending; straight between them, level beyond the ends'),
    over: z
      .strictObject({
        device: z.string().min(1).optional().describe('Device of the other tag; without it, the same device'),
        tag: z.string().min(1).describe('Tag that the limit follows: day of batch, set point, outdoor temperature'),
      })
      .describe('What the limit follows'),
  })
  .superRefine(({ curve: points }, context) => {
    for (const [at, [x]] of points.entries()) {
      if (at === 0 || x > (points[at - 1]?.[0] ?? 0)) continue;
      const what = { en: `the points do not ascend at ${x}`, zh: `曲线各点在 ${x} 处未递增` };
      const remedy = { en: 'order the points by their first number', zh: '请按第一个数从小到大排列各点' };
      context.addIssue(mistake(['curve', at], what, remedy));
    }
  });

const formula = z
  .strictObject({
    formula: z.string().min(1).describe('Formula over tags of the same group: max(setpoint + 5, outdoor + 3)'),
  })
  .superRefine(({ formula: text }, context) => {
    const what = checkFormula(text, wordsOf(text).names);
    if (!what) return;
    context.addIssue(mistake(['formula'], what, { en: 'correct the formula', zh: '请改正公式' }));
  });

const dayPattern = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/u;
const day = (text: string) =>
  z
    .string()
    .regex(dayPattern)
    .describe(text)
    .meta({ examples: ['06-01', '09-30'] });

const calendar = z.strictObject({
  calendar: z
    .array(
      z.strictObject({
        from: day('First day, month-day'),
        to: day('Last day, month-day, itself included; before `from` it is of the next year'),
        is: z.number().describe('The limit in this season'),
      }),
    )
    .min(1)
    .describe('Seasons; the first that fits holds'),
  otherwise: z.number().describe('The limit outside the seasons'),
  zone: z
    .string()
    .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/u)
    .describe('Offset of the days from UTC')
    .meta({ examples: ['+08:00'] }),
});

/** A limit that moves: with another tag, by a formula, or with the season. */
export const movingLimit = z.union([curve, formula, calendar]);
export type MovingLimitSetting = z.output<typeof movingLimit>;
export type CurveSetting = z.output<typeof curve>;
export type CalendarSetting = z.output<typeof calendar>;
