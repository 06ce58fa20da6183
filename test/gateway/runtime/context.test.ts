import { describe, expect, test } from '@jest/globals';
import { registries, siteLoader } from '../../../config/index.js';
import { loadStoredSite } from '../../../config/stored-site.js';
import { type AlarmEntry, type Entry, silentLog } from '../../../gateway/contract/index.js';
import { type ContextRequest, buildDate } from '../../../gateway/runtime/index.js';
import { Replay } from '../../../gateway/runtime/replay/replay.js';
import { countingDriver } from '../../prove/counting-driver.js';
import { VirtualSite } from '../../support/virtual-site.js';

const minute = 60_000;
const day = 86_400_000;
const zoneMs = 8 * 3_600_000;
/** Midnight at the site, a day or two after the release was built; the gateway starts ten minutes before. */
const midnight = Math.ceil(buildDate / day + 2) * day - zoneMs;
const start = midnight - 10 * minute;

/** The day of the site that was so many days before the start, or comes after it. */
const dayOf = (days: number): string => new Date(start + zoneMs + days * day).toISOString().slice(0, 10);

/** Weaners want 28 °C at first and 20 °C at the end: low is 4 K below that, by the day of the batch. */
const siteText = (more = '') => `version: 1
site: { id: farm, timezone: "+08:00" }
profiles:
  house:
    driver: counting
    poll: 10s
    tags: { temperature: { cell: 0, unit: °C }, level: { cell: 1, unit: m } }
    derived:
      corrected: { formula: "(temperature - context.zero) * context.span", unit: °C }
      storage: { curve: [[0, 0], [2, 10], [3, 40]], of: level, unit: m³ }
context:
  batch-start: { type: date, by: operator, description: first day of the batch }
  zero: { type: number, unit: °C, value: 0.5 }
  span: { type: number, value: 1 }
  batch: { type: text }
  setpoint: { type: number, unit: °C, value: 22 }
links: { house: { driver: counting, devices: { house-1: { profile: house } } } }
alarms: { settling: none }
rules:
  cold:
    type: limits
    devices: [house-1]
    tag: temperature
    L: { curve: [[0, 24], [40, 16]], over: { device: context, tag: batch-start } }
    alarm: { action: close the inlets, class: process }
  off-setpoint:
    type: deviation
    devices: [house-1]
    tag: temperature
    from: { device: context, tag: setpoint }
    above: 5
    maxAge: 3min
  hot-and-young:
    type: compound
    devices: [house-1]
    when: { all: [{ device: house-1, tag: temperature, above: 30 }, { device: context, tag: batch-start, below: 7 }] }
${more}journal: { folder: /journal }
box: { poll: 1h }
`;

class House {
  temperature = 20;
  level = 2.5;
  readonly site = new VirtualSite({
    startUtc: start,
    fill: (_device, _phase, cells, into) =>
      cells.forEach((cell, slot) => into.set(slot, cell === 0 ? this.temperature : this.level)),
  });

  static async booted(text = siteText()): Promise<House> {
    const house = new House();
    await house.site.boot(text);
    return house;
  }

  set(name: string, value: ContextRequest['value'], from?: number, reason = 'told by phone') {
    return this.site.settle(this.site.acts.setContext('li', { name, value, from, reason }));
  }

  async restart(offMs = 0): Promise<void> {
    await this.site.stop(offMs);
    await this.site.boot(siteText());
  }

  value(tag: string, device = 'house-1') {
    const found = this.site.view.values(device).find((one) => one.tag === tag);
    return [found?.value, found?.quality];
  }

  item(name: string) {
    return this.site.view.context().find((one) => one.name === name);
  }

  async lows(): Promise<AlarmEntry['change'][]> {
    return (await this.site.entries()).flatMap((one) => (one.kind === 'alarm' ? [one.change] : []));
  }
}

