import { z } from 'zod';
import type { TagType } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';
import { quantityNames } from './quantities.js';

/** Meters of one kind a report may tell of. */
const numberMax = 50;

/** The driver's half of a tag: a quantity, or the alarms or state of the station. */
export const tagSchema = z
  .strictObject({
    quantity: z
      .enum([...quantityNames, 'voltage', 'alarm', 'state'])
      .describe('What it is; `alarm` and `state` are the two words of bits at the end of each report'),
    number: z.int().min(1).max(numberMax).optional().describe('Which meter of that kind; the first is 1'),
    bit: z.int().min(0).max(15).optional().describe('A bit of `alarm` or `state`; the lowest is 0'),
  })
  .superRefine(({ quantity, number, bit }, context) => {
    const isWord = quantity === 'alarm' || quantity === 'state';
    const refuse = (path: string, en: string, zh: string): void => {
      const remedy = { en: `leave \`${path}\` out`, zh: `去掉 \`${path}\`` };
      context.addIssue(settingIssue({ what: { en, zh }, remedy }, [path]));
    };
    if (bit !== undefined && !isWord)
      refuse('bit', `${quantity} is a number, it has no bits`, `${quantity} 是数值，没有位`);
    if (number !== undefined && (isWord || quantity === 'voltage')) {
      refuse('number', `a station has one ${quantity}`, `每个监测站只有一个 ${quantity}`);
    }
  });

export type TagAddress = z.output<typeof tagSchema>;

/** The type a tag of this address has in frames. */
export const tagTypeOf = ({ quantity, bit }: TagAddress): TagType => {
  if (bit !== undefined) return 'boolean';
  return quantity === 'alarm' || quantity === 'state' ? 'integer' : 'number';
};
