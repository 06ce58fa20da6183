import { describe, expect, test } from '@jest/globals';
import { type AlarmEntry, NotConnected, Quality } from '../../../gateway/contract/index.js';
import { VirtualSite } from '../../support/virtual-site.js';

const minute = 60_000;

/** What the field gives each cell; a device that is cut off is not reached. */
class Field {
  readonly cells: Record<number, number> = { 0: 50, 1: 1, 2: 2 };
  isCut = false;
  readonly site: VirtualSite;

  constructor(startUtc?: number) {
    this.site = new VirtualSite({
      ...(startUtc !== undefined && { startUtc }),
      fill: (_device, _phase, cells, into) => {
        if (this.isCut) throw new NotConnected('cut');
        cells.forEach((cell, slot) => into.set(slot, this.cells[cell] ?? 0));
      },
    });
  }

  async changes(key?: string): Promise<string[]> {
    return (await this.alarms()).filter((one) => key === undefined || one.key === key).map(({ change }) => change);
  }

  async alarms(): Promise<AlarmEntry[]> {
    return (await this.site.entries()).flatMap((entry) => (entry.kind === 'alarm' ? [entry] : []));
  }
}

interface Words {
  readonly rule?: string;
  readonly device?: string;
  readonly more?: string;
  readonly formerly?: string;
  readonly deviceFormerly?: string;
}

const siteText = ({ rule = 'level', device = 'tank', more = '', formerly = '', deviceFormerly = '' }: Words = {}) =>
  `version: 1
site: { id: works, timezone: "+08:00" }
profiles:
  tank: { driver: counting, poll: 1s, tags: { level: { cell: 0, unit: m }, running: { cell: 1, unit: "" }, gas: { cell: 2, unit: ppm } } }
links: { works: { driver: counting, devices: { ${device}: { profile: tank${deviceFormerly} }, spare: { profile: tank } } } }
alarms: { settling: none, lostAfter: 5s }
rules:
  ${rule}: { type: limits, devices: [${device}], tag: level, H: 80, alarm: { action: open the outlet${more} }${formerly} }
journal: { folder: /journal }
box: { poll: 1h }
`;

async function raised(): Promise<Field> {
  const field = new Field();
  await field.site.boot(siteText());
  await field.site.pass(2500);
  field.cells[0] = 90;
  await field.site.pass(2000);
  return field;
}

const acknowledge = (field: Field, key: string) =>
  field.site.settle(field.site.acts.alarm('li', key, { act: 'acknowledge', comment: 'seen' }));

describe('an alarm of a running site', () => {
  test('is raised once, acknowledged by a person, and over when its condition is', async () => {
    const field = await raised();
    await acknowledge(field, 'level/tank/level/H');
    expect(field.site.view.alarms()).toMatchObject([
      { state: 'acknowledged', acknowledged: { who: 'li', comment: 'seen' } },
    ]);
    field.cells[0] = 50;
    await field.site.pass(2000);
    expect(await field.changes()).toEqual(['raised', 'acknowledged', 'returned']);
    expect(field.site.view.alarms()).toEqual([]);
    await field.site.stop();
  });

  test('goes on acknowledged over a restart and over a kill', async () => {
    const field = await raised();
    await acknowledge(field, 'level/tank/level/H');
    await field.site.stop();
    await field.site.boot(siteText());
    await field.site.pass(1000);
    field.site.kill();
    await field.site.boot(siteText());
    await field.site.pass(3000);
    expect(field.site.view.alarms()).toMatchObject([{ state: 'acknowledged', acknowledged: { who: 'li' } }]);
    expect(await field.changes()).toEqual(['raised', 'acknowledged']);
    await field.site.stop();
  });

  test('goes on under another name of its rule and its device, as acknowledged as it was', async () => {
    const field = await raised();
    await acknowledge(field, 'level/tank/level/H');
    await field.site.stop();
    const formerly = ', formerly: [level]';
    const deviceFormerly = ', formerly: [tank]';
    await field.site.boot(siteText({ rule: 'tank-level', device: 'tank-1', formerly, deviceFormerly }));
    await field.site.pass(3000);
    const now = 'tank-level/tank-1/level/H';
    expect(field.site.view.alarms()).toMatchObject([{ key: now, state: 'acknowledged' }]);
    field.cells[0] = 50;
    await field.site.pass(2000);
    expect(await field.changes(now)).toEqual(['renamed', 'returned']);
    await field.site.stop();
  });

  test('is closed, with the configuration as its cause, when its rule is gone', async () => {
    const field = await raised();
    await field.site.stop();
    await field.site.boot(siteText({ rule: 'other' }));
    await field.site.pass(2000);
    const last = (await field.alarms()).filter(({ key }) => key === 'level/tank/level/H').at(-1);
    expect(last).toMatchObject({ change: 'closed', cause: { configuration: field.site.gateway.site.hash } });
    await field.site.stop();
  });

  test('keeps its state through an outage of the link, and says since when it is not known', async () => {
    const field = await raised();
    field.isCut = true;
    await field.site.pass(20_000);
    const [lost, level] = field.site.view.alarms();
    expect(lost).toMatchObject({ kind: 'LINK', priority: 'medium', covers: 3 });
    expect(level).toMatchObject({ state: 'unacknowledged' });
    expect(level?.lastKnownMs).toBeGreaterThanOrEqual(18_000);
    await field.site.stop();
  });
});

