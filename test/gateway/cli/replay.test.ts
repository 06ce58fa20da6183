import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { csvRows } from '../../../gateway/cli/replay/csv-rows.js';
import { replayTable } from '../../../gateway/cli/replay/replay-table.js';
import { replayText } from '../../../gateway/cli/replay/replay-text.js';
import { type Replayed, ratePerHour, replayedJson } from '../../../gateway/cli/replay/replayed.js';
import { tuneJson, tuneText } from '../../../gateway/cli/replay/tune-text.js';
import { textWidth } from '../../../gateway/cli/text-width.js';
import { advise, type Occurrence, type TunableAlarm } from '../../../gateway/runtime/index.js';
import { scratchFolder } from '../../support/scratch.js';
import { sluice } from './sluice.js';
import { toldCli } from './told-cli.js';

const minute = 60_000;
const start = Date.UTC(2026, 10, 21, 12);

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await scratchFolder()));
afterAll(() => remove());

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const siteText = (rule: string): string => `version: 1
site: { id: face, timezone: "+08:00" }
profiles: { ch4: { driver: modbus, poll: 30s, tags: { methane: { register: holding 0, type: int16, scale: 0.1, resolution: 0.1, unit: "%", range: [0, 4] } } } }
links: { bus: { driver: modbus, address: "tcp://127.0.0.1:1", devices: { face: { profile: ch4, unit: 1 } } } }
rules: { gas: { type: limits, devices: [face], tag: methane, ${rule}, alarm: { action: { en: cut the power, zh: 断电 }, severity: severe } } }
`;

const occurrence = (facts: Partial<Occurrence> = {}): Occurrence => ({
  key: 'gas/face/methane/HH',
  device: 'face',
  tag: 'methane',
  kind: 'HH',
  priority: 'high',
  message: { en: 'methane high-high', zh: '甲烷高高限' },
  unit: '%',
  value: 1.2,
  limit: 1,
  raised: { instant: 1000, time: start },
  returned: { instant: 91_000, time: start + 90_000 },
  activationsMin: 1,
  isSilent: false,
  ...facts,
});

const replayed = (facts: Partial<Replayed> = {}): Replayed => ({
  judged: 12_000,
  isTable: false,
  isRelative: false,
  isGrowing: false,
  unjudged: 0,
  notJudged: [],
  blind: [],
  remarks: undefined,
  heldMaxMs: undefined,
  from: start,
  to: start + 120 * minute,
  operators: 1,
  alarms: [],
  against: { file: undefined, count: 0, added: [], gone: [] },
  ...facts,
});

