import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MineFileWriter, type MineRecord } from '../../../firmware-sim/text-files/index.js';
import type { Reading } from '../../../gateway/contract/index.js';
import { at, face, methane, methaneOf, type MineStage, realtime, setStage, summary } from './mine-stage.js';
import { said } from './told-log.js';

let stage: MineStage;

beforeEach(async () => {
  stage = await setStage();
});

afterEach(() => stage.strike());

describe('a whole file', () => {
  test('gives one reading a group, each value with the time of the mine', async () => {
    const { told } = await stage.watch();
    await stage.mine.write(
      realtime(methane(1, '0.45'), { point: '001A02', at: at(2), value: 24 }, { point: '001D01', at: at(1), value: 1 }),
    );
    const [reading] = await told.count(1);
    expect(summary(told.readings)).toEqual([
      ['face-1', { methane: 0.45, carbon_monoxide: 24, state: '正常', fan: 1 }, false],
    ]);
    expect([...(reading?.times ?? [])]).toEqual([at(1), at(2), at(1), at(1)]);
  });

  test('leaves absent what it does not speak of, and passes over points without a tag', async () => {
    const { told, driver } = await stage.watch();
    await stage.mine.write(realtime(methane(1, 0.45), { point: '009A09', at: at(1), value: 1 }));
    await told.count(1);
    expect(summary(told.readings)).toEqual([['face-1', { methane: 0.45, state: '正常' }, false]]);
    expect(driver.counters()).toMatchObject({ files: 1, records: 2, damaged: 0, unknownPoints: 1 });
  });

  test.each([
    ['报警', 1.2, 1.2],
    ['断电', 1.6, 1.6],
    ['断线', '', 'bad-sensor-failure'],
    ['超量程', 4, [4, 'uncertain-over-range']],
    ['标校', 2, 'bad-function-check'],
    ['通讯中断', 0, 'bad-no-answer'],
    ['停用', 0, 'bad-out-of-service'],
    ['3', 0.4, 'bad-sensor-failure'],
    ['怪', 0.4, [0.4, 'uncertain']],
  ])('state %s of value %j', async (state, value, expected) => {
    const { told } = await stage.watch({ states: { 3: 'break' } });
    await stage.mine.write(realtime(methane(1, value, state)));
    await told.count(1);
    expect(said(told.readings[0] as Reading)).toEqual({ methane: expected, state });
  });

  test('a state without a meaning is told once, with what to write', async () => {
    const { told, log } = await stage.watch();
    await stage.mine.write(realtime(methane(1, 0.4, '7')));
    await stage.mine.write(realtime(methane(2, 0.4, '7')));
    await told.count(2);
    expect(log.lines.map(([message, { state }]) => [message, state])).toEqual([
      ['a state has no meaning yet, so values are uncertain; write it under `states`', '7'],
    ]);
  });

  test('in UTF-8 with other marks and places is read as declared', async () => {
    const { told } = await stage.watch(
      {
        encoding: 'utf-8',
        timezone: '+00:00',
        form: { header: '', field: ',', record: '\n', batch: ['END'] },
        tables: { AQSS: { files: '*.txt', fields: { time: 1, point: 2, value: 3 } } },
      },
      {},
      { 'face-1': { tags: { methane: { point: '001A01' } } } },
    );
    const mine = new MineFileWriter({ folder: stage.folder, encoding: 'utf-8' });
    await mine.writeText('x.txt', '20261121090000,001A01,0.5\nEND');
    const [reading] = await told.count(1);
    expect(said(reading as Reading)).toEqual({ methane: 0.5 });
    expect(reading?.times?.[0]).toBe(Date.UTC(2026, 10, 21, 9));
  });

  test('of several values of one point each is told, in order', async () => {
    const { told } = await stage.watch();
    await stage.mine.write(realtime(methane(1, 0.4), methane(2, 0.9), methane(3, 0.5)));
    await told.count(3);
    expect(methaneOf(told.readings)).toEqual([0.4, 0.9, 0.5]);
    expect(told.readings.some(({ late }) => late)).toBe(false);
  });
});