describe('the day of the batch', () => {
  test('20 °C is low on day 2 and fine on day 40', async () => {
    const young = await House.booted();
    await young.set('batch-start', dayOf(-2));
    await young.site.pass(minute);
    expect(await young.lows()).toEqual(['raised']);
    expect(young.item('batch-start')?.number).toBeCloseTo(3 - 9 / 1440, 3);
    await young.site.stop();

    const old = await House.booted();
    await old.set('batch-start', dayOf(-40));
    await old.site.pass(minute);
    expect(await old.lows()).toEqual([]);
    await old.site.stop();
  });

  test('goes on by itself: what was low at first no longer is', async () => {
    const house = await House.booted();
    await house.set('batch-start', dayOf(-19));
    await house.site.pass(9 * minute);
    expect(await house.lows()).toEqual(['raised']);
    // 24 − 8/40 a day: at 20 °C it is over once 20 days have passed, at midnight.
    await house.site.pass(3 * minute);
    expect(await house.lows()).toEqual(['raised', 'returned']);
    await house.site.stop();
  });

  test('before anybody has said it there is no limit, and no number', async () => {
    const house = await House.booted();
    await house.site.pass(minute);
    expect(await house.lows()).toEqual([]);
    expect(house.value('batch-start', 'context')).toEqual([null, 'bad-waiting']);
    await house.site.stop();
  });

  test('is whole at midnights of the site', async () => {
    const house = await House.booted();
    await house.set('batch-start', dayOf(0));
    await house.site.pass(10 * minute);
    const [days] = house.value('batch-start', 'context') as [number, string];
    // It is told once a minute.
    expect(days).toBeGreaterThan(1 - 1 / 1440);
    expect(days).toBeLessThanOrEqual(1);
    await house.site.stop();
  });
});

test('a limit computed from it moves when somebody sets it', async () => {
  const house = await House.booted(
    siteText('  warm: { type: limits, devices: [house-1], tag: temperature, H: { formula: context.setpoint + 3 } }\n'),
  );
  const warm = async () =>
    (await house.site.entries()).flatMap((one) =>
      one.kind === 'event' && one.key.startsWith('warm/') ? [[one.state, one.limit]] : [],
    );
  house.temperature = 24;
  await house.site.pass(minute);
  expect(await warm()).toEqual([]);
  await house.set('setpoint', 20);
  await house.site.pass(minute);
  expect(await warm()).toEqual([['active', 23]]);
  await house.site.stop();
});

describe('a calibration that is due', () => {
  const due = `  due: { type: limits, devices: [context], tag: batch-start, H: 15 }\n`;

  test('is an event once its days are over, by itself, and over when somebody has calibrated', async () => {
    const house = await House.booted(siteText(due));
    await house.set('batch-start', dayOf(-14));
    const events = async () =>
      (await house.site.entries()).flatMap((one) => (one.kind === 'event' ? [[one.key, one.state]] : []));
    await house.site.pass(5 * minute);
    expect(await events()).toEqual([]);
    await house.site.pass(8 * minute);
    expect(await events()).toEqual([['due/context/batch-start/H', 'active']]);
    await house.set('batch-start', dayOf(1), undefined, 'bumped with 2 % CH4');
    await house.site.pass(minute);
    expect((await events()).at(-1)).toEqual(['due/context/batch-start/H', 'normal']);
    await house.site.stop();
  });
});

describe('what people say', () => {
  test('is journaled with who and why, audited, and stays over a restart and a kill', async () => {
    const house = await House.booted();
    await house.set('batch-start', dayOf(-2), undefined, 'weaners came');
    await house.set('batch', 'B-2026-11');
    const entries = await house.site.entries();
    expect(entries.filter(({ kind }) => kind === 'context')).toMatchObject([
      { name: 'batch-start', value: dayOf(-2), revision: 1, who: 'li', reason: 'weaners came' },
      { name: 'batch', value: 'B-2026-11', revision: 1 },
    ]);
    const audited = entries.flatMap((one) => (one.kind === 'audit' && one.action === 'context set' ? [one] : []));
    expect(audited.map(({ who, detail }) => [who, (detail as { name: string }).name])).toEqual([
      ['li', 'batch-start'],
      ['li', 'batch'],
    ]);
    await house.restart();
    expect(house.item('batch-start')).toMatchObject({ value: dayOf(-2), revision: 1, who: 'li' });
    await house.site.pass(1000);
    house.site.kill();
    await house.site.boot(siteText());
    expect(house.value('batch', 'context')).toEqual(['B-2026-11', 'good']);
    await house.site.stop();
  });

  test('of tomorrow holds tomorrow, also when the box was off at that moment', async () => {
    const house = await House.booted();
    await house.set('zero', 2, midnight);
    await house.site.pass(5 * minute);
    expect(house.value('corrected')).toEqual([19.5, 'good']);
    expect(house.item('zero')).toMatchObject({ value: 0.5, revision: 0, plans: [{ value: 2, revision: 1 }] });
    await house.restart(3 * minute);
    await house.site.pass(minute);
    expect(house.value('corrected')).toEqual([19.5, 'good']);
    await house.restart(3 * minute);
    await house.site.pass(minute);
    expect(house.value('corrected')).toEqual([18, 'good']);
    expect(house.item('zero')).toMatchObject({ value: 2, revision: 1, plans: [] });
    await house.site.stop();
  });

  test('of the past corrects the past alone where something later holds', async () => {
    const house = await House.booted();
    await house.set('zero', 1, start - day);
    await house.set('zero', 3, start - 5 * day);
    expect(house.item('zero')).toMatchObject({ value: 1, revision: 1 });
    await house.set('zero', 1.5, start - day);
    expect(house.item('zero')).toMatchObject({ value: 1.5, revision: 3 });
    await house.restart();
    expect(house.item('zero')).toMatchObject({ value: 1.5, revision: 3 });
    await house.site.stop();
  });

  test('nothing: what hangs on it has no number, rather than one of before', async () => {
    const house = await House.booted();
    await house.set('zero', null);
    await house.site.pass(minute);
    expect(house.value('corrected')).toEqual([null, 'bad-formula']);
    await house.site.stop();
  });

  test.each([
    ['zero', 'warm', undefined, /is a number/],
    ['batch-start', '2026-06-31', undefined, /is a day/],
    ['batch-start', 12, undefined, /is a day/],
    ['batch', '', undefined, /is a text/],
    ['nobody', 1, undefined, /no such value/],
    ['zero', 1, Number.NaN, /between 1970 and 2100/],
  ])('refuses %s: %s', async (name, value, from, words) => {
    const house = await House.booted();
    expect((await house.set(name, value, from))?.en).toMatch(words);
    expect((await house.site.entries()).filter(({ kind }) => kind === 'context')).toEqual([]);
    await house.site.stop();
  });

  test('cannot be planned without end, nor while nobody knows the time', async () => {
    const house = await House.booted();
    for (let plan = 1; plan <= 8; plan += 1) expect(await house.set('zero', plan, start + plan * day)).toBeUndefined();
    expect((await house.set('zero', 9, start + 9 * day))?.en).toMatch(/8 changes of it are planned/);
    expect(await house.set('zero', 9, start + 8 * day)).toBeUndefined();
    expect(house.item('zero')?.plans.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, 6, 7, 9]);
    await house.site.stop();
    await house.site.boot(siteText('clock: { source: operator }\n'));
    expect((await house.set('zero', 1))?.en).toMatch(/set the clock first/);
    await house.site.stop();
  });
});

