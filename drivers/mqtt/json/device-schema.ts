import { z } from 'zod';
import { duration } from '../../../gateway/contract/index.js';
import { settingIssue } from '../../streams/index.js';
import { jsonPathField } from './json-path.js';
import { qualitySchema } from './told-quality.js';
import { deviceTopicField, lowerTopicField, wholeTopicField } from './topic-field.js';
import { timeSchema } from './written-time.js';

/** Elements of one message that are looked at. */
export const eachMax = 10_000;

const each = () =>
  jsonPathField()
    .optional()
    .describe(`Array whose elements are one each; of more than ${eachMax} the rest is passed over`);

const recordSchema = z.strictObject({
  topic: lowerTopicField().optional().describe("Below the device's `topic`; without it that itself"),
  each: each(),
  id: jsonPathField()
    .optional()
    .describe('What tells one from every other, such as a ticket number: told again under it, it is kept once'),
  time: timeSchema.optional().describe('When it happened'),
  fields: z
    .record(z.string().min(1), jsonPathField())
    .refine((fields) => Object.keys(fields).length > 0)
    .describe('What is kept of it, by name'),
});

export type RecordSettings = z.output<typeof recordSchema>;

const availabilitySchema = z.strictObject({
  topic: wholeTopicField().describe('A whole topic, `{topic}` for that of the device: `{topic}/LWT`'),
  path: jsonPathField().optional().describe('Where in the message the word stands; the message is the word'),
  online: z.string().default('online').describe('Word for: it is there'),
  offline: z.string().default('offline').describe('Word for: it is gone; its last will, mostly'),
});

export type AvailabilitySettings = z.output<typeof availabilitySchema>;

/** The driver's half of a device: where its messages are and what holds for all of them. */
export const deviceSchema = z
  .strictObject({
    topic: deviceTopicField().describe('Topic of its messages; `{device}` is its name, `+` any one level'),
    each: each(),
    time: timeSchema.optional().describe('Where a message tells its time; without it the time of arrival holds'),
    quality: qualitySchema.optional().describe('Where a message tells the quality of its values'),
    silentAfter: z
      .union([duration(), z.literal('never')])
      .prefault('10min')
      .describe('Without a message for so long its values are bad; `never` for one that speaks only when it must'),
    lateAfter: duration()
      .optional()
      .describe(
        'A message whose own time is older than this is history: kept and delivered, and changes no alarm. Unless given none is, since a clock that is wrong would hide what happens',
      ),
    availability: availabilitySchema.optional().describe('Where it, or its broker, says whether it is there'),
    records: z
      .record(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u), recordSchema)
      .default({})
      .describe('Messages that are happenings with a time of their own, such as weighings, by name'),
  })
  .superRefine(({ time, lateAfter }, context) => {
    if (lateAfter === undefined || time) return;
    const what = { en: '`lateAfter` needs the `time` of a message', zh: '`lateAfter` 需要消息的 `time`' };
    const remedy = { en: 'write `time: { path: … }`', zh: '写 `time: { path: … }`' };
    context.addIssue(settingIssue({ what, remedy }, ['lateAfter']));
  });

export type DeviceSettings = z.output<typeof deviceSchema>;
