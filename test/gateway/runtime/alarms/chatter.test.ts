import { describe, expect, test } from '@jest/globals';
import { chatterFrom, isQuiet, isWorthTelling, oneMore } from '../../../../gateway/runtime/alarms/chatter.js';

const now = { instant: 100_000, time: null };

describe('chatter', () => {
  test('begins with the third activation within a minute', () => {
    expect(chatterFrom([40_000, 70_000, 100_000], now)).toBeNull();
    expect(chatterFrom([40_001, 70_000, 100_000], now)).toEqual({ since: now, count: 3, last: 100_000 });
  });

  test('is told at 3, 6, 12, 24', () => {
    const counts = Array.from({ length: 50 }, (_, n) => n + 1);
    expect(counts.filter(isWorthTelling)).toEqual([3, 6, 12, 24, 48]);
  });

  test('is over ten minutes after the last activation', () => {
    const chatter = oneMore({ since: now, count: 3, last: 100_000 }, 150_000);
    expect(chatter).toEqual({ since: now, count: 4, last: 150_000 });
    expect([isQuiet(chatter, 749_999), isQuiet(chatter, 750_000)]).toEqual([false, true]);
  });
});