describe('damage', () => {
  test('is told once with file and line, the other records are used, and its end is told', async () => {
    const { told, log, driver } = await stage.watch();
    const text = stage.mine.textOf(realtime(methane(1, 0.45), methane(2, 0.5)));
    await stage.mine.writeText('bad.txt', text.replace('0.5;', ';').replace('\r\n||', '\r\n520201001;?~\r\n||'));
    await told.count(2);
    await stage.mine.writeText('bad2.txt', text.replace('2026-11-21 09:01', 'x'));
    await told.count(3);
    await stage.mine.write(realtime(methane(7, 0.7)));
    await told.until(() => driver.counters()['files'] === 3);
    expect(methaneOf(told.readings)).toEqual([0.45, 'bad-decoding', 0.5, 0.7]);
    expect(log.lines.map(([message, { file, places }]) => [message, file, places])).toEqual([
      [
        'a file has records that cannot be used; the others are',
        'bad.txt',
        [
          expect.stringMatching(/^line 4: a record has 2 fields, AQSS has 5/),
          'line 3: face-1: `` of point A01 is no number',
        ],
      ],
      ['files of this kind are whole again', expect.any(String), undefined],
    ]);
  });

  test('a file that is too large is refused with words', async () => {
    const { told, log, driver } = await stage.watch({ fileBytesMax: '200B' });
    await stage.mine.write({ ...realtime(...Array.from({ length: 20 }, (_, n) => methane(n, 0.1))), name: 'big.txt' });
    await stage.mine.write(realtime(methane(30, 0.3)));
    await told.count(1);
    expect(said(told.readings[0] as Reading)).toMatchObject({ methane: 0.3 });
    expect(log.lines).toEqual([
      [
        'a file is larger than `fileBytesMax` and is not read',
        expect.objectContaining({ file: 'big.txt', bytesMax: 200 }),
      ],
    ]);
    expect(driver.counters()).toMatchObject({ refused: 1 });
  });
});

describe('happenings', () => {
  test('switch changes and alarms are told with their own time, and fill tags too', async () => {
    const { told } = await stage.watch(
      {},
      {},
      {
        'face-1': { ...face['face-1'], tags: { fan: { point: 'D01', table: 'AQKD', is: 1 } } },
      },
    );
    const change: MineRecord = { point: '001D01', at: at(1), value: 0 };
    await stage.mine.write({ table: 'AQKD', records: [change] });
    await stage.mine.write({ table: 'GJXX', records: [methane(2, 1.1, '报警')] });
    await told.until(() => told.happenings.length === 2);
    expect(told.happenings).toEqual([
      {
        device: 'face-1',
        name: 'switch',
        at: at(1),
        id: expect.any(String),
        fields: { point: '001D01', state: 'normal', value: '0' },
      },
      {
        device: 'face-1',
        name: 'alarm',
        at: at(2),
        id: expect.any(String),
        fields: { point: '001A01', state: 'alarm', value: '1.1' },
      },
    ]);
    expect(summary(told.readings)).toEqual([['face-1', { fan: 0 }, false]]);
    await stage.mine.write({ table: 'AQKD', records: [change] });
    await told.until(() => told.happenings.length === 3);
    expect(told.happenings[2]?.id).toBe(told.happenings[0]?.id);
  });

  test('belong to the device of the mine and substation', async () => {
    const tags = { methane: { point: 'A01' } };
    const { told } = await stage.watch(
      {},
      {},
      {
        'face-1': { mine: '520201001', pointPrefix: '001', tags },
        'face-2': { mine: '520201001', pointPrefix: '002', tags },
        other: { mine: '520201002', pointPrefix: '001', tags },
      },
    );
    await stage.mine.write(
      realtime(methane(1, 0.1), { point: '002A01', at: at(1), value: 0.2 }, { ...methane(1, 0.3), mine: '520201002' }),
    );
    await stage.mine.write({ table: 'GJXX', records: [{ point: '002A01', at: at(1), value: 1.2 }] });
    await told.until(() => told.happenings.length === 1);
    expect(summary(told.readings)).toEqual([
      ['face-1', { methane: 0.1 }, false],
      ['face-2', { methane: 0.2 }, false],
      ['other', { methane: 0.3 }, false],
    ]);
    expect(told.happenings[0]?.device).toBe('face-2');
  });
});

test('the connection can be tested in words, and nothing is taken by it', async () => {
  const { driver, told } = await stage.watch({ every: '10min' });
  await stage.mine.write({
    ...realtime(methane(1, 0.4, '7'), { point: '009A09', at: at(1), value: 1 }),
    name: 'n.txt',
  });
  expect(await driver.probe()).toEqual({
    en: [
      `${stage.folder} can be read; files named *.txt: 1`,
      'n.txt: 2 records, whole, 0 damaged',
      'points without a tag: 1 (520201001 009A09)',
      'states without a meaning: 7; write them under `states`',
    ].join('\n'),
    zh: expect.stringMatching(/可读/),
  });
  await told.count(1);
});
