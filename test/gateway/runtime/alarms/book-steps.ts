import * as fc from 'fast-check';
import type { AlarmAct } from '../../../../gateway/runtime/alarms/act.js';
import type { BookAndModel } from './book-and-model.js';
import { hourMs, keys, minuteMs, secondMs } from './site-of-alarms.js';

/** One thing that happens to a site, in the words of its counterexample. */
export class Step implements fc.Command<object, BookAndModel> {
  readonly words: string;
  readonly happen: (real: BookAndModel) => void;

  constructor(words: string, happen: (real: BookAndModel) => void) {
    this.words = words;
    this.happen = happen;
  }
  check(): boolean {
    return true;
  }
  run(_: object, real: BookAndModel): void {
    this.happen(real);
  }
  toString(): string {
    return this.words;
  }
}

export const anAlarm = fc.constantFrom(...keys);
const aCondition = fc.constantFrom(...keys, 'stopped', 'cleaning');
const aSpread = fc.constantFrom(0, 0, secondMs, 5 * secondMs, minuteMs);
export const aShortTime = fc.constantFrom(0, 1, 400, secondMs, 2 * secondMs, 10 * secondMs);

export const judgement = fc
  .tuple(aCondition, fc.constantFrom(true, true, false, false, 'unknown' as const), aShortTime, aShortTime, aSpread)
  .map(
    ([key, condition, passed, delay, spread]) =>
      new Step(`after ${passed} ms ${key} ${condition}, since ${delay} ms, spread ${spread} ms`, (real) => {
        real.pass(passed);
        real.judge(key, condition, delay, spread);
      }),
  );

/** On and off, faster or slower than chatter. */
export const burst = fc
  .tuple(anAlarm, fc.integer({ min: 2, max: 14 }), fc.constantFrom(100, secondMs, 5 * secondMs, 14_999, 15_000, 40_000))
  .map(
    ([key, changes, gap]) =>
      new Step(`${key} changes ${changes} times each ${gap} ms`, (real) => {
        for (let n = 0; n < changes; n += 1) {
          real.pass(gap);
          real.judge(key, n % 2 === 0, 0, 0);
        }
      }),
  );

export const upset = fc.tuple(fc.boolean(), aShortTime, aSpread).map(
  ([condition, gap, spread]) =>
    new Step(`all ${condition}, ${gap} ms apart, spread ${spread} ms`, (real) => {
      for (const key of keys) {
        real.pass(gap);
        real.judge(key, condition, 0, spread);
      }
    }),
);

export const passing = fc
  .constantFrom(secondMs, minuteMs - 1, minuteMs, 5 * minuteMs, 10 * minuteMs - 1, 10 * minuteMs, hourMs, 25 * hourMs)
  .map((ms) => new Step(`${ms} ms pass`, (real) => real.pass(ms)));

export const labelling = fc
  .tuple(fc.constantFrom(0, 0, 5 * minuteMs, -hourMs, 9 * hourMs), fc.boolean())
  .map(
    ([moved, isKnown]) =>
      new Step(`UTC moved by ${moved} ms and is ${isKnown ? '' : 'not '}known`, (real) => real.label(moved, isKnown)),
  );

const aReason = fc.constantFrom('sensor under repair', 'sensor under repair', 'sensor under repair', '', '  ');
const aDuration = fc.constantFrom(
  1,
  minuteMs,
  10 * minuteMs,
  10 * minuteMs + 1,
  hourMs,
  8 * hourMs,
  0,
  -minuteMs,
  Number.NaN,
  Number.POSITIVE_INFINITY,
);
export const anAct: fc.Arbitrary<AlarmAct> = fc.oneof(
  fc.constant<AlarmAct>({ act: 'acknowledge', comment: 'seen' }),
  fc.constant<AlarmAct>({ act: 'acknowledge', comment: '' }),
  fc.constant<AlarmAct>({ act: 'reset', comment: '' }),
  fc.tuple(aDuration, aReason).map(([forMs, reason]): AlarmAct => ({ act: 'shelve', forMs, reason })),
  fc.constant<AlarmAct>({ act: 'unshelve', comment: '' }),
  aReason.map((reason): AlarmAct => ({ act: 'remove-from-service', reason })),
  fc.constant<AlarmAct>({ act: 'return-to-service', comment: '' }),
);
export const acting = fc
  .tuple(fc.constantFrom(...keys, ...keys, 'no-such-alarm'), anAct, fc.constantFrom('li', 'wang'), aShortTime)
  .map(
    ([key, act, who, passed]) =>
      new Step(`after ${passed} ms ${who} on ${key}: ${JSON.stringify(act)}`, (real) => {
        real.pass(passed);
        real.act(key, act, who);
      }),
  );
