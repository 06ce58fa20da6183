import { z } from 'zod';
import { day, tagName, unit } from './fields.js';

/** Names a site may have in its context. */
const namesMax = 100;

/** Characters of a text. */
const textMax = 200;

const common = {
  description: z.string().max(200).optional().describe('What it is, for whoever sets it'),
  by: z.enum(['operator', 'engineer']).default('engineer').describe('Who may set it, and every role above'),
};

/** One thing that holds for a while. `value` holds until somebody sets another. */
const contextItem = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('number').describe('A calibration, a coefficient, a level datum, a set point'),
    unit: unit().default('').describe('Its unit'),
    value: z.number().optional().describe('What holds until somebody sets it'),
    ...common,
  }),
  z.strictObject({
    type: z.literal('date').describe('A day something began, as a batch; rules and formulas get the days since'),
    value: day().optional().describe('What holds until somebody sets it'),
    ...common,
  }),
  z.strictObject({
    type: z.literal('text').describe('A batch code, a sample, a shift; carried along with the data'),
    value: z.string().min(1).max(textMax).optional().describe('What holds until somebody sets it'),
    ...common,
  }),
]);

export const contextSchema = z
  .record(tagName(), contextItem)
  .default({})
  .refine((items) => Object.keys(items).length <= namesMax, {
    message: 'context',
    params: {
      what: { en: `there are more than ${namesMax} values`, zh: `背景量超过 ${namesMax} 个` },
      remedy: { en: 'keep those that rules, formulas or records need', zh: '请只保留规则、公式或记录需要的' },
    },
  });

export type ContextHalf = z.output<typeof contextItem>;
