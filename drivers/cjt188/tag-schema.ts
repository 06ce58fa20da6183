import { z } from 'zod';
import type { TagType } from '../../gateway/contract/index.js';
import { quantityNames } from './current-data.js';

/** The driver's half of a tag. */
export const tagSchema = z.strictObject({
  quantity: z
    .enum(quantityNames)
    .describe(
      'What is read, always in m³, m³/h, kWh, kW, °C or h whatever the meter shows. `status-1` and `status-2` are plain bytes: which bit is the valve or the battery differs with the maker',
    ),
});

export type TagAddress = z.output<typeof tagSchema>;

const integers: readonly string[] = ['working-hours', 'status-1', 'status-2'];

export const tagTypeOf = ({ quantity }: TagAddress): TagType => (integers.includes(quantity) ? 'integer' : 'number');