describe('what a replay found', () => {
  const added = occurrence({ key: 'gas/face/methane/H', priority: 'low', returned: null, value: null });
  const silent = occurrence({ isSilent: true, activationsMin: 7 });
  const gone = occurrence({ raised: { instant: 5000, time: null } });
  const found = replayed({
    alarms: [occurrence(), added, silent],
    isGrowing: true,
    unjudged: 1,
    against: { file: undefined, count: 3, added: [added], gone: [gone] },
  });

  test('is told alarm by alarm: when, for how long, new or gone', () => {
    const text = replayText(toldCli('en', 160), found, '+08:00');
    expect(text).toContain('Judged: 12000 frames, 2026-11-21 20:00:00 +08:00 to 2026-11-21 22:00:00 +08:00 (2 h).');
    expect(text).toContain('its last ten seconds are left out');
    expect(text).toContain('Not judged: 1 starts');
    expect(text).toContain('3 alarms, 1 an operator-hour.\nOf these 1 called nobody');
    expect(text).toContain('Against what was journaled (3): 1 new, 1 gone.');
    expect(text).toMatch(
      / 2026-11-21 20:00:00 \+08:00 {2}1\.5 min {7}HIGH {2}gas\/face\/methane\/HH {2}1\.2 %, limit 1 %\n/,
    );
    expect(text).toMatch(/still stands {2}LOW {3}gas\/face\/methane\/H +NEW\n/);
    expect(text).toMatch(/gas\/face\/methane\/HH {2}1\.2 %, limit 1 % {2}at least 7 times, called nobody/);
    expect(text).toMatch(/Gone: these came, and would not have come:\n {2}time not known {2}1\.43 min/);
  });

  test('is told in Chinese to those who read Chinese', () => {
    const text = replayText(toldCli('zh', 160), found, '+08:00');
    expect(text).toContain('与日志所记（3 个）相比：新增 1 个，消失 1 个。');
    expect(text).toMatch(/仍成立 {3}低 {2}.*新增/);
  });

  test('is told by alarm where they are many', () => {
    const alarms = Array.from({ length: 50 }, (_, index) =>
      occurrence(index % 10 === 0 ? { key: 'b', priority: 'low' } : {}),
    );
    const text = replayText(toldCli(), replayed({ alarms, against: undefined, operators: 2 }), '+08:00');
    expect(text).toContain('50 alarms, 12.5 an operator-hour.');
    expect(text).toMatch(
      / 45 × {2}HIGH {2}gas\/face\/methane\/HH {2}in all 1\.13 h {3}longest 1\.5 min\n {3}5 × {2}LOW/,
    );
  });

  test('says from when to when it is blind, in both languages and to programs', () => {
    const at = (minutes: number | null) =>
      minutes === null ? null : { instant: 0, time: minutes < 0 ? null : start + minutes * minute };
    const damaged = replayed({
      blind: [
        { lane: 'samples', records: 120, from: at(10), to: at(12) },
        { lane: 'alarms', records: 3, from: at(null), to: at(-1) },
      ],
    });
    const text = replayText(toldCli('en', 1000), damaged, '+08:00');
    expect(text).toContain(
      'BLIND from 2026-11-21 20:10:00 +08:00 to 2026-11-21 20:12:00 +08:00: 120 frames are damaged',
    );
    expect(text).toContain('DAMAGED from the beginning to time not known: 3 entries');
    expect(replayText(toldCli('zh', 1000), damaged, '+08:00')).toContain(
      '盲区：2026-11-21 20:10:00 +08:00 至 2026-11-21 20:12:00 +08:00，磁盘上有 120 帧已损坏',
    );
    expect(replayedJson(damaged).blind).toEqual([
      { lane: 'samples', records: 120, from: '2026-11-21T12:10:00.000Z', to: '2026-11-21T12:12:00.000Z' },
      { lane: 'alarms', records: 3, from: null, to: null },
    ]);
    const many = replayed({ blind: Array.from({ length: 8 }, () => damaged.blind[0] as (typeof damaged.blind)[0]) });
    expect(replayText(toldCli('en', 1000), many, '+08:00')).toContain('… and 3 more stretches of damage');
  });

  test('of no time has no rate', () => {
    expect(ratePerHour(replayed({ from: null, to: null }))).toBeUndefined();
    expect(replayText(toldCli(), replayed({ from: null, to: null }), '+08:00')).toContain(
      'of a time that is not known',
    );
  });
});

