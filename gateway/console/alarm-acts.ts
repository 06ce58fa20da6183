import { z } from 'zod';
import { duration } from '../contract/index.js';
import type { AlarmAct } from '../runtime/index.js';

/** Characters of what a person says with an act. */
const wordsMax = 500;

const key = () => z.string().min(1).max(400).describe('Key of one alarm, for example `pit-gas/pit-1/h2s/HH`');
const comment = () => z.string().max(wordsMax).default('').describe('Is journaled with it');
const reason = () => z.string().max(wordsMax).describe('Why; is journaled with it');

const commented = z.strictObject({ key: key(), comment: comment() });
const reasoned = z.strictObject({ key: key(), reason: reason() });
const shelving = z.strictObject({
  key: key(),
  for: duration().describe('How long; its class has a longest time'),
  reason: reason(),
});

/** An act on one alarm, as a body asks for it. */
export interface AskedAct {
  readonly key: string;
  readonly act: AlarmAct;
}

export interface AlarmActDeclaration {
  readonly name: AlarmAct['act'];
  readonly summary: string;
  readonly body: z.ZodType<AskedAct>;
}

/** An act that needs no more than a comment. */
const commentedAct = (
  name: Exclude<AlarmAct['act'], 'shelve' | 'remove-from-service'>,
  summary: string,
): AlarmActDeclaration => ({
  name,
  summary,
  body: commented.transform(({ key: of, comment: said }) => ({ key: of, act: { act: name, comment: said } })),
});

/** What a person may do to one alarm, and what they have to say with it. */
export const alarmActs: readonly AlarmActDeclaration[] = [
  commentedAct('acknowledge', 'Say that an alarm has been seen'),
  commentedAct('reset', 'Release a latched alarm whose condition is gone'),
  {
    name: 'shelve',
    summary: 'Put an alarm aside for a time',
    body: shelving.transform(({ key: of, for: forMs, reason: why }) => ({
      key: of,
      act: { act: 'shelve', forMs, reason: why },
    })),
  },
  commentedAct('unshelve', 'Take an alarm off the shelf'),
  {
    name: 'remove-from-service',
    summary: 'Take an alarm out of service, without an end',
    body: reasoned.transform(({ key: of, reason: why }) => ({
      key: of,
      act: { act: 'remove-from-service', reason: why },
    })),
  },
  commentedAct('return-to-service', 'Put an alarm back in service'),
];
