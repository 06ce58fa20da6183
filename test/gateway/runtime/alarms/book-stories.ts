import * as fc from 'fast-check';
import type { AlarmAct } from '../../../../gateway/runtime/alarms/act.js';
import type { BookAndModel } from './book-and-model.js';
import { changed } from './book-starts.js';
import { anAct, anAlarm, Step } from './book-steps.js';
import { type ClassPolicy, classes, minuteMs } from './site-of-alarms.js';

type Turn = boolean | 'chatters' | AlarmAct | ClassPolicy;

function turn(real: BookAndModel, key: string, happened: Turn): void {
  real.pass(400);
  if (happened === 'chatters') for (let n = 0; n < 8; n += 1) real.judge(key, n % 2 === 0, 0, 0);
  else if (typeof happened === 'boolean') real.judge(key, happened, 0, 0);
  else if ('act' in happened) real.act(key, happened, 'li');
  else real.restart(changed(real.policies, key, { what: 'class', to: happened }));
}

/** Several things that happen to one alarm in a row. */
const aTurn: fc.Arbitrary<Turn> = fc.oneof(
  fc.boolean(),
  fc.constant('chatters' as const),
  fc.constantFrom<AlarmAct>({ act: 'acknowledge', comment: 'seen' }, { act: 'acknowledge', comment: '' }),
  fc.constantFrom<AlarmAct>(
    { act: 'shelve', forMs: minuteMs, reason: 'sensor under repair' },
    { act: 'unshelve', comment: '' },
    { act: 'reset', comment: '' },
  ),
  anAct,
  fc.constantFrom(...classes),
);
export const story = fc.tuple(anAlarm, fc.array(aTurn, { minLength: 2, maxLength: 8, size: 'max' })).map(
  ([key, turns]) =>
    new Step(`${key}: ${JSON.stringify(turns)}`, (real) => {
      for (const happened of turns) turn(real, key, happened);
    }),
);

type Flag = 'shelved' | 'suppressed' | 'out of service';

function setFlag(real: BookAndModel, key: string, flag: Flag, isOn: boolean): void {
  real.pass(400);
  const reason = 'sensor under repair';
  const comment = '';
  if (flag === 'suppressed') real.judge(real.policies.get(key)?.suppression?.key ?? 'stopped', isOn, 0, 0);
  else if (flag === 'shelved')
    real.act(key, isOn ? { act: 'shelve', forMs: 10 * minuteMs, reason } : { act: 'unshelve', comment }, 'li');
  else real.act(key, isOn ? { act: 'remove-from-service', reason } : { act: 'return-to-service', comment }, 'li');
}

const turns = fc.array(aTurn, { minLength: 1, maxLength: 5, size: 'max' });
const flags = fc.shuffledSubarray<Flag>(['shelved', 'suppressed', 'out of service'], { minLength: 2 });

/** Several flags stand at once, and leave in an order of their own. */
export const overlap = fc.tuple(fc.constantFrom('pump', 'motor', 'dust'), turns, flags, turns, flags, turns).map(
  ([key, before, set, during, left, after]) =>
    new Step(`${key}: ${JSON.stringify({ before, set, during, left, after })}`, (real) => {
      for (const happened of before) turn(real, key, happened);
      for (const flag of set) setFlag(real, key, flag, true);
      for (const happened of during) turn(real, key, happened);
      for (const flag of left) setFlag(real, key, flag, false);
      for (const happened of after) turn(real, key, happened);
    }),
);