describe('a recorded table', () => {
  const read = async (
    content: string | Uint8Array,
    times: Parameters<typeof csvRows>[1]['times'] = { everyMs: 1000 },
  ) =>
    (
      await csvRows(toldCli(), {
        file: await file('table.csv', content),
        tags: new Map([['甲烷', { name: 'methane', type: 'number' }]]),
        times,
        zone: '+08:00',
        isThinned: false,
      })
    ).rows;

  test('is read with comma, semicolon or tab, in UTF-8 or as Chinese spreadsheets write it', async () => {
    const rows = [
      { time: 0, values: { methane: 1.3 } },
      { time: 1000, values: { methane: Number.NaN } },
      { time: 2000, values: { methane: 0.9 } },
    ];
    expect(await read('\ufeffn,甲烷\r\n1,1.3\r\n2,\r\n3,0.9\r\n\r\n')).toEqual(rows);
    expect(await read('n;甲烷\n1;1,3\n2;--\n3;0,9\n')).toEqual(rows);
    expect(await read('n\t甲烷\n1\t1.3\n2\tx\n3\t0.9')).toEqual(rows);
    // 甲烷 in GBK.
    const gbk = Buffer.concat([
      Buffer.from('n,'),
      Buffer.from([0xbc, 0xd7, 0xcd, 0xe9]),
      Buffer.from('\n1,1.3\n2,\n3,0.9\n'),
    ]);
    expect(await read(gbk)).toEqual(rows);
  });

  test('may bring its own times: of the site, with a zone, or since 1970', async () => {
    const times = { column: '时间' };
    const time = async (cell: string) => (await read(`时间,甲烷\n${cell},1\n`, times))[0]?.time;
    expect(await time('2026-11-21 20:00:30')).toBe(start + 30_000);
    expect(await time('2026/11/21 20:00')).toBe(start);
    expect(await time('2026-11-21T12:00:00Z')).toBe(start);
    expect([await time(String(start)), await time(String(start / 1000))]).toEqual([start, start]);
    // What InfluxDB exports, unless asked for something else: nanoseconds.
    expect([await time(`${start}000000`), await time(`${start}000`)]).toEqual([start, start]);
  });

  test.each([
    ['时间,甲烷\nnoon,1\n', 'line 2: `noon` is no time'],
    ['时间,甲烷\n2026-11-21 20:00,1\n2026-11-21 19:00,1\n', 'line 3: the time goes back'],
    ['时间,CH4\n2026-11-21 20:00,1\n', 'no column `甲烷`; it has: 时间, CH4'],
    ['时间,甲烷\n', 'has no rows'],
    ['时间,甲烷\n"2026,1\n', 'cannot be read'],
  ])('%j is told with its place', async (content, words) => {
    await expect(read(content, { column: '时间' })).rejects.toMatchObject({
      message: expect.stringContaining(words),
      exitCode: 2,
    });
  });

  test('is judged by the rules of a site, and held against those of another', async () => {
    const csv = await file('week.csv', `CH4\n${[1.3, 0.9, 1.1, 0.8, 1.6, 0.7].join('\n')}\n`);
    const site = await file('site.yaml', siteText('HH: 1.0'));
    const rules = await file('new.yaml', siteText('HH: 1.5, H: 0.9'));
    const options = { csv, site, device: 'face', column: ['CH4=methane'], every: '30s', operators: 1 };
    const { replayed: own } = await replayTable(toldCli(), options);
    expect(own).toMatchObject({ judged: 6, from: 0, to: 150_000, isRelative: true, against: undefined });
    expect(own.alarms.map(({ raised, returned }) => [raised.time, returned?.time])).toEqual([
      [0, 30_000],
      [60_000, 90_000],
      [120_000, 150_000],
    ]);
    const { replayed: other, zone } = await replayTable(toldCli(), { ...options, rules });
    const text = replayText(toldCli('en', 120), other, zone);
    expect(text).toContain(`Against the rules of ${site} (3): 2 new, 2 gone.`);
    expect(text).toMatch(/\+0:02:00 {2}30 s +HIGH {2}gas\/face\/methane\/HH +1\.6 %, limit 1\.5 %\n/);
  });

  test('is not judged without its columns, device and times', async () => {
    const csv = await file('short.csv', 'CH4\n1\n');
    const site = await file('site.yaml', siteText('HH: 1.0'));
    const whole = { csv, site, device: 'face', column: ['CH4=methane'], every: '30s', operators: 1 };
    const { device: _, ...noDevice } = whole;
    const { every: __, ...noTimes } = whole;
    const wrong = [
      [noDevice, 'Which columns?'],
      [{ ...whole, column: ['CH4'] }, '`CH4` is no HEADER=TAG'],
      [{ ...whole, column: ['CH4=dust'] }, 'no tag `dust`; it has: methane'],
      [{ ...whole, device: 'roof' }, 'no device `roof`'],
      [noTimes, 'When was each row?'],
      [{ ...whole, time: 'CH4' }, 'When was each row?'],
      [{ ...whole, every: 'often' }, '`often` is no duration'],
    ] as const;
    for (const [options, words] of wrong) {
      await expect(replayTable(toldCli(), options)).rejects.toMatchObject({ message: expect.stringContaining(words) });
    }
  });

  test('is judged by the command', async () => {
    const csv = await file('week.csv', `CH4\n${[1.3, 0.9, 1.1, 0.8].join('\n')}\n`);
    const site = await file('site.yaml', siteText('HH: 1.0'));
    const words = ['--csv', csv, '--site', site, '--device', 'face', '--column', 'CH4=methane', '--every', '30s'];
    const { code, out } = await sluice(['replay', ...words, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ isTable: true, judged: 4, alarms: [{ forMs: 30_000, isNew: null }, {}] });
  });
});

