import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterReading, afterTick, type ConditionState, normal, type Sign } from '../../../pipelines/rules/condition.js';

const delays = { onDelayMs: 5000, offDelayMs: 10_000 };

/** `+` reached, `-` returned, `=` between, `?` no reading, `.` no frame but a tick: one a second; the condition after each. */
function follow(signs: string, with_: Partial<typeof delays> = {}): string {
  const words: Record<string, Sign> = { '+': 'reached', '-': 'returned', '=': 'between', '?': 'unknown' };
  let state = normal;
  return signs
    .split('')
    .map((sign, second) => {
      const settings = { ...delays, ...with_ };
      state = afterTick(state, second * 1000, settings);
      const word = words[sign];
      if (word !== undefined) state = afterReading(state, word, second * 1000, settings);
      return state.unknown ? '?' : state.active ? 'A' : 'n';
    })
    .join('');
}

describe('a condition', () => {
  test('without delays follows at once, and stays between the two limits', () => {
    expect(follow('=-+==-=-', { onDelayMs: 0, offDelayMs: 0 })).toBe('nnAAAnnn');
  });

  test('turns on when the limit stayed reached for the on-delay', () => {
    expect(follow('++++++')).toBe('nnnnnA');
  });

  test('starts the on-delay again after a reading that does not reach the limit', () => {
    expect(follow('++++=+++++')).toBe('nnnnnnnnnn');
    expect(follow('++++=++++++')).toBe('nnnnnnnnnnA');
  });

  test('turns off when the value stayed returned for the off-delay; between is not returned', () => {
    expect(follow('+----------', { onDelayMs: 0 })).toBe('AAAAAAAAAAA');
    expect(follow('+-----------', { onDelayMs: 0 })).toBe('AAAAAAAAAAAn');
    expect(follow('+-----=------', { onDelayMs: 0 })).toBe('AAAAAAAAAAAAA');
  });

  test('without frames a tick finds the end of a delay, one second after it', () => {
    expect(follow('+......')).toBe('nnnnnnA');
    expect(follow('++++++')).toBe('nnnnnA');
  });

  test('a frame at the end of a delay decides, though its tick comes first', () => {
    expect(follow('+++++-')).toBe('nnnnnn');
  });

  test('is unknown without a reading, which neither turns it nor restarts a delay', () => {
    expect(follow('??')).toBe('??');
    expect(follow('?-?')).toBe('?n?');
    expect(follow('++????????')).toBe('nn????????');
    expect(follow('++????????+')).toBe('nn????????A');
    expect(follow('++????-++')).toBe('nn????nnn');
    expect(follow('+?-', { onDelayMs: 0 })).toBe('A?A');
  });
});

test('ticks on the seconds of the frames never change what a condition does', () => {
  const signs = fc.array(fc.constantFrom<Sign>('reached', 'between', 'returned', 'unknown'), { maxLength: 60 });
  // A delay of broken seconds may end between two readings: only then has a tick something to find.
  const seconds = fc.nat({ max: 6 }).map((whole) => whole * 1000);
  fc.assert(
    fc.property(signs, seconds, seconds, (run, onDelayMs, offDelayMs) => {
      const settings = { onDelayMs, offDelayMs };
      let plain: ConditionState = normal;
      let ticked: ConditionState = normal;
      for (const [second, sign] of run.entries()) {
        plain = afterReading(plain, sign, second * 1000, settings);
        ticked = afterReading(afterTick(ticked, second * 1000, settings), sign, second * 1000, settings);
        expect(ticked).toEqual(plain);
      }
    }),
  );
});
