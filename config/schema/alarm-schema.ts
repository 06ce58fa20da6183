import { z } from 'zod';
import { duration, nameField } from '../../gateway/contract/index.js';
import { day, open } from './fields.js';

/** What people read: both languages, or one text for both (a plant's own words). */
const sentence = () =>
  z
    .union([z.string().min(1), z.strictObject({ en: z.string().min(1), zh: z.string().min(1) })])
    .transform((text) => (typeof text === 'string' ? { en: text, zh: text } : text))
    .meta({ examples: [{ en: 'Start the standby pump', zh: '启动备用泵' }] });

const reasons = {
  cause: sentence().optional().describe('What most likely brings it about'),
  consequence: sentence().optional().describe('What happens when nobody acts'),
  action: sentence().optional().describe('What the operator does; without one it is an event and no alarm'),
  respondWithin: duration().optional().describe('How long the operator has; half an hour unless given'),
  severity: z
    .enum(['minor', 'serious', 'severe'])
    .optional()
    .describe('How bad the consequence is; priority follows from it and `respondWithin`'),
  owner: z.string().min(1).optional().describe('Who answers for this limit'),
  source: z.string().min(1).optional().describe('Where the limit comes from: standard and clause, document'),
  date: day().optional().describe('When the limit was set'),
  group: nameField().optional().describe('First-out group: which of its alarms came first is kept'),
};

/** By design: while a condition holds this alarm says nothing it should. */
const suppressSchema = z.strictObject({
  when: open().describe('Condition, as in a rule of type `compound`, while which the alarm does not apply'),
  unless: open().optional().describe('Live evidence that the condition is wrong: while it holds nothing is suppressed'),
  max: duration().prefault('8h').describe('It suppresses for so long at most, then the alarm is back'),
});

/** Why a rule's conditions are alarms and what a person does about them. */
export const alarmSchema = z.strictObject({
  class: nameField().default('process').describe('How it is handled: toxic, safety, process, or a class of this file'),
  ...reasons,
  suppress: suppressSchema.optional().describe('Suppression by design'),
  kinds: z
    .record(z.string(), z.strictObject({ ...reasons, class: nameField().optional() }))
    .default({})
    .describe('What differs for one kind of condition: `HH: { severity: severe }`'),
});

export const limitOrNever = (never: string) => z.union([duration(), z.literal(never)]);

/** A class of alarms: policy on top of a built-in class. */
export const classSchema = z.strictObject({
  like: z
    .enum(['toxic', 'safety', 'process'])
    .default('process')
    .describe('Built-in class whose policy it starts from'),
  acknowledge: z.boolean().optional().describe('Must be acknowledged by a person'),
  latch: z.boolean().optional().describe('Stays after its condition has returned, until it is reset'),
  shelve: limitOrNever('never').optional().describe('Longest time it may be shelved for'),
  secondPerson: z.boolean().optional().describe('Shelving and taking out of service need a second person'),
  onDelayMax: limitOrNever('any').optional().describe('Longest on-delay its rules may have'),
  reAnnunciate: limitOrNever('never')
    .optional()
    .describe('An acknowledged alarm that still stands is announced again after this'),
  outOfService: z
    .enum(['operator', 'engineer', 'administrator', 'nobody'])
    .optional()
    .describe('Who may take it out of service'),
});

/** What holds for all alarms of the site. */
export const alarmsSchema = z.strictObject({
  settling: z
    .union([duration(), z.literal('none')])
    .prefault('10s')
    .describe('After a start or an outage values settle for so long before they are judged; toxic ones never'),
  lostAfter: duration().prefault('10s').describe('A link or device is told as lost after so long a silence'),
});

export type AlarmHalf = z.output<typeof alarmSchema>;
export type ClassHalf = z.output<typeof classSchema>;
