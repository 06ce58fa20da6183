import { z } from 'zod';
import { duration, type TagType } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';

const band = z.strictObject({
  within: z.number().positive().describe('Highest and lowest value differ by no more than this, before `scale`'),
  for: duration().describe('For at least this long'),
});

const flag = z.strictObject({
  flag: z.string().min(1).describe('Field by which the instrument says so itself'),
  is: z.union([z.string(), z.number()]).describe('What it says when the value is stable'),
});

/** The driver's half of a tag: a field of a message. */
export const tagSchema = z
  .strictObject({
    field: z.string().min(1).describe('Field of the message'),
    message: z.string().min(1).optional().describe('Which message; the only one of the device'),
    type: z.enum(['number', 'integer', 'text']).optional().describe('What it is; number'),
    is: z.union([z.string(), z.number()]).optional().describe('Makes a bool: true when the field is this'),
    stable: z
      .union([band, flag])
      .optional()
      .describe('When the value counts as stable; until then it is uncertain. A band and a time, or the own flag'),
  })
  .superRefine((tag, context) => {
    const fault = (path: string, en: string, zh: string) => {
      const remedy = { en: `leave \`${path}\` out`, zh: `去掉 \`${path}\`` };
      context.addIssue(settingIssue({ what: { en, zh }, remedy }, [path]));
    };
    if (tag.is !== undefined && tag.type !== undefined) {
      fault('type', 'a tag with `is` is a bool', '带 `is` 的点是布尔量');
    }
    if (tag.stable !== undefined && (tag.type === 'text' || tag.is !== undefined)) {
      fault('stable', 'only a number can be stable', '只有数值才有稳定判断');
    }
  });

export type TagAddress = z.output<typeof tagSchema>;

/** The type a tag of this address has in frames. */
export const tagTypeOf = ({ type, is }: TagAddress): TagType => (is === undefined ? (type ?? 'number') : 'boolean');