test('is compared with, and asked for in conditions, as any other tag', async () => {
  const house = await House.booted();
  const active = () =>
    house.site.view
      .activeConditions()
      .map(({ key }) => key.split('/')[0] ?? '')
      .sort((a, b) => (a < b ? -1 : 1));
  house.temperature = 31;
  await house.set('batch-start', dayOf(-40));
  await house.site.pass(5 * minute);
  expect(active()).toEqual(['off-setpoint']);
  await house.set('setpoint', 30);
  await house.set('batch-start', dayOf(-2));
  await house.site.pass(minute);
  expect(active()).toEqual(['hot-and-young']);
  await house.site.stop();
});

describe('a table', () => {
  test('gives storage within it and nothing beyond', async () => {
    const house = await House.booted();
    await house.site.pass(minute);
    expect(house.value('storage')).toEqual([25, 'good']);
    house.level = 3.01;
    await house.site.pass(minute);
    expect(house.value('storage')).toEqual([null, 'bad-formula']);
    await house.site.stop();
  });
});

const isJudged = ({ kind }: Entry): boolean => kind === 'alarm' || kind === 'event' || kind === 'exceedance';

test('a replay sees what the rules saw: a batch changed in between, a restart, a plan', async () => {
  const house = await House.booted();
  await house.set('batch-start', dayOf(-40));
  await house.site.pass(5 * minute);
  await house.set('batch-start', dayOf(-1));
  await house.site.pass(5 * minute);
  await house.set('batch-start', dayOf(-30), start + 25 * minute);
  await house.restart();
  await house.site.pass(20 * minute);
  house.temperature = 12;
  await house.site.pass(5 * minute);
  await house.restart(minute);
  await house.site.pass(5 * minute);
  await house.restart();
  const live = (await house.site.entries()).filter(isJudged);
  const counting = countingDriver(() => undefined);
  const known = { ...registries, drivers: { ...registries.drivers, counting } } as unknown as typeof registries;
  const again: Entry[] = [];
  const replay = new Replay({
    journal: house.site.gateway.journal,
    registries: known,
    siteOf: async (files) => (await loadStoredSite(siteLoader(known), files)).site,
    note: (entry) => again.push(entry),
    log: silentLog,
  });
  await house.site.settle(house.site.gateway.journal.flushed());
  await replay.run();
  await house.site.stop();
  expect(live.map((entry) => 'change' in entry && entry.change).filter(Boolean)).toEqual([
    'raised',
    'returned',
    'raised',
  ]);
  expect(again.map((entry) => JSON.stringify(entry))).toEqual(live.map((entry) => JSON.stringify(entry)));
});
