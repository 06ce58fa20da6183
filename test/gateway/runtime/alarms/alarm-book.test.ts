import { describe, expect, test } from '@jest/globals';
import { plainAlarm } from './site-of-alarms.js';
import { ToldBook } from './told-book.js';

const latching = { ...plainAlarm, latch: true };

describe('one alarm', () => {
  test('raised, acknowledged, returned: an entry each, with the state it led to, the value and the cause', () => {
    const site = new ToldBook({ level: plainAlarm });
    site.judge('level', true);
    site.until(5);
    site.acknowledge('level');
    site.judge('level', false);
    const told = site.alarms().map(({ change, from, to, isAnnunciated, value, cause, comment, instant, time }) => ({
      said: `${change}: ${from} → ${to}`,
      isAnnunciated,
      value,
      cause,
      comment,
      when: [instant, time],
    }));
    const seen = { isAnnunciated: true, value: 11, comment: 'seen', when: [5000, 3_605_000] };
    expect(told).toEqual([
      {
        said: 'raised: normal → unacknowledged',
        isAnnunciated: true,
        value: 11,
        cause: { sequence: 7 },
        comment: '',
        when: [0, 3_600_000],
      },
      { said: 'acknowledged: unacknowledged → acknowledged', ...seen, cause: { act: 'li', after: 7 } },
      {
        said: 'returned: acknowledged → normal',
        isAnnunciated: false,
        value: 9,
        cause: { sequence: 7 },
        comment: '',
        when: [5000, 3_605_000],
      },
    ]);
    expect(site.book.standing.size).toBe(0);
  });

  test('returned before anybody saw it, it stays until it is acknowledged; a class without acknowledgement does not', () => {
    const site = new ToldBook({ level: plainAlarm, flow: { ...plainAlarm, acknowledge: false } });
    for (const key of ['level', 'flow']) {
      site.judge(key, true);
      site.judge(key, false);
    }
    expect([site.shown('level'), site.shown('flow')]).toEqual(['returned-unacknowledged', 'normal']);
    expect(site.acknowledge('level')).toBeUndefined();
    expect(site.shown('level')).toBe('normal');
    expect(site.acknowledge('level')).toBe('nothing-to-acknowledge');
  });

  test('unknown neither raises nor clears', () => {
    const site = new ToldBook({ level: plainAlarm });
    site.judge('level', 'unknown');
    site.judge('level', true);
    site.until(3);
    site.judge('level', 'unknown');
    expect(site.changes()).toEqual(['raised']);
    expect(site.book.lastKnown('level')).toBe(3000);
    site.judge('level', true);
    expect(site.book.lastKnown('level')).toBeUndefined();
    expect(site.changes()).toEqual(['raised']);
  });

  test('a latch holds until it is acknowledged and then reset, and cannot be reset while the condition stands', () => {
    const site = new ToldBook({ level: { ...latching, acknowledge: false } });
    const reset = () => site.act('level', { act: 'reset', comment: '' });
    site.judge('level', true);
    expect(reset()).toBe('still-abnormal');
    site.judge('level', false);
    expect(site.shown('level')).toBe('latched-unacknowledged');
    expect(reset()).toBe('acknowledge-first');
    site.acknowledge('level');
    expect(site.shown('level')).toBe('latched-acknowledged');
    expect(reset()).toBeUndefined();
    expect(site.shown('level')).toBe('normal');
    expect(reset()).toBe('nothing-to-reset');
  });

  test('acknowledged and forgotten, it is announced again, but not while it is shelved', () => {
    const site = new ToldBook({ level: { ...plainAlarm, reAnnunciateMs: 600_000 } });
    site.judge('level', true);
    site.acknowledge('level');
    site.until(599);
    expect(site.shown('level')).toBe('acknowledged');
    site.until(600);
    expect(site.shown('level')).toBe('unacknowledged');
    site.acknowledge('level');
    site.shelve('level', 3000);
    site.until(3599);
    expect(site.changes()).toEqual(['raised', 'acknowledged', 're-annunciated', 'acknowledged', 'shelved']);
  });
});

