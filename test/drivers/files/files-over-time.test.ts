import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MineFileWriter, type MineRecord } from '../../../firmware-sim/text-files/index.js';
import { NotConnected, type Reading } from '../../../gateway/contract/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { KeptFacts, linkOf } from './files-link.js';
import {
  at,
  face,
  methane,
  methaneOf,
  minuteMs,
  type MineStage,
  pass,
  realtime,
  setStage,
  summary,
} from './mine-stage.js';
import { said, tablesOf } from './told-log.js';

let stage: MineStage;

beforeEach(async () => {
  stage = await setStage();
});

afterEach(() => stage.strike());

describe('a file that is being written', () => {
  const file = { ...realtime(methane(1, 0.45), methane(2, 0.55)), name: 'slow.txt' };

  test('is read when its end mark has come, whatever was there before', async () => {
    const { told, driver } = await stage.watch();
    const slow = await stage.mine.begin(file, 70);
    await stage.mine.write({ ...realtime({ point: '001A02', at: at(1), value: 5 }), name: 'z.txt' });
    await told.count(1);
    expect(summary(told.readings)).toEqual([['face-1', { carbon_monoxide: 5 }, false]]);
    await slow.finish();
    await told.count(3);
    expect(methaneOf(told.readings.slice(1))).toEqual([0.45, 0.55]);
    expect(driver.counters()).toMatchObject({ damaged: 0, files: 2 });
  });

  test('and stays without one is read when it has long been still, without its last record; what comes later follows', async () => {
    const clock = new ManualClock(at(3));
    const watching = await stage.watch({ settle: '10s', every: '5s' }, { clock });
    const { told, log } = watching;
    const slow = await stage.mine.begin(file, 100);
    while (told.readings.length === 0) await pass(clock, watching, 5000);
    expect(methaneOf(told.readings)).toEqual([0.45]);
    expect(log.lines[0]?.[1]['places']).toEqual([
      expect.stringMatching(/^line 3: the last record has no end `~` and may be cut short: `520201001;001A01;2026/),
      'line 2: the file has no end mark and is no longer written: records may be missing',
    ]);
    await slow.finish();
    while (told.readings.length === 1) await pass(clock, watching, 5000);
    expect(methaneOf(told.readings)).toEqual([0.45, 0.55]);
  });

  test('under another name is read once it has its own', async () => {
    const { told } = await stage.watch({ complete: 'renamed' });
    await stage.mine.writeText('a.txt', 'KJ;AQSS|520201001;001A01;2026-11-21 09:01:00;0.3;正常~', { isRenamed: true });
    await told.count(1);
    expect(said(told.readings[0] as Reading)).toEqual({ methane: 0.3, state: '正常' });
  });
});

describe('a file is told once', () => {
  test('also when it is touched, and a rewritten one is told anew', async () => {
    const { told, driver } = await stage.watch();
    const name = await stage.mine.write(realtime(methane(1, 0.45)));
    await told.count(1);
    await utimes(join(stage.folder, name), new Date(), new Date(at(99)));
    await stage.mine.write({ ...realtime(methane(2, 0.5)), name });
    await told.count(2);
    expect(methaneOf(told.readings)).toEqual([0.45, 0.5]);
    expect(driver.counters()).toMatchObject({ files: 2 });
  });

  test('also by the next start, and what came between is told then', async () => {
    const learned = new KeptFacts();
    const first = await stage.watch({}, { learned });
    await stage.mine.write(realtime(methane(1, 0.45)));
    await first.told.count(1);
    await first.driver.close();
    await stage.mine.write(realtime(methane(2, 0.5)));
    const second = await stage.watch({}, { learned });
    await second.told.count(1);
    await stage.mine.write(realtime(methane(3, 0.6)));
    await second.told.count(2);
    expect(methaneOf(second.told.readings)).toEqual([0.5, 0.6]);
    expect(JSON.stringify(learned.facts.get('mine-files')).length).toBeLessThan(200);
  });

  test('and what is known of a folder stays small', async () => {
    const learned = new KeptFacts();
    const { told, driver } = await stage.watch({}, { learned });
    for (let n = 0; n < 200; n += 1) await stage.mine.write({ ...realtime(methane(n, 0.1)), name: `f${n}.txt` });
    await told.until(() => driver.counters()['files'] === 200);
    await driver.close();
    expect(JSON.stringify(learned.facts.get('mine-files')).length).toBeLessThan(200 * 16 + 200);
  });
});

describe('history', () => {
  test('is a record older than what was told', async () => {
    const { told, driver } = await stage.watch();
    await stage.mine.write(realtime(methane(5, 0.5)));
    await told.count(1);
    await stage.mine.write(realtime(methane(2, 0.2)));
    await told.count(2);
    await stage.mine.write(realtime(methane(6, 0.6)));
    await told.count(3);
    expect(summary(told.readings)).toEqual([
      ['face-1', { methane: 0.5, state: '正常' }, false],
      ['face-1', { methane: 0.2, state: '正常' }, true],
      ['face-1', { methane: 0.6, state: '正常' }, false],
    ]);
    expect(told.readings[1]?.times?.[0]).toBe(at(2));
    expect(driver.counters()).toMatchObject({ late: 2 });
  });

  test('is what lay in the folder for longer than a device may be silent', async () => {
    const now = Date.now();
    await stage.mine.write({ ...realtime(methane(1, 0.1)), mtime: now - 60 * minuteMs });
    await stage.mine.write({ ...realtime(methane(2, 0.2)), mtime: now - 30 * minuteMs });
    await stage.mine.write({ ...realtime(methane(3, 0.3)), mtime: now - 1000 });
    const { told } = await stage.watch();
    await told.count(3);
    expect(told.readings.map((reading) => [said(reading)['methane'], reading.late ?? false])).toEqual([
      [0.1, true],
      [0.2, true],
      [0.3, false],
    ]);
  });
});

describe('afterwards', () => {
  const taken = async (after: unknown): Promise<void> => {
    const watching = await stage.watch({ after });
    await stage.mine.write({ ...realtime(methane(1, 0.4)), name: 'good.txt' });
    await watching.told.count(1);
    await stage.mine.writeText('damaged.txt', 'KJ;AQSS|x~||');
    await watching.told.until(() => true);
    while (watching.driver.counters()['files'] !== 2) await new Promise((resolve) => setImmediate(resolve));
    await watching.driver.close();
  };

  test('files stay where they are when nothing else is said', async () => {
    await taken('keep');
    expect((await readdir(stage.folder)).sort()).toEqual(['damaged.txt', 'good.txt']);
  });

  test('are deleted when that is said, but not with damage in them', async () => {
    await taken('delete');
    expect(await readdir(stage.folder)).toEqual(['damaged.txt']);
  });

  test('are moved, and none replaces another of its name', async () => {
    const done = join(stage.folder, 'done');
    await mkdir(done);
    await new MineFileWriter({ folder: done }).writeText('good.txt', 'older');
    await taken({ moveTo: done });
    expect(await readdir(stage.folder)).toEqual(['done']);
    const moved = (await readdir(done)).sort();
    expect(moved).toEqual(['damaged.txt', 'good.txt', expect.stringMatching(/^good\.txt\..{8}$/)]);
    expect(await readFile(join(done, 'good.txt'), 'utf8')).toBe('older');
  });

  test('are put away half a minute after they were told, not before', async () => {
    const clock = new ManualClock(at(1));
    const watching = await stage.watch({ after: 'delete', every: '5s' }, { clock });
    const { told } = watching;
    await stage.mine.write({ ...realtime(methane(1, 0.4)), name: 'good.txt' });
    while (told.readings.length === 0) await pass(clock, watching, 5000);
    const toldAt = clock.monotonic();
    while ((await readdir(stage.folder)).length > 0) await pass(clock, watching, 5000);
    expect(clock.monotonic() - toldAt).toBeGreaterThanOrEqual(25_000);
  });
});

describe('silence and loss', () => {
  test('a device without news is bad throughout, once; files that repeat themselves are no news', async () => {
    const clock = new ManualClock(at(1));
    const watching = await stage.watch({ every: '5s' }, { clock });
    const { told, log } = watching;
    const records = realtime(methane(1, 0.45));
    await stage.mine.write(records);
    while (told.readings.length === 0) await pass(clock, watching, 5000);
    for (let n = 0; n < 40; n += 1) {
      await stage.mine.write({ ...records, name: 'same.txt' });
      await pass(clock, watching, 5000);
    }
    expect(summary(told.readings)).toEqual([
      ['face-1', { methane: 0.45, state: '正常' }, false],
      [
        'face-1',
        { methane: 'bad-no-answer', carbon_monoxide: 'bad-no-answer', state: 'bad-no-answer', fan: 'bad-no-answer' },
        false,
      ],
    ]);
    expect(log.lines.filter(([message]) => message.startsWith('no new record'))).toHaveLength(1);
  });

  test('after a silence the mine is believed again, also with its clock set back', async () => {
    const clock = new ManualClock(at(1));
    const watching = await stage.watch({ every: '5s' }, { clock });
    const { told } = watching;
    await stage.mine.write(realtime(methane(600, 0.45)));
    while (told.readings.length < 2) await pass(clock, watching, 5000);
    await stage.mine.write(realtime(methane(3, 0.5)));
    while (told.readings.length < 3) await pass(clock, watching, 5000);
    expect(summary(told.readings.slice(2))).toEqual([['face-1', { methane: 0.5, state: '正常' }, false]]);
  });

  test('a folder that goes is a lost link, and after it is back files are told again from where it was', async () => {
    const { told, driver } = await stage.watch();
    await stage.mine.write({ ...realtime(methane(1, 0.45)), name: 'a.txt' });
    await told.count(1);
    await rm(stage.folder, { recursive: true });
    await told.until(() => told.losses.length === 1);
    expect(told.losses[0]).toBeInstanceOf(NotConnected);
    expect(told.losses[0]?.message).toMatch(
      /cannot read the folder .* \(ENOENT\); check its name, and that the share is mounted/,
    );
    await expect(driver.connect(new AbortController().signal)).rejects.toBeInstanceOf(NotConnected);
    await mkdir(stage.folder);
    await stage.mine.write({ ...realtime(methane(1, 0.45)), name: 'a.txt' });
    await stage.mine.write({ ...realtime(methane(2, 0.5)), name: 'b.txt' });
    await driver.connect(new AbortController().signal);
    await driver.subscribe(tablesOf(linkOf({ folder: stage.folder }, face)), told);
    await told.count(2);
    expect(methaneOf(told.readings)).toEqual([0.45, 0.5]);
  });

  test('nothing is told after it was closed', async () => {
    const { told, driver } = await stage.watch();
    await driver.close();
    await stage.mine.write(realtime(methane(1, 0.45)));
    await driver.close();
    expect(told.readings).toEqual([]);
  });
});

describe('a record dated in the future', () => {
  test('makes no history of what is right, now and after a restart', async () => {
    const clock = new ManualClock(at(10));
    const learned = new KeptFacts();
    const first = await stage.watch({ every: '5s' }, { clock, learned });
    await stage.mine.write(realtime(methane(9, 0.1)));
    while (first.told.readings.length < 1) await pass(clock, first, 5000);
    await stage.mine.write(realtime(methane(500_000, 0.2)));
    while (first.told.readings.length < 2) await pass(clock, first, 5000);
    await stage.mine.write(realtime(methane(10, 1.5)));
    while (first.told.readings.length < 3) await pass(clock, first, 5000);
    await stage.mine.write(realtime(methane(8, 0.3)));
    while (first.told.readings.length < 4) await pass(clock, first, 5000);
    const told = first.told.readings.map((reading) => [said(reading)['methane'], reading.late ?? false]);
    expect(told).toEqual([
      [0.1, false],
      [0.2, false],
      [1.5, false],
      [0.3, true],
    ]);
    await first.driver.close();
    expect(learned.facts.get('mine-files')).toMatchObject({ newest: { 'face-1': { AQSS: at(10) } } });
  });

  test('that an earlier run noted as the newest is not believed', async () => {
    const learned = new KeptFacts();
    learned.set('mine-files', { taken: '', newest: { 'face-1': { AQSS: at(500_000) } } });
    const clock = new ManualClock(at(10));
    const watching = await stage.watch({ every: '5s' }, { clock, learned });
    await stage.mine.write(realtime(methane(10, 1.5)));
    while (watching.told.readings.length < 1) await pass(clock, watching, 5000);
    expect(summary(watching.told.readings)).toEqual([['face-1', { methane: 1.5, state: '正常' }, false]]);
  });

  test('and told again is no news', async () => {
    const clock = new ManualClock(at(10));
    const watching = await stage.watch({ every: '5s' }, { clock });
    await stage.mine.write({ ...realtime(methane(20, 0.1)), name: 'a.txt' });
    await pass(clock, watching, 5000);
    await stage.mine.write({ ...realtime(methane(20, 0.1)), name: 'b.txt' });
    while (watching.driver.counters()['files'] !== 2) await pass(clock, watching, 5000);
    expect(methaneOf(watching.told.readings)).toEqual([0.1]);
    expect(watching.driver.counters()).toMatchObject({ repeated: 2 });
  });
});

test('a point that is no longer written is bad once though others speak, and good when it is written again', async () => {
  const clock = new ManualClock(at(0));
  const watching = await stage.watch({ every: '5s' }, { clock });
  const { told, log } = watching;
  const other = (minutes: number): MineRecord => ({ point: '001A02', at: at(minutes), value: minutes });
  await stage.mine.write(realtime(methane(0, 0.4), other(0), { point: '001D01', at: at(0), value: 1 }));
  await pass(clock, watching, 60_000);
  for (let n = 1; n < 6; n += 1) {
    await stage.mine.write(realtime(other(n), { point: '001D01', at: at(n), value: 1 }));
    await pass(clock, watching, 60_000);
  }
  await stage.mine.write(realtime(methane(6, 0.5), other(6)));
  await pass(clock, watching, 5000);
  const points = told.readings.map(said);
  const isMethane = (one: Readonly<Record<string, unknown>>) => one['methane'] !== undefined;
  expect(points.filter(isMethane)).toEqual([
    { methane: 0.4, state: '正常', carbon_monoxide: 0, fan: 1 },
    { methane: 'bad-no-answer', state: 'bad-no-answer' },
    { methane: 0.5, state: '正常', carbon_monoxide: 6 },
  ]);
  expect(log.lines.map(([message]) => message)).toEqual([
    'points are no longer written while others of their device are',
  ]);
});

test('a file put in place of another of the same size and time is read', async () => {
  const { told } = await stage.watch();
  const write = async (value: string): Promise<void> => {
    await stage.mine.write({ ...realtime(methane(1, value)), name: 'a.txt', mtime: at(1) });
  };
  await write('0.4');
  await told.count(1);
  await write('0.5');
  await told.count(2);
  expect(methaneOf(told.readings)).toEqual([0.4, 0.5]);
});

test('links and names with a line break are counted, told once and not read', async () => {
  await writeFile(join(stage.folder, 'plain.dat'), 'x');
  await symlink(join(stage.folder, 'plain.dat'), join(stage.folder, 'a.txt'));
  await writeFile(join(stage.folder, 'b\nc.txt'), 'x');
  const { driver, log, told } = await stage.watch();
  await stage.mine.write(realtime(methane(1, 0.4)));
  await told.count(1);
  expect(driver.counters()).toMatchObject({ passedOver: 2, files: 1 });
  expect(log.lines.map(([message]) => message)).toEqual([
    'links, and names with a line break, are not read; write a plain file',
  ]);
});

test('a file in another encoding than declared is told once, with what to write', async () => {
  const { told, log } = await stage.watch();
  for (const n of [1, 2]) {
    await writeFile(join(stage.folder, `u${n}.txt`), stage.mine.textOf(realtime(methane(n, 0.4))));
    await told.count(n);
  }
  const own = log.lines.filter(
    ([message]) => message === 'a file seems to be in UTF-8; write `encoding: utf-8` of the link',
  );
  expect(own).toEqual([[expect.any(String), { file: 'u1.txt', encoding: 'gb18030' }]]);
});
