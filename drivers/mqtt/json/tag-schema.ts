import { z } from 'zod';
import type { TagType } from '../../../gateway/contract/index.js';
import { settingIssue } from '../../streams/index.js';
import { jsonPathField } from './json-path.js';
import { qualitySchema } from './told-quality.js';
import { lowerTopicField } from './topic-field.js';

/** The driver's half of a tag: where in which message its value stands. */
export const tagSchema = z
  .strictObject({
    path: jsonPathField()
      .prefault('$')
      .describe('Where in the message it stands; without it the whole message is the value, JSON or plain text'),
    topic: lowerTopicField().optional().describe("Below the device's `topic`: `temperature`; without it that itself"),
    type: z
      .enum(['number', 'integer', 'boolean', 'text'])
      .optional()
      .describe('What it is; number. A boolean is `true` or `false`'),
    is: z
      .union([z.string(), z.number(), z.boolean()])
      .optional()
      .describe('Makes a boolean: true when this stands there, such as `ON`'),
    inText: z.boolean().default(false).describe('The number stands in quotes: `"23.5"`'),
    quality: qualitySchema
      .optional()
      .describe("Where the message tells the quality of this one, in place of the device's"),
  })
  .superRefine((tag, context) => {
    const fault = (path: string, en: string, zh: string): void => {
      const remedy = { en: `leave \`${path}\` out`, zh: `去掉 \`${path}\`` };
      context.addIssue(settingIssue({ what: { en, zh }, remedy }, [path]));
    };
    if (tag.is !== undefined && tag.type !== undefined && tag.type !== 'boolean') {
      fault('type', 'a tag with `is` is a boolean', '带 `is` 的点是布尔量');
    }
    if (tag.inText && (tag.is !== undefined || tag.type === 'text' || tag.type === 'boolean')) {
      fault('inText', 'only a number can stand in text', '只有数值才能写在文本里');
    }
  });

export type TagAddress = z.output<typeof tagSchema>;

/** The type a tag of this address has in frames. */
export const tagTypeOf = ({ type, is }: TagAddress): TagType => (is === undefined ? (type ?? 'number') : 'boolean');
