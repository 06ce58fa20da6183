import { describe, expect, test } from '@jest/globals';
import { type AlarmEntry, DeviceFault, NotConnected, Quality } from '../../../gateway/contract/index.js';
import { VirtualSite } from '../../support/virtual-site.js';

const minute = 60_000;
const hour = 60 * minute;

/** One link with a tank and a spare; what is wrong with it is set by the test. */
class Field {
  level = 50;
  trouble: 'none' | 'no link' | 'tank silent' | 'all silent' = 'none';
  readonly site = new VirtualSite({
    fill: (device, _phase, cells, into) => {
      if (this.trouble === 'no link') throw new NotConnected('cut');
      if (this.trouble === 'all silent' || (this.trouble === 'tank silent' && device === 'tank')) {
        throw new DeviceFault('no answer', Quality['bad-no-answer'], { answered: false });
      }
      cells.forEach((_, slot) => into.set(slot, this.level));
    },
  });

  async alarms(): Promise<AlarmEntry[]> {
    return (await this.site.entries()).flatMap((entry) => (entry.kind === 'alarm' ? [entry] : []));
  }

  async changes(kind: string): Promise<string[]> {
    return (await this.alarms()).filter(({ limitKind }) => limitKind === kind).map(({ change }) => change);
  }
}

interface Words {
  readonly high?: number;
  readonly settling?: string;
  readonly group?: string;
  readonly klass?: string;
}

const siteText = ({ high = 80, settling = 'none', group = 'slow', klass = 'process' }: Words = {}) => `version: 1
site: { id: works, timezone: "+08:00" }
profiles:
  tank:
    driver: counting
    poll: 1s
    groups: { ${group}: 5s }
    tags: { level: { cell: 0, unit: m }, depth: { cell: 1, unit: m, group: ${group} } }
links: { works: { driver: counting, devices: { tank: { profile: tank }, spare: { profile: tank } } } }
alarms: { settling: ${settling}, lostAfter: 5s }
rules:
  level:
    type: limits
    devices: [tank]
    tag: level
    H: ${high}
    ${klass === 'toxic' ? '' : 'offDelay: 1min'}
    alarm: { class: ${klass}, action: open the outlet }
  silent: { type: stale, devices: ["*"], tag: level, after: 30s }
journal: { folder: /journal }
box: { poll: 1h }
`;

const stop = (field: Field) => field.site.stop();

describe('over a start', () => {
  test('a delay does not end with nothing read: hours off and values that settle clear no alarm', async () => {
    const field = new Field();
    await field.site.boot(siteText({ settling: '2min' }));
    await field.site.pass(3 * minute);
    field.level = 95;
    await field.site.pass(10_000);
    field.level = 50;
    await field.site.pass(30_000);
    field.site.kill(8 * hour);
    field.level = 95;
    await field.site.boot(siteText({ settling: '2min' }));
    await field.site.pass(5 * minute);
    expect(await field.changes('H')).toEqual(['raised']);
    expect(field.site.view.alarms()).toMatchObject([{ kind: 'H', isAbnormal: true }]);
    await stop(field);
  });

  test('a kill and a changed site file lose no readings: nothing is called silent, an exceedance is whole', async () => {
    const field = new Field();
    await field.site.boot(siteText());
    await field.site.pass(680_000);
    field.level = 90;
    await field.site.pass(5000);
    field.site.kill();
    await field.site.boot(siteText({ high: 81 }));
    await field.site.pass(5000);
    field.level = 50;
    await field.site.pass(2 * minute);
    const entries = await field.site.entries();
    expect(entries.filter(({ kind }) => kind === 'event')).toEqual([]);
    const exceedances = entries.flatMap((entry) => (entry.kind === 'exceedance' ? [entry] : []));
    expect(exceedances).toMatchObject([{ peak: 90 }]);
    expect(exceedances[0]?.durationMs).toBeGreaterThanOrEqual(9000);
    expect(await field.changes('H')).toEqual(['raised', 'returned']);
    await stop(field);
  });

  test('a lost link that is back after a kill is back, also when the frame that told it lost is gone', async () => {
    const field = new Field();
    await field.site.boot(siteText({ klass: 'toxic' }));
    await field.site.pass(10_000);
    field.trouble = 'no link';
    await field.site.pass(1010);
    field.site.kill();
    field.trouble = 'none';
    await field.site.boot(siteText({ klass: 'toxic' }));
    await field.site.pass(minute);
    expect(field.site.view.alarms().filter(({ isAbnormal }) => isAbnormal)).toEqual([]);
    await stop(field);
  });

  test('a poll group that is gone does not keep its device answering for ever', async () => {
    const field = new Field();
    await field.site.boot(siteText());
    await field.site.pass(10_000);
    await stop(field);
    await field.site.boot(siteText({ group: 'lazy' }));
    await field.site.pass(10_000);
    field.trouble = 'tank silent';
    await field.site.pass(minute);
    expect(await field.changes('DEVICE')).toEqual(['raised']);
    await stop(field);
  });
});

describe('what blinds a dangerous-gas sensor', () => {
  test('is announced again though it was acknowledged while it came and went', async () => {
    const field = new Field();
    await field.site.boot(siteText({ klass: 'toxic' }));
    await field.site.pass(10_000);
    for (let turn = 0; turn < 3; turn += 1) {
      field.trouble = 'tank silent';
      await field.site.pass(5000);
      field.trouble = 'none';
      await field.site.pass(12_000);
    }
    const [standing] = field.site.view.alarms().filter(({ kind }) => kind === 'DEVICE');
    if (standing) {
      await field.site.settle(field.site.acts.alarm('li', standing.key, { act: 'acknowledge', comment: '' }));
    }
    field.trouble = 'tank silent';
    await field.site.pass(minute);
    const [device] = field.site.view.alarms();
    expect(device).toMatchObject({ kind: 'DEVICE', class: 'toxic', state: 'unacknowledged', isAnnunciated: true });
    expect(device?.shelveMaxMs).toBe(0);
    await stop(field);
  });

  test('is one alarm of the link when all devices fall silent', async () => {
    const field = new Field();
    await field.site.boot(siteText());
    await field.site.pass(10_000);
    field.trouble = 'all silent';
    await field.site.pass(minute);
    expect(field.site.view.alarms().map(({ kind }) => kind)).toEqual(['LINK']);
    await stop(field);
  });
});