describe('an exceedance that goes on when its rule is removed', () => {
  const exceedances = async (field: Field) =>
    (await field.site.entries()).flatMap((entry) => (entry.kind === 'exceedance' ? [entry] : []));

  test('is told as far as it had come, with the configuration that cut it', async () => {
    const field = await raised();
    field.cells[0] = 95;
    await field.site.pass(10_000);
    expect(await exceedances(field)).toEqual([]);
    await field.site.stop();
    await field.site.boot(siteText({ rule: 'other' }));
    await field.site.pass(2000);
    const [told, ...more] = await exceedances(field);
    expect(told).toMatchObject({ key: 'level/tank/level/H', peak: 95, limit: 80, cutBy: field.site.gateway.site.hash });
    expect(told?.durationMs).toBeGreaterThanOrEqual(10_000);
    expect(more).toEqual([]);
    await field.site.stop();
    await field.site.boot(siteText({ rule: 'other' }));
    await field.site.pass(2000);
    // The new rule found the level beyond its own limit: that one goes on.
    expect(await exceedances(field)).toHaveLength(1);
    await field.site.stop();
  });

  test('is told with its true peak also when a kill came before the rule was removed', async () => {
    const field = await raised();
    // What rules remember is journaled each ten minutes: the peak comes after that.
    await field.site.pass(10 * minute);
    field.cells[0] = 99;
    await field.site.pass(minute);
    field.cells[0] = 92;
    await field.site.pass(minute);
    field.site.kill();
    await field.site.boot(siteText({ rule: 'other' }));
    await field.site.pass(2000);
    const [told, ...more] = await exceedances(field);
    expect(told).toMatchObject({ key: 'level/tank/level/H', peak: 99, cutBy: field.site.gateway.site.hash });
    expect(told?.durationMs).toBeGreaterThan(11 * minute);
    expect(more).toEqual([]);
    await field.site.stop();
  });

  test('is not told again after a kill, also when the rule has another name now', async () => {
    const field = await raised();
    field.cells[0] = 50;
    await field.site.pass(3000);
    expect(await exceedances(field)).toHaveLength(1);
    field.site.kill();
    await field.site.boot(siteText({ rule: 'other', formerly: ', formerly: [level]' }));
    await field.site.pass(3000);
    expect(await exceedances(field)).toHaveLength(1);
    await field.site.stop();
  });

  test('is not cut when the rule has another name now', async () => {
    const field = await raised();
    await field.site.stop();
    await field.site.boot(siteText({ rule: 'other', formerly: ', formerly: [level]' }));
    await field.site.pass(2000);
    field.cells[0] = 50;
    await field.site.pass(2000);
    const told = await exceedances(field);
    expect(told.map(({ key, cutBy }) => [key, cutBy])).toEqual([['other/tank/level/H', undefined]]);
    expect(told[0]?.readings).toBeGreaterThanOrEqual(4);
    await field.site.stop();
  });
});

describe('a rule that is tried out', () => {
  test('is recorded and calls nobody until the day it names', async () => {
    // Ten minutes before midnight of the site.
    const field = new Field(Date.UTC(2026, 10, 25, 15, 50));
    await field.site.boot(siteText({ formerly: ', shadow: 2026-11-26' }));
    await field.site.pass(1500);
    field.cells[0] = 90;
    await field.site.pass(2000);
    expect(field.site.view.alarms()).toMatchObject([
      { isAbnormal: true, isAnnunciated: false, state: 'out-of-service' },
    ]);
    await field.site.pass(11 * minute);
    expect(field.site.view.alarms()).toMatchObject([{ isAnnunciated: true, state: 'unacknowledged' }]);
    await field.site.stop();
  });
});

