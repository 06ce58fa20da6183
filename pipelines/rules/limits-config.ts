import { z } from 'zod';
import { duration } from '../../gateway/contract/fields.js';
import { mistake } from './mistake.js';
import { movingLimit } from './moving-limit-settings.js';

/** Limits from the highest to the lowest, as ISA-18.2 names them. */
export const limitKinds = ['HH', 'H', 'L', 'LL'] as const;
export type LimitKind = (typeof limitKinds)[number];

const limit = (text: string) =>
  z
    .union([z.number(), movingLimit])
    .optional()
    .describe(`${text}. A number, or a curve over another tag, a formula, a calendar`);

/** Settings of the rule `limits` in the site file. Limits and deadband in the tag's unit. */
export const limitsConfig = z
  .strictObject({
    tag: z.string().min(1).describe('Name of the tag'),
    HH: limit('High-high: reached at this value and above'),
    H: limit('High: reached at this value and above'),
    L: limit('Low: reached at this value and below'),
    LL: limit('Low-low: reached at this value and below'),
    deadband: z.number().nonnegative().default(0).describe('How far behind the limit the value must return'),
    onDelay: duration().optional().describe('How long a limit must stay reached; none for toxic and explosive gas'),
    offDelay: duration().optional().describe('How long the value must stay returned'),
    message: z
      .strictObject({ en: z.string().min(1), zh: z.string().min(1) })
      .optional()
      .describe('What people read, instead of the generated sentence'),
  })
  .superRefine((config, context) => {
    const given = limitKinds.filter((kind) => config[kind] !== undefined);
    if (given.length === 0) {
      context.addIssue(
        mistake(
          [],
          { en: 'no limit is given', zh: '未设置任何限值' },
          { en: 'give at least one of HH, H, L, LL', zh: '至少填写 HH、H、L、LL 之一' },
        ),
      );
    }
    // Limits that move may cross others for a while: only numbers are put in order here.
    const fixed = given.filter((kind) => typeof config[kind] === 'number');
    for (const [index, lower] of fixed.entries()) {
      const higher = fixed[index - 1];
      if (higher === undefined || (config[higher] as number) > (config[lower] as number)) continue;
      context.addIssue(
        mistake(
          [lower],
          { en: `${lower} is not below ${higher}`, zh: `${lower} 不低于 ${higher}` },
          { en: 'order the limits HH > H > L > LL', zh: '限值须满足 HH > H > L > LL' },
        ),
      );
    }
  });

export type LimitsConfig = z.output<typeof limitsConfig>;
