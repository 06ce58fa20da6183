import { z } from 'zod';
import { type AlarmDisplay, alarmBases, priorities } from '../contract/index.js';
import type { AlarmAct, AlarmDefinitionView, AlarmView, Request } from '../runtime/index.js';
import { count, rfc3339, text } from './schema-fields.js';

/** What the interface says of alarms. */

/** What is shown of an alarm, from at rest to hidden. */
export const displays = [
  ...alarmBases,
  'shelved',
  'suppressed',
  'out-of-service',
] as const satisfies readonly AlarmDisplay[];

const definitionFields = {
  key: z.string().describe('Stable across restarts and renaming, for example `pit-gas/pit-1/h2s/HH`'),
  device: z.string(),
  tag: z.string(),
  kind: z.string().describe('`HH`, `H`, `L`, `LL`, `LINK`, …'),
  class: z.string().describe('How it is handled'),
  priority: z.enum(priorities),
  limit: z.number().nullable().describe('null where there is none, or where it changes'),
  unit: z.string(),
  message: text,
  cause: text.nullable(),
  consequence: text.nullable(),
  action: text.describe('What the operator does'),
  respondWithinMs: z.number(),
  owner: z.string().nullable(),
  source: z.string().nullable().describe('Where the limit comes from'),
  date: z.string().nullable().describe('When it was set'),
  group: z.string().nullable().describe('First-out group'),
  shelveMaxMs: z.number().describe('0: it may not be shelved'),
  secondPerson: z.boolean().describe('Shelving and taking out of service need a second person'),
  outOfServiceRole: z
    .enum(['operator', 'engineer', 'administrator'])
    .nullable()
    .describe('Who may take it out of service; null: nobody'),
};

export const alarmDefinition = z
  .strictObject(definitionFields)
  .meta({ id: 'AlarmDefinition' }) satisfies z.ZodType<AlarmDefinitionView>;

const leftMs = () => z.number().min(0).describe('ms until it ends by itself');

export const alarm = z
  .strictObject({
    ...definitionFields,
    state: z.enum(displays).describe('What is shown: the strongest flag, else the base state (ISA-18.2)'),
    base: z.enum(alarmBases),
    isAbnormal: z.boolean(),
    isAnnunciated: z.boolean().describe('It calls for a person'),
    value: z.number().nullable().describe('When it last changed; the present one is under /api/values'),
    quality: z.string(),
    raised: rfc3339(),
    raisedForMs: z.number().nullable().describe('null when it is not abnormal'),
    acknowledged: z.strictObject({ who: z.string(), comment: z.string(), time: rfc3339() }).nullable(),
    shelf: z.strictObject({ who: z.string(), reason: z.string(), leftMs: leftMs() }).nullable(),
    suppression: z.strictObject({ by: z.string(), leftMs: leftMs() }).nullable(),
    outOfService: z.strictObject({ who: z.string(), reason: z.string(), since: rfc3339() }).nullable(),
    chatter: count().nullable().describe('Activations since it began to chatter'),
    firstOut: z.array(z.string()).describe('Came first in its group; several where clocks do not tell which'),
    lastKnownMs: z.number().nullable().describe('ms since its condition was last known; null while it is'),
    covers: count().describe('Alarms below a lost link or device that are not judged meanwhile'),
  })
  .meta({ id: 'Alarm', description: 'An alarm that is not at rest' }) satisfies z.ZodType<AlarmView>;

/** The alarms as of one place in the journal's alarms lane. */
export interface StandingView {
  readonly offset: number;
  readonly isFlooded: boolean;
  readonly alarms: readonly AlarmView[];
}

export const standing = z
  .strictObject({
    offset: count().describe('Every entry before it is in here; later ones may be'),
    isFlooded: z.boolean().describe('More alarms than a person can follow'),
    alarms: z.array(alarm).describe('The most pressing first; shelved, suppressed and out of service ones too'),
  })
  .meta({ id: 'StandingAlarms' }) satisfies z.ZodType<StandingView>;

const comment = z.string();
const reason = z.string();

const act = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('acknowledge'), comment }),
  z.strictObject({ act: z.literal('reset'), comment }),
  z.strictObject({ act: z.literal('shelve'), forMs: z.number(), reason }),
  z.strictObject({ act: z.literal('unshelve'), comment }),
  z.strictObject({ act: z.literal('remove-from-service'), reason }),
  z.strictObject({ act: z.literal('return-to-service'), comment }),
]) satisfies z.ZodType<AlarmAct>;

/** An act that waits for a second person, with the time left in place of an instant. */
export type RequestView = Omit<Request, 'lapses'> & { readonly leftMs: number };

export const request = z
  .strictObject({
    id: z.string(),
    key: z.string(),
    act,
    who: z.string().describe('Who asked; somebody else agrees'),
    leftMs: z.number().describe('ms until it lapses'),
  })
  .meta({ id: 'AlarmRequest' }) satisfies z.ZodType<RequestView>;

export const acted = z
  .strictObject({ outcome: z.literal('done'), key: z.string(), state: z.enum(displays) })
  .meta({ id: 'AlarmActed' });

export const waits = z.strictObject({ outcome: z.literal('waits'), request }).meta({ id: 'AlarmActWaits' });
