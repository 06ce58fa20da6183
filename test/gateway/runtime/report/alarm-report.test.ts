import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AlarmEntry, EventEntry, ExceedanceEntry } from '../../../../gateway/contract/index.js';
import { alarmReport, type ReportedEntry } from '../../../../gateway/runtime/report/alarm-report.js';
import { eventEntry, exceedanceEntry } from '../../../support/sink-records.js';
import { day, Duty, hour, minute, second, start } from './duty.js';

const oneDay = { from: start, to: start + day };
const keys = (count: number): string[] => Array.from({ length: count }, (_, n) => `r/d${n}/level/H`);
const dutyOver = (count: number): Duty => new Duty(keys(count).map((key) => ({ key })));

describe('load', () => {
  test('counts what called for a person, an operator, against the targets', () => {
    const duty = dutyOver(3);
    for (let n = 0; n < 288; n++) duty.from(`r/d${n % 3}/level/H`, n * 5 * minute, minute);
    const { load } = alarmReport(duty.entries, { ...oneDay, operators: 2 });
    expect(load).toMatchObject({
      total: 288,
      perTenMinutes: { value: 1, verdict: 'met', target: { met: 1, isConfirmed: true } },
      perHour: { value: 6, verdict: 'met' },
      perDay: { value: 144, verdict: 'met', target: { met: 150, manageable: 300, isConfirmed: false } },
      peak: { value: 1, verdict: 'met' },
    });
    const alone = alarmReport(duty.entries, oneDay).load;
    expect([alone.perTenMinutes, alone.perDay].map(({ verdict }) => verdict)).toEqual(['manageable', 'manageable']);
  });

  test('the busiest ten minutes lie wherever they lie, not on the clock', () => {
    const duty = dutyOver(12);
    keys(12).forEach((key, n) => duty.is(key, true, 55 * minute + n * 50 * second));
    const { load } = alarmReport(duty.entries, oneDay);
    expect(load.peak).toMatchObject({ value: 12, verdict: 'missed' });
    expect(load.peakBegin).toBe(start + 55 * minute);
    expect(load.slots.map(({ begin, low }) => [begin - start, low])).toEqual([
      [50 * minute, 6],
      [hour, 6],
    ]);
    expect(load.crowdedShare.value).toBe(0);
  });

  test('what came while shelved called nobody, and is announced when it is unshelved', () => {
    const duty = dutyOver(1);
    const [key] = keys(1) as [string];
    duty.does(key, { act: 'shelve', forMs: hour, reason: 'cleaning' }, 'li', minute);
    duty.is(key, true, 2 * minute).from('r/none/x/H', 2 * hour, 1);
    const { load } = alarmReport(duty.entries, oneDay);
    expect(load).toMatchObject({ total: 0, silent: 1, announcedAgain: 1 });
  });

  test('a period without alarms is a good one', () => {
    const report = alarmReport([], oneDay);
    expect(report.load).toMatchObject({ total: 0, peakBegin: null, slots: [], perTenMinutes: { verdict: 'met' } });
    expect(report.priorities.map(({ share }) => share.verdict)).toEqual(Array(4).fill('too-few'));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('an empty period and nobody on duty are refused', () => {
    expect(() => alarmReport([], { from: start, to: start })).toThrow(RangeError);
    expect(() => alarmReport([], { ...oneDay, operators: 0 })).toThrow(RangeError);
  });
});

describe('floods', () => {
  test('from the eleventh alarm in ten minutes until fewer than five', () => {
    const duty = dutyOver(20);
    keys(20).forEach((key, n) => duty.is(key, true, hour + n * 20 * second));
    duty.from('r/none/x/H', 3 * hour, 1);
    const { floods, load } = alarmReport(duty.entries, oneDay);
    const [flood] = floods.list;
    expect(floods.list).toHaveLength(1);
    expect(flood).toMatchObject({ begin: start + hour + 200 * second, count: 20, peak: 20 });
    const lasted = (flood?.end ?? 0) - (flood?.begin ?? 0);
    expect(lasted).toBeGreaterThan(10 * minute);
    expect(lasted).toBeLessThan(14 * minute);
    expect(floods.share).toMatchObject({ value: lasted / day, verdict: 'met' });
    expect(load.crowdedShare).toMatchObject({ value: 1 / 144, verdict: 'met' });
  });

  test('one that reaches into the period, and one that reaches out of it', () => {
    const duty = dutyOver(24);
    keys(12).forEach((key, n) => duty.is(key, true, n * second));
    keys(24)
      .slice(12)
      .forEach((key, n) => duty.is(key, true, 2 * hour + n * second));
    const { floods } = alarmReport(duty.entries, { from: start + minute, to: start + 2 * hour + minute });
    expect(floods.list.map(({ begin, end }) => [begin === null, end === null])).toEqual([
      [true, false],
      [false, true],
    ]);
  });
});

describe('nuisances', () => {
  test('a chattering alarm: how many episodes, and at least how often', () => {
    const duty = dutyOver(2);
    const [key, calm] = keys(2) as [string, string];
    for (let n = 0; n < 30; n++) duty.from(key, n * 10 * second, 5 * second);
    for (let n = 0; n < 3; n++) duty.from(key, 2 * hour + n * 10 * second, 5 * second);
    duty.from(calm, 4 * hour, hour);
    const { chattering, load } = alarmReport(duty.entries, oneDay);
    expect(chattering.count).toMatchObject({ value: 1, verdict: 'missed' });
    expect(chattering.alarms).toMatchObject([{ key, episodes: 2 }]);
    // Told at 3, 6, 12 and 24 of the 30; and 3 more.
    expect(chattering.alarms[0]?.activationsMin).toBe(27);
    expect(load.total).toBe(7);
  });

  test('a fleeting alarm is over before anyone could act; an acknowledged one was not', () => {
    const duty = dutyOver(3);
    const [fleeting, seen, slow] = keys(3) as [string, string, string];
    duty.from(fleeting, hour, 5 * second).from(fleeting, 2 * hour, 5 * second);
    duty
      .is(seen, true, 3 * hour)
      .acknowledges(seen, 3 * hour + second)
      .is(seen, false, 3 * hour + 5 * second);
    duty.from(slow, 4 * hour, 5 * minute);
    expect(alarmReport(duty.entries, oneDay).fleeting).toMatchObject({
      count: 2,
      alarms: [{ key: fleeting, count: 2 }],
    });
  });
});

describe('who looked after them', () => {
  test('time to acknowledge, and what never was', () => {
    const duty = dutyOver(12);
    keys(10).forEach((key, n) => {
      duty.is(key, true, n * hour).acknowledges(key, n * hour + (n + 1) * minute);
    });
    duty.is('r/d10/level/H', true, 11 * hour);
    duty.is('r/d11/level/H', true, 12 * hour);
    duty.does('r/d11/level/H', { act: 'shelve', forMs: hour, reason: 'known' }, 'li', 12 * hour + minute);
    const report = alarmReport(duty.entries, { from: start, to: start + 12.5 * hour });
    expect(report.acknowledgement).toEqual({
      acknowledged: 10,
      medianMs: 5 * minute,
      ninetiethMs: 9 * minute,
      waiting: 1,
      over: 1,
    });
  });

  test('an alarm that came and went and came is one call until someone answers', () => {
    const duty = dutyOver(1);
    const [key] = keys(1) as [string];
    duty
      .from(key, 0, hour)
      .from(key, 2 * hour, hour)
      .acknowledges(key, 4 * hour);
    expect(alarmReport(duty.entries, oneDay).acknowledgement).toMatchObject({ acknowledged: 1, medianMs: 4 * hour });
  });

  test('who shelved and took out of service what, why and how long', () => {
    const duty = dutyOver(2);
    const [shelved, out] = keys(2) as [string, string];
    duty.does(shelved, { act: 'shelve', forMs: 2 * hour, reason: 'being washed' }, 'li', hour);
    duty.does(out, { act: 'remove-from-service', reason: 'pump is away' }, 'wang', 2 * hour);
    duty.from('r/none/x/H', 5 * hour, 1);
    const { putAside } = alarmReport(duty.entries, { from: start, to: start + 5 * hour });
    expect(putAside).toMatchObject([
      { key: shelved, how: 'shelved', who: 'li', reason: 'being washed', since: start + hour, end: start + 3 * hour },
      { key: out, how: 'out-of-service', who: 'wang', reason: 'pump is away', since: start + 2 * hour, end: null },
    ]);
    expect(putAside.map(({ forMs }) => forMs)).toEqual([2 * hour, 3 * hour]);
  });

  test('suppressed by design: by what, how often, and how long of it in the period', () => {
    const key = 'r/pump/flow/L';
    const duty = new Duty([{ key, suppressedBy: 'pump is off' }]);
    duty.is('pump is off', true, hour).is('pump is off', false, 3 * hour);
    duty.is('pump is off', true, 5 * hour).is('pump is off', false, 6 * hour);
    const { suppressed } = alarmReport(duty.entries, { from: start + 2 * hour, to: start + 5.5 * hour });
    expect(suppressed).toMatchObject([{ key, by: 'pump is off', count: 2, totalMs: 1.5 * hour }]);
    expect(alarmReport(duty.entries, { from: start + 4 * hour, to: start + 4.5 * hour }).suppressed).toEqual([]);
  });

  test('standing for more than a day at the end, also what came before the period', () => {
    const duty = dutyOver(4);
    const [old, returned, young, shelved] = keys(4) as [string, string, string, string];
    duty.is(old, true, 0).is(returned, true, 0).is(shelved, true, 0).acknowledges(old, minute);
    duty.is(returned, false, 40 * hour).is(young, true, 41 * hour);
    duty.does(shelved, { act: 'shelve', forMs: 8 * hour, reason: 'known' }, 'li', 42 * hour);
    const { standing } = alarmReport(duty.entries, { from: start + day, to: start + 2 * day });
    expect(standing.alarms).toMatchObject([
      { key: old, state: 'acknowledged', since: start, forMs: 2 * day },
      { key: shelved, state: 'shelved', since: start, forMs: 2 * day },
    ]);
    expect(standing.count).toMatchObject({ value: 2, verdict: 'met' });
  });
});

describe('what comes most', () => {
  test('the ten most frequent and their share', () => {
    const duty = dutyOver(15);
    keys(15).forEach((key, n) => {
      for (let times = 0; times <= 14 - n; times++) duty.from(key, (times * 15 + n) * 5 * minute, minute);
    });
    const { topTen, load } = alarmReport(duty.entries, oneDay);
    expect(load.total).toBe(120);
    expect(topTen.alarms.map(({ key, count }) => [key, count])).toEqual(keys(10).map((key, n) => [key, 15 - n]));
    expect(topTen.share).toMatchObject({ value: 105 / 120, verdict: 'missed' });
  });

  test('where no more than ten came at all, their share says nothing', () => {
    expect(alarmReport(dutyOver(1).from('r/d0/level/H', 0, 1).entries, oneDay).topTen.share.verdict).toBe('too-few');
  });

  test('priorities against 5, 15 and 80 per cent', () => {
    const counts = { high: 2, medium: 6, low: 32 } as const;
    const alarms = Object.entries(counts).map(([name]) => ({ key: `r/${name}/x/H`, priority: name as 'low' }));
    const duty = new Duty(alarms);
    let at = 0;
    for (const [name, count] of Object.entries(counts)) {
      for (let n = 0; n < count; n++) duty.from(`r/${name}/x/H`, (at += 10 * minute), minute);
    }
    const { priorities } = alarmReport(duty.entries, oneDay);
    expect(priorities.map(({ priority, count, share }) => [priority, count, share.value, share.verdict])).toEqual([
      ['critical', 0, 0, 'met'],
      ['high', 2, 0.05, 'met'],
      ['medium', 6, 0.15, 'met'],
      ['low', 32, 0.8, 'met'],
    ]);
  });
});

describe('exceedances beside alarms', () => {
  const key = 'methane/MM116/CH4/HH';
  const exceedance = (n: number, of: Partial<ExceedanceEntry> = {}): ExceedanceEntry =>
    exceedanceEntry(0, { key, time: start + n * 10 * minute, limit: 1, durationMs: 30_000, peak: 1.1, ...of });

  test('108 exceedances stand beside 26 alarms', () => {
    const duty = new Duty([{ key }]);
    for (let n = 0; n < 26; n++) duty.from(key, n * 40 * minute, 20 * minute);
    const records = Array.from({ length: 108 }, (_, n) => exceedance(n, n === 50 ? { peak: 1.9 } : {}));
    const { exceedances } = alarmReport([...duty.entries, ...records], oneDay);
    expect(exceedances).toMatchObject([
      { key, exceedances: 108, alarms: 26, events: 0, totalMs: 54 * minute, worstPeak: 1.9, limit: 1 },
    ]);
  });

  test('below a low limit the worst is the lowest; no number is none; events are counted beside', () => {
    const low = [{ peak: 0.9 }, { peak: 0.2 }, { peak: null }, { peak: 0.5 }].map((of, n) => exceedance(n, of));
    const events: EventEntry[] = (['active', 'normal', 'active'] as const).map((state, n) =>
      eventEntry(n, { key, state, time: start + n }),
    );
    const report = alarmReport([...low, ...events], oneDay);
    expect(report.exceedances).toMatchObject([{ exceedances: 4, worstPeak: 0.2, events: 2, alarms: 0 }]);
    expect(report.events).toBe(3);
    expect(alarmReport([exceedance(1, { peak: null })], oneDay).exceedances[0]?.worstPeak).toBeNull();
  });
});

describe('entries without a time and outside the period', () => {
  test('are counted apart, and still change what stands', () => {
    const duty = dutyOver(2);
    const [key, other] = keys(2) as [string, string];
    duty
      .is(key, true, 0)
      .is(other, true, hour)
      .is(key, false, 2 * hour)
      .acknowledges(key, 2 * hour + 1);
    const entries = duty.entries.map(
      (entry): ReportedEntry => (entry.instant >= 2 * hour ? { ...entry, time: Number.NaN } : entry),
    );
    const report = alarmReport(entries, { from: start, to: start + 2 * day });
    expect(report).toMatchObject({
      unlabelled: 2,
      load: { total: 2 },
      acknowledgement: { acknowledged: 1, medianMs: null },
    });
    expect(report.standing.alarms.map((one) => one.key)).toEqual([other]);
  });

  test('what came at or after the end is passed over', () => {
    const duty = dutyOver(1).is('r/d0/level/H', true, day);
    expect(alarmReport(duty.entries, oneDay)).toEqual(alarmReport([], oneDay));
  });
});

test('the parts of a report agree with one another, whatever happened', () => {
  const act = fc.record({
    key: fc.constantFrom(...keys(5)),
    afterMs: fc.integer({ min: 1, max: 20 * minute }),
    what: fc.constantFrom('on', 'off', 'acknowledge', 'shelve'),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), fc.nat(hour), (acts, fromMs) => {
      const duty = dutyOver(5);
      let at = 0;
      for (const { key, afterMs, what } of acts) {
        at += afterMs;
        if (what === 'on' || what === 'off') duty.is(key, what === 'on', at);
        else if (what === 'acknowledge') duty.tries(key, { act: 'acknowledge', comment: '' }, at);
        else duty.tries(key, { act: 'shelve', forMs: 30 * minute, reason: 'x' }, at);
      }
      const period = { from: start + fromMs, to: start + at + 1 + fromMs };
      const report = alarmReport(duty.entries, period);
      const called = duty.entries.filter(
        (entry): entry is AlarmEntry =>
          entry.kind === 'alarm' && entry.change === 'raised' && entry.isAnnunciated && entry.time >= period.from,
      ).length;
      const { load, priorities, topTen, acknowledgement } = report;
      expect(load.total).toBe(called);
      expect(priorities.reduce((sum, { count }) => sum + count, 0)).toBe(called);
      expect(topTen.alarms.reduce((sum, { count }) => sum + count, 0)).toBe(called);
      expect(load.slots.reduce((sum, slot) => sum + slot.low, 0)).toBe(called);
      expect(load.peak.value).toBeLessThanOrEqual(called);
      expect(load.peak.value).toBeGreaterThanOrEqual(Math.max(0, ...load.slots.map(({ low }) => low)));
      expect(acknowledgement.acknowledged + acknowledgement.waiting + acknowledgement.over).toBeLessThanOrEqual(
        called + load.announcedAgain,
      );
    }),
  );
});
