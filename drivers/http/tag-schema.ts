import { z } from 'zod';
import type { TagType } from '../../gateway/contract/index.js';
import { settingIssue } from '../streams/index.js';
import { jsonPathField } from './written-fields.js';

/** The driver's half of a tag: a value in a JSON body. */
export const tagSchema = z
  .strictObject({
    path: jsonPathField().describe('Where it stands in the body; a number may be written as text'),
    type: z.enum(['number', 'integer', 'boolean', 'text']).optional().describe('What it is; number'),
    is: z.union([z.string(), z.number()]).optional().describe('Makes a bool: true when the value is this'),
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
