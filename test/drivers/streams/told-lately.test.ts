import { describe, expect, test } from '@jest/globals';
import { ToldLately } from '../../../drivers/streams/told-lately.js';
import { settle } from '../../support/manual-clock.js';

const kept = Promise.resolve();

describe('what was told lately', () => {
  test('is known, with whether it is on disk, for so many and so long', async () => {
    const lately = new ToldLately(2, 1000);
    lately.remember('a', kept, 0);
    await settle();
    expect([lately.keptOf('a', 999), lately.keptOf('a', 1000), lately.keptOf('b', 0)]).toEqual([
      kept,
      undefined,
      undefined,
    ]);
    lately.remember('b', kept, 1);
    lately.remember('a', kept, 2);
    await settle();
    lately.remember('c', kept, 3);
    expect(['a', 'b', 'c'].map((one) => lately.keptOf(one, 3) === kept)).toEqual([true, false, true]);
  });

  test('is not forgotten while it waits for the disk, neither for others nor with the time', async () => {
    const lately = new ToldLately(2, 1000);
    let store: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (store = resolve));
    lately.remember('a', waiting, 0);
    lately.remember('b', waiting, 0);
    lately.remember('c', kept, 0);
    expect(['a', 'b', 'c'].map((one) => lately.keptOf(one, 5000))).toEqual([waiting, waiting, undefined]);
    store();
    await settle();
    expect([lately.keptOf('a', 5999), lately.keptOf('b', 6000)]).toEqual([waiting, undefined]);
    lately.remember('c', kept, 6000);
    expect([lately.keptOf('a', 5999), lately.keptOf('c', 6000)]).toEqual([undefined, kept]);
  });

  test('was never told when it could not be stored, unless it was told again since', async () => {
    const lately = new ToldLately(2);
    const refusals: (() => void)[] = [];
    const refused = () => new Promise<void>((_, reject) => refusals.push(() => reject(new Error('full'))));
    lately.remember('a', refused());
    lately.remember('b', refused());
    expect(lately.keptOf('a')).toBeDefined();
    lately.remember('b', kept);
    for (const refuse of refusals) refuse();
    await settle();
    expect([lately.keptOf('a'), lately.keptOf('b')]).toEqual([undefined, kept]);
  });
});
