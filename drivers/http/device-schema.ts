import { z } from 'zod';
import { duration } from '../../gateway/contract/index.js';
import { jsonPathField } from './written-fields.js';

const records = z.strictObject({
  name: z.string().min(1).max(64).describe('Which sort of happening: `lab-result`, `permit`'),
  list: jsonPathField().prefault('$').describe('Where they stand: a list of objects, 1,000 at most, or one object'),
  id: z
    .union([jsonPathField(), z.array(jsonPathField()).min(1).max(4)])
    .optional()
    .describe('Within one, what tells it from all others: told again it is kept once; several are joined. All of it'),
  time: jsonPathField().optional().describe('Within one, when it happened'),
});

/** The driver's half of a device: one resource of the service, or one path that is posted to. */
export const deviceSchema = z.strictObject({
  path: z
    .string()
    .max(500)
    .regex(/^[^\s#]*$/)
    .optional()
    .describe('Asked: added to the `url` of the link. Posted to: the path; `/` and the name of the device'),
  time: jsonPathField()
    .optional()
    .describe('When the values were measured; a body with the same time and values is no news'),
  delay: duration()
    .optional()
    .describe('How late values are told by nature; those that were measured more than a minute earlier are uncertain'),
  valid: z
    .strictObject({
      path: jsonPathField(),
      is: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
    })
    .optional()
    .describe('When the body holds data, for services that answer 200 with an error in it'),
  records: z.array(records).max(16).default([]).describe('What the body holds of happenings'),
  silence: duration().prefault('1h').describe('Without news for so long it does not answer: all its values are bad'),
});

export type DeviceSettings = z.output<typeof deviceSchema>;
