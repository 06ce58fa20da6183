import { describe, expect, test } from '@jest/globals';
import { activationsMax } from '../../../../gateway/journal/index.js';
import { Activations } from '../../../../gateway/runtime/alarms/flood.js';

describe('activations', () => {
  test('those announced in the last ten minutes are counted', () => {
    const activations = new Activations([{ key: 'a', instant: 0, isAnnunciated: true }]);
    activations.add({ key: 'b', instant: 1, isAnnunciated: false });
    activations.add({ key: 'b', instant: 300_000, isAnnunciated: true });
    expect(activations.count(599_999)).toBe(2);
    expect(activations.instantsOf('b')).toEqual([1, 300_000]);
    expect(activations.count(600_000)).toBe(1);
    expect(activations.count(900_000)).toBe(0);
  });

  test('of more than can be remembered the oldest are forgotten', () => {
    const activations = new Activations();
    for (let n = 0; n < activationsMax + 10; n += 1) activations.add({ key: `${n}`, instant: n, isAnnunciated: true });
    expect(activations.count(activationsMax + 9)).toBe(activationsMax);
    expect(activations.instantsOf('9')).toEqual([]);
    expect(activations.instantsOf('10')).toEqual([10]);
  });
});