describe('the three flags', () => {
  test('a shelf needs a reason and an end within what the class allows', () => {
    const site = new ToldBook({ level: plainAlarm, gas: { ...plainAlarm, shelveMaxMs: 0, mayLeaveService: false } });
    expect(site.shelve('level', 3601)).toBe('shelved-too-long');
    expect(site.shelve('level', 0)).toBe('shelved-too-long');
    expect(site.act('level', { act: 'shelve', forMs: 1000, reason: ' ' })).toBe('no-reason');
    expect(site.shelve('gas', 1)).toBe('never-shelved');
    expect(site.act('gas', { act: 'remove-from-service', reason: 'repair' })).toBe('never-out-of-service');
    expect(site.shelve('no such alarm', 1)).toBe('unknown-alarm');
    expect(site.noted).toEqual([]);
    expect(site.shelve('level', 3600)).toBeUndefined();
    expect(site.shelve('level', 60)).toBe('already-shelved');
  });

  test('while shelved the condition is followed and journaled, not announced; what still stands comes back unseen', () => {
    const site = new ToldBook({ level: plainAlarm });
    site.shelve('level', 60);
    site.judge('level', true);
    site.acknowledge('level');
    expect(site.alarms().map(({ isAnnunciated }) => isAnnunciated)).toEqual([false, false, false]);
    site.until(59);
    expect(site.shown('level')).toBe('shelved');
    site.until(60);
    expect(site.alarms().at(-1)).toMatchObject({ change: 'unshelved', to: 'unacknowledged', isAnnunciated: true });
  });

  test('a shelf ends by the clock that is there first: UTC does not wait for a box that was off', () => {
    const site = new ToldBook({ level: plainAlarm });
    site.shelve('level', 3600);
    site.restart();
    site.utcAheadS = null;
    site.until(10);
    expect(site.shown('level')).toBe('shelved');
    site.utcAheadS = 2 * 3600 - 12;
    site.until(11);
    expect(site.shown('level')).toBe('shelved');
    site.until(12);
    expect(site.shown('level')).toBe('normal');
  });

  test('a shelf that ends while it is out of service: shown as out of service, and announced once it is back', () => {
    const site = new ToldBook({ level: plainAlarm });
    site.judge('level', true);
    site.acknowledge('level');
    site.shelve('level', 60);
    site.act('level', { act: 'remove-from-service', reason: 'sensor sent in' });
    site.until(60);
    expect(site.alarms().at(-1)).toMatchObject({ change: 'unshelved', from: 'out-of-service', to: 'out-of-service' });
    expect(site.book.stateOf('level').base).toBe('unacknowledged');
    site.act('level', { act: 'return-to-service', comment: '' });
    expect(site.shown('level')).toBe('unacknowledged');
  });

  test('suppressed by design while its condition stands; of several flags the strongest is shown', () => {
    const site = new ToldBook({ flow: { ...plainAlarm, suppression: { key: 'stopped', maxMs: 600_000 } } });
    site.judge('stopped', true);
    expect(site.book.isSuppressing('stopped')).toBe(true);
    site.judge('flow', true);
    site.shelve('flow', 60);
    expect(site.shown('flow')).toBe('suppressed');
    site.judge('stopped', 'unknown');
    expect(site.shown('flow')).toBe('suppressed');
    site.judge('stopped', false);
    expect(site.shown('flow')).toBe('shelved');
    site.act('flow', { act: 'unshelve', comment: '' });
    expect(site.shown('flow')).toBe('unacknowledged');
  });

  test('a suppression that lasts too long is spent: announced, and silent again only when its condition begins anew', () => {
    const site = new ToldBook({ flow: { ...plainAlarm, suppression: { key: 'stopped', maxMs: 60_000 } } });
    site.judge('stopped', true);
    site.judge('flow', true);
    site.until(60);
    expect(site.alarms().at(-1)).toMatchObject({ change: 'unsuppressed', to: 'unacknowledged' });
    site.restart();
    site.judge('stopped', true);
    expect(site.shown('flow')).toBe('unacknowledged');
    site.acknowledge('flow');
    site.judge('stopped', false);
    expect(site.shown('flow')).toBe('acknowledged');
    site.judge('stopped', true);
    expect(site.shown('flow')).toBe('suppressed');
  });
});