describe('what a tuning found', () => {
  const flicker = Array.from({ length: 400 }, (_, index) => (index % 200 < 60 ? 1 - (index % 2) * 0.1 : 0.5));
  const series = {
    instants: Float64Array.from(flicker, (_, index) => index * 30_000),
    values: Float64Array.from(flicker),
    quality: new Uint8Array(flicker.length).fill(1),
  };
  const alarm: TunableAlarm = {
    key: 'gas/face/methane/HH',
    tag: { name: 'methane', type: 'number', unit: '%', resolution: 0.1, range: [0, 4] },
    kind: 'HH',
    limit: 1,
    current: { deadband: 0, onDelayMs: 0, offDelayMs: 0 },
    isToxic: true,
    onDelayMaxMs: 0,
    respondWithinMs: 5 * minute,
    devices: ['face'],
    tags: ['methane'],
  };
  const span = { readings: flicker.length, from: start, to: start + 200 * minute, zone: '+08:00' };
  const tuned = { alarm, advice: advise(series, alarm, minute), ...span };

  test('is a table of what was tried, with what is recommended, by which rule, and what to write', () => {
    const text = tuneText(toldCli('en', 120), tuned);
    expect(text).toContain('gas/face/methane/HH: HH at 1 %; 400 readings, 2026-11-21 20:00:00 +08:00 to');
    expect(text).toContain('Deadbands are counted in 0.1 %');
    expect(text).toMatch(/deadband {2}on-delay {2}off-delay {2}alarms {2}chatter {2}stood idle {2}latest {2}missed\n/);
    expect(text).toMatch(/ 0\.1 % +– +– +2 +0 .*RECOMMENDED\n/);
    expect(text).toMatch(/ – +– +– +60 +0 +0 % +– +0 {2}as it is set, limit alone\n/);
    expect(text).toMatch(/0\.1 % +– +1 min .*starting values\n/);
    expect(text).toContain('Its class allows no on-delay');
    expect(text).toContain('In the site file: deadband: 0.1\n');
  });

  test('is told in Chinese, and to programs with every setting', () => {
    const text = tuneText(toldCli('zh'), tuned);
    expect(text).toContain('在站点文件中写：deadband: 0.1');
    for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(80);
    const json = tuneJson(tuned);
    expect(json).toMatchObject({ unit: '%', signal: 'toxic', recommended: { deadband: 0.1, alarms: 2 } });
    expect(json.tried.length).toBeGreaterThan(30);
  });

  test('says so where there is nothing to tune, and what begins one whose range is not known', () => {
    const quiet = advise({ ...series, values: series.values.map(() => 0.5) }, alarm, minute);
    expect(tuneText(toldCli(), { ...tuned, advice: quiet })).toMatch(/there is\s+nothing to tune/);
    const unranged: TunableAlarm = {
      ...alarm,
      tag: { name: 'flow', type: 'number', unit: 'm³/h' },
      isToxic: false,
      onDelayMaxMs: null,
    };
    const text = tuneText(toldCli('en', 200), { ...tuned, alarm: unranged, advice: advise(series, unranged, minute) });
    expect(text).toContain('Starting values for flow (ISA-18.2, EEMUA 191): deadband 5 % of the range, on-delay 15 s');
  });
});
