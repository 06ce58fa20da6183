import { describe, expect, test } from '@jest/globals';
import { plainAlarm } from './site-of-alarms.js';
import { ToldBook } from './told-book.js';

describe('first-out of a group of alarms', () => {
  const trip = { ...plainAlarm, group: 'trip' };
  const group = { pump: trip, valve: trip, motor: trip };

  test('the first of a group is named with each alarm of it, until all of them are normal', () => {
    const site = new ToldBook(group);
    site.judge('pump', true);
    site.until(10);
    site.judge('valve', true, 0, 5);
    expect([site.firstOut('pump'), site.firstOut('valve')]).toEqual([['pump'], ['pump']]);
    for (const key of ['pump', 'valve']) {
      site.judge(key, false);
      site.acknowledge(key);
    }
    site.judge('valve', true);
    expect(site.firstOut('valve')).toEqual(['valve']);
  });

  test('where clocks do not tell which was first, all that may have been are named, and each is told', () => {
    const site = new ToldBook(group);
    site.judge('pump', true);
    site.until(10);
    site.judge('valve', true, 0, 15);
    expect(site.firstOut('valve')).toEqual(['pump', 'valve']);
    site.until(11);
    expect(site.alarms('pump').at(-1)).toMatchObject({
      change: 'first-out',
      from: 'unacknowledged',
      to: 'unacknowledged',
      instant: 11_000,
      time: 3_611_000,
      cause: { tick: 11_000 },
    });
    site.until(20);
    site.judge('motor', true, 0, 12);
    expect(site.firstOut('motor')).toEqual(['pump', 'valve']);
  });

  test('what was told later for its longer delay, and certainly began before, is the first', () => {
    const site = new ToldBook(group);
    site.until(60);
    site.judge('pump', true);
    site.judge('valve', true, 30);
    site.until(61);
    expect([site.firstOut('pump'), site.firstOut('valve')]).toEqual([['valve'], ['valve']]);
  });

  test('is named by the name it has now, in every alarm of the group', () => {
    const site = new ToldBook(group);
    site.judge('pump', true);
    site.until(10);
    site.judge('valve', true);
    site.restart({ 'pump-1': trip, valve: trip, motor: trip }, new Map([['pump-1', ['pump']]]));
    site.judge('motor', true);
    site.until(12);
    for (const key of ['pump-1', 'valve', 'motor']) expect(site.firstOut(key)).toEqual(['pump-1']);
  });

  test('a group of eighty that comes at once is told in two entries an alarm, not in one for each two', () => {
    const keys = Array.from({ length: 80 }, (_, index) => `trip-${index}`);
    const site = new ToldBook(Object.fromEntries(keys.map((key) => [key, trip])));
    for (const key of keys) site.judge(key, true, 0, 1);
    site.until(2);
    for (const key of keys) expect(site.firstOut(key)).toHaveLength(80);
    expect(site.alarms().filter(({ change }) => change === 'raised')).toHaveLength(80);
    expect(site.alarms().filter(({ change }) => change === 'first-out')).toHaveLength(79);
  });

  test('one that may have been the first and has gone again within the second is still named', () => {
    const site = new ToldBook(group);
    site.judge('pump', true);
    site.acknowledge('pump');
    site.judge('valve', true, 0, 1);
    site.acknowledge('valve');
    site.judge('valve', false);
    expect(site.shown('valve')).toBe('normal');
    expect(site.firstOut('pump')).toEqual(['pump', 'valve']);
  });

  test('what comes again before the group was all normal does not become the first', () => {
    const site = new ToldBook(group);
    site.judge('pump', true);
    site.until(10);
    site.judge('valve', true);
    site.judge('pump', false);
    site.acknowledge('pump');
    site.judge('valve', false);
    site.until(20);
    site.judge('valve', true);
    expect(site.firstOut('valve')).toEqual(['pump']);
  });
});