describe('chatter', () => {
  /** On and off again, a second each. */
  const swing = (site: ToldBook, key: string, times: number): void => {
    for (let n = 0; n < times; n += 1) {
      site.judge(key, true);
      site.until(site.now + 1);
      site.judge(key, false);
      site.until(site.now + 1);
    }
  };

  test('three times in a minute: marked, counted, told at 3, 6, 12, and over after ten quiet minutes', () => {
    const site = new ToldBook({ level: plainAlarm });
    swing(site, 'level', 13);
    const twice = ['raised', 'returned', 'raised', 'returned'];
    expect(site.changes()).toEqual([...twice, 'raised', 'chattering', 'chattering', 'chattering']);
    expect(site.book.stateOf('level')).toMatchObject({ base: 'unacknowledged', chatter: { count: 13, last: 24_000 } });
    site.until(623);
    expect(site.shown('level')).toBe('unacknowledged');
    site.until(624);
    expect(site.alarms().at(-1)).toMatchObject({ change: 'chatter-ended', to: 'returned-unacknowledged' });
  });

  test('an orderly stop tells what was only counted and held, so that the count goes on', () => {
    const site = new ToldBook({ level: plainAlarm });
    swing(site, 'level', 5);
    site.restart();
    expect(site.alarms().at(-1)).toMatchObject({ change: 'chattering', from: 'unacknowledged', to: 'unacknowledged' });
    expect(site.book.stateOf('level')).toMatchObject({ isAbnormal: false, chatter: { count: 5 } });
    site.judge('level', true);
    expect(site.alarms().at(-1)).toMatchObject({ change: 'chattering', state: { chatter: { count: 6 } } });
  });

  test('three activations that are a minute apart from first to last do not chatter', () => {
    const site = new ToldBook({ level: plainAlarm });
    for (const second of [0, 30, 60]) {
      site.until(second);
      site.judge('level', true);
      site.judge('level', false);
    }
    expect(site.changes()).not.toContain('chattering');
  });

  test('of a class that is a danger to life each activation is announced', () => {
    const site = new ToldBook({ gas: { ...plainAlarm, toxic: true } });
    swing(site, 'gas', 5);
    expect(site.changes().filter((change) => change === 'raised')).toHaveLength(5);
    expect(site.book.stateOf('gas')).toMatchObject({ base: 'returned-unacknowledged', chatter: { count: 5 } });
  });

  test('what chattered as toxic and had returned is announced when it comes as another class', () => {
    const gas = { ...plainAlarm, acknowledge: false, toxic: true };
    const site = new ToldBook({ gas });
    swing(site, 'gas', 3);
    site.restart({ gas: { ...gas, toxic: false } });
    site.judge('gas', true);
    expect(site.alarms().at(-1)).toMatchObject({ change: 'raised', to: 'unacknowledged', isAnnunciated: true });
  });

  test('what chattered, was seen and is toxic now is announced when it comes anew', () => {
    const site = new ToldBook({ gas: plainAlarm });
    swing(site, 'gas', 3);
    site.acknowledge('gas');
    site.restart({ gas: { ...plainAlarm, toxic: true } });
    site.judge('gas', true);
    expect(site.alarms().at(-1)).toMatchObject({ change: 'raised', from: 'acknowledged', to: 'unacknowledged' });
  });
});

describe('many alarms', () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`level-${n}`, plainAlarm]));

  test('more than ten announced in ten minutes are a flood, fewer than five end it; it outlasts a restart', () => {
    const site = new ToldBook(many);
    site.shelve('level-11', 3600);
    site.judge('level-11', true);
    for (let n = 0; n < 11; n += 1) {
      site.until(n * 10);
      expect(site.book.isFlooded).toBe(false);
      site.judge(`level-${n}`, true);
    }
    expect(site.floods()).toMatchObject([{ state: 'began', count: 11, instant: 100_000 }]);
    site.restart();
    expect(site.book.isFlooded).toBe(true);
    site.until(659);
    expect(site.book.isFlooded).toBe(true);
    site.until(660);
    expect(site.floods()).toMatchObject([{ state: 'began' }, { state: 'ended', count: 4, instant: 660_000 }]);
  });
});

describe('over a start', () => {
  test('what stands goes on: acknowledged stays acknowledged, and the same condition says nothing', () => {
    const site = new ToldBook({ level: plainAlarm });
    site.judge('level', true);
    site.acknowledge('level');
    site.restart();
    site.judge('level', true);
    expect(site.changes()).toEqual(['raised', 'acknowledged']);
    expect(site.book.stateOf('level').base).toBe('acknowledged');
  });

  test('an alarm that the site file has no more is closed, with that cause', () => {
    const site = new ToldBook({ level: plainAlarm, flow: plainAlarm });
    site.judge('level', true);
    site.judge('flow', true);
    site.restart({ flow: plainAlarm });
    expect(site.alarms().at(-1)).toMatchObject({
      key: 'level',
      change: 'closed',
      from: 'unacknowledged',
      to: 'normal',
      cause: { configuration: 'c2' },
    });
    expect([...site.book.standing.keys()]).toEqual(['flow']);
  });

  test('what suppressed by a condition that the site file has no more is announced', () => {
    const site = new ToldBook({ flow: { ...plainAlarm, suppression: { key: 'stopped', maxMs: 600_000 } } });
    site.judge('stopped', true);
    site.judge('flow', true);
    site.restart({ flow: plainAlarm });
    expect(site.alarms().at(-1)).toMatchObject({
      change: 'unsuppressed',
      to: 'unacknowledged',
      cause: { configuration: 'c2' },
    });
  });
});
