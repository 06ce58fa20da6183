import { z } from 'zod';
import type { TagType } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';
import { codeField } from './code-field.js';

/** The driver's half of a tag: a field of the records of one point. */
export const tagSchema = z
  .strictObject({
    point: codeField().describe("Code of the point, after the device's `pointPrefix`"),
    table: z.string().min(1).default('AQSS').describe('Kind of record it is read from'),
    field: z.string().min(1).default('value').describe('Field of the record'),
    type: z.enum(['number', 'integer', 'text']).optional().describe('What it is; number'),
    is: z
      .union([z.string(), z.number()])
      .optional()
      .describe('Makes a bool: true when the field is this, such as `1` or `开`'),
  })
  .superRefine(({ type, is }, context) => {
    if (type === undefined || is === undefined) return;
    const what = { en: 'a tag with `is` is a bool', zh: '带 `is` 的点是布尔量' };
    const remedy = { en: 'leave `type` out', zh: '去掉 `type`' };
    context.addIssue(settingIssue({ what, remedy }, ['type']));
  });

export type TagAddress = z.output<typeof tagSchema>;

/** The type a tag of this address has in frames. */
export const tagTypeOf = ({ type, is }: TagAddress): TagType => (is === undefined ? (type ?? 'number') : 'boolean');