describe('suppression by design', () => {
  test('silences while its condition holds, and no longer than it may', async () => {
    const field = new Field();
    await field.site.boot(siteText({ more: ', suppress: { when: { tag: running, is: 0 }, max: 5min }' }));
    await field.site.pass(1500);
    field.cells[1] = 0;
    await field.site.pass(2000);
    field.cells[0] = 90;
    await field.site.pass(2000);
    expect(field.site.view.alarms()).toMatchObject([{ state: 'suppressed', isAbnormal: true, isAnnunciated: false }]);
    await field.site.pass(5 * minute);
    expect(field.site.view.alarms()).toMatchObject([{ state: 'unacknowledged', isAnnunciated: true }]);
    expect(await field.changes('level/tank/level/H')).toEqual(['suppressed', 'raised', 'unsuppressed']);
    await field.site.stop();
  });

  test('goes on, and ends when it would have, under another name of its rule and its device', async () => {
    const field = new Field();
    const more = ', suppress: { when: { tag: running, is: 0 }, max: 5min }';
    await field.site.boot(siteText({ more }));
    await field.site.pass(1500);
    field.cells[1] = 0;
    field.cells[0] = 90;
    await field.site.pass(2 * minute);
    await field.site.stop();
    const renamed = { rule: 'tank-level', device: 'tank-1', formerly: ', formerly: [level]' };
    await field.site.boot(siteText({ ...renamed, more, deviceFormerly: ', formerly: [tank]' }));
    await field.site.pass(2 * minute);
    const now = 'tank-level/tank-1/level/H';
    expect(field.site.view.alarms()).toMatchObject([
      { key: now, state: 'suppressed', suppression: { by: 'tank-level/suppress/tank-1/CONDITION' } },
    ]);
    await field.site.pass(minute + 2000);
    expect(await field.changes(now)).toEqual(['renamed', 'unsuppressed']);
    await field.site.stop();
  });
});

describe('maintenance', () => {
  const work = { mode: 'maintenance', device: 'tank', tag: null, forMs: 30 * minute, reason: 'new seal' } as const;
  const begin = (field: Field) => field.site.settle(field.site.acts.beginMode('chen', work, () => true));

  test('marks values, keeps recording, silences its own alarms, and ends by itself', async () => {
    const field = await raised();
    expect(await begin(field)).toBeUndefined();
    await field.site.pass(2000);
    const level = field.site.view.values('tank').find(({ tag }) => tag === 'level');
    expect(level).toMatchObject({ value: 90, quality: 'uncertain-function-check' });
    const silent = field.site.view.alarms().map(({ kind, state, isAbnormal }) => [kind, state, isAbnormal]);
    expect(silent).toEqual([
      ['H', 'out-of-service', true],
      ['DEVICE', 'out-of-service', false],
    ]);
    await field.site.pass(30 * minute);
    expect(field.site.view.modes()).toEqual([]);
    expect(field.site.view.alarms()).toMatchObject([{ state: 'unacknowledged' }]);
    const modes = (await field.site.entries()).flatMap((entry) => (entry.kind === 'mode' ? [entry.change] : []));
    expect(modes).toEqual(['began', 'ending', 'ended']);
    await field.site.stop();
  });

  test('ends in a power cut, by the clock on the wall', async () => {
    const field = await raised();
    await begin(field);
    await field.site.pass(1000);
    field.site.kill(45 * minute);
    await field.site.boot(siteText());
    await field.site.pass(3000);
    expect(field.site.view.modes()).toEqual([]);
    expect(field.site.view.alarms()).toMatchObject([{ state: 'unacknowledged' }]);
    await field.site.stop();
  });

  test('goes on under another name of its device', async () => {
    const field = await raised();
    await begin(field);
    await field.site.stop();
    await field.site.boot(siteText({ device: 'tank-1', deviceFormerly: ', formerly: [tank]' }));
    await field.site.pass(3000);
    expect(field.site.view.modes()).toMatchObject([{ device: 'tank-1', reason: 'new seal' }]);
    expect(field.site.view.values('tank-1')[0]?.quality).toBe('uncertain-function-check');
    await field.site.pass(30 * minute);
    expect(field.site.view.modes()).toEqual([]);
    await field.site.stop();
    await field.site.boot(siteText({ device: 'tank-1', deviceFormerly: ', formerly: [tank]' }));
    expect(field.site.view.modes()).toEqual([]);
    await field.site.stop();
  });

  test('never takes the whole site, and says why it refuses', async () => {
    const field = await raised();
    await begin(field);
    const refusal = await field.site.settle(
      field.site.acts.beginMode('chen', { ...work, device: 'spare' }, () => true),
    );
    expect(refusal?.en).toContain('never the whole site');
    expect(field.site.view.values('spare')[0]?.quality).toBe('good');
    expect(Quality['uncertain-function-check']).toBeLessThan(128);
    await field.site.stop();
  });
});
