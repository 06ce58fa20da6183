import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportMaster } from '../../../gateway/cli/alarms/master/export-master.js';
import { importMaster } from '../../../gateway/cli/alarms/master/import-master.js';
import { columns } from '../../../gateway/cli/alarms/master/columns.js';
import { durationText } from '../../../gateway/cli/alarms/master/master-rows.js';
import { csvBytes } from '../../../gateway/cli/csv-cells.js';
import type { Language } from '../../../gateway/contract/index.js';
import { scratchFolder } from '../../support/scratch.js';
import { sluice } from './sluice.js';
import { toldCli } from './told-cli.js';

const text = `version: 1
site: { id: farm }
links:
  bus:
    driver: modbus
    address: tcp://127.0.0.1:1
    devices: { climate-1: { profile: xy-md02, unit: 1 }, climate-2: { profile: xy-md02, unit: 2 } }
rules:
  # The vet said so.
  heat:
    type: limits
    devices: ["profile:xy-md02"]
    tag: temperature
    H: 28
    HH: 32
    deadband: 1
    alarm:
      cause: { en: "Fans, or power", zh: 风机停转或断电 }
      consequence: "animals die; \\"at once\\""
      action: { en: Open the inlets, zh: 打开进风口 } # both sides
      respondWithin: 90s
      owner: "0815"
      source: GB/T 17824.3-2008
      date: 2026-03-01
      kinds: { HH: { severity: severe, respondWithin: 5min, class: safety } }
  damp:
    type: limits
    devices: [climate-1]
    tag: humidity
    H: 80
    deadband: 2
`;

let folder: string;
let remove: () => Promise<void>;
let site: string;
beforeAll(async () => ({ folder, remove } = await scratchFolder()));
afterAll(() => remove());
beforeEach(async () => {
  site = join(folder, 'site.yaml');
  await writeFile(site, text);
});

/** The cells that were exported, by key and column. */
async function exported(language: Language = 'en') {
  const cli = toldCli(language);
  await exportMaster(cli, join(folder, 'all.csv'), { site, json: true });
  const { alarms } = JSON.parse(cli.said.join('')) as { alarms: Record<string, string>[] };
  return alarms;
}

/** Imports the alarms as `change` leaves them. */
async function imported(
  change: (rows: Record<string, string>[]) => void,
  { write = false, only = [...columns] as readonly string[], language = 'en' as Language } = {},
) {
  const rows = await exported(language);
  change(rows);
  const cli = toldCli(language);
  const file = join(folder, 'changed.csv');
  const { headingOf } = await import('../../../gateway/cli/alarms/master/columns.js');
  const head = only.map((column) => headingOf(cli.m, column as (typeof columns)[number]));
  await writeFile(file, csvBytes([head, ...rows.map((row) => only.map((column) => row[column] ?? ''))]));
  const failure = await importMaster(cli, file, { site, write }).then(
    () => undefined,
    (error: Error) => error,
  );
  return { said: cli.said.join('\n'), told: cli.told.join('\n'), failure };
}

const of = (rows: Record<string, string>[], part: string): Record<string, string> =>
  rows.find(({ key }) => key?.includes(part)) as Record<string, string>;

describe('the master alarm database', () => {
  test('has every alarm of the site file, with the rest of the block and what the gateway watches itself', async () => {
    const rows = await exported();
    expect(rows.map(({ key }) => key)).toEqual([
      'heat/climate-1/temperature/HH',
      'heat/climate-1/temperature/H',
      'heat/climate-2/temperature/HH',
      'heat/climate-2/temperature/H',
      'link/bus/LINK',
      'device/climate-1/DEVICE',
      'device/climate-2/DEVICE',
    ]);
    expect(of(rows, 'climate-1/temperature/HH')).toEqual({
      key: 'heat/climate-1/temperature/HH',
      device: 'climate-1',
      tag: 'temperature',
      kind: 'HH',
      limit: '32',
      unit: '°C',
      class: 'safety',
      priority: 'critical',
      causeZh: '风机停转或断电',
      causeEn: 'Fans, or power',
      consequenceZh: 'animals die; "at once"',
      consequenceEn: 'animals die; "at once"',
      actionZh: '打开进风口',
      actionEn: 'Open the inlets',
      respondWithin: '5min',
      severity: 'severe',
      owner: '0815',
      source: 'GB/T 17824.3-2008',
      date: '2026-03-01',
      group: '',
    });
    expect(of(rows, 'LINK')).toMatchObject({ class: 'system', severity: '', limit: '' });
    expect([90_000, 300_000, 86_400_000, 1500].map(durationText)).toEqual(['90s', '5min', '1d', '1500ms']);
  });

  test.each(['out.xlsx', 'out.csv'])(
    'goes out as %s and comes back in either language without a change',
    async (name) => {
      const file = join(folder, name);
      for (const [out, back] of [
        ['en', 'zh'],
        ['zh', 'en'],
      ] as const) {
        await exportMaster(toldCli(out), file, { site });
        const cli = toldCli(back);
        await importMaster(cli, file, { site, write: true, json: true });
        expect(JSON.parse(cli.said.join(''))).toMatchObject({
          isWritten: false,
          changes: [],
          remarks: [],
          problems: [],
        });
      }
      expect(await readFile(site, 'utf8')).toBe(text);
    },
  );

  test('changes the site file where it says otherwise, and nothing else in it', async () => {
    const { said, failure } = await imported(
      (rows) => {
        for (const row of rows.filter(({ kind }) => kind === 'HH')) Object.assign(row, { owner: 'wang', date: '' });
        for (const row of rows.filter(({ kind }) => kind === 'H'))
          Object.assign(row, { severity: 'serious', date: '' });
      },
      { write: true },
    );
    expect(failure).toBeUndefined();
    expect(said).toContain('heat HH  owner: 0815 → wang  (row 2)');
    expect(said).toContain('heat H  severity: minor → serious  (row 3)');
    const after = await readFile(site, 'utf8');
    const lines = after.split('\n').filter((line) => !text.split('\n').includes(line));
    expect(lines).toEqual([
      '      kinds: { HH: { severity: severe, respondWithin: 5min, class: safety, owner: wang } }',
      '      severity: serious',
    ]);
    expect(after).not.toContain('date:');
    expect(after.split('\n')).toHaveLength(text.split('\n').length);
  });

  test('is only shown without being asked to write', async () => {
    const { said } = await imported((rows) => {
      for (const row of rows.filter(({ kind }) => kind === 'H')) row['actionEn'] = 'Open both inlets';
    });
    expect(said.replaceAll(/\s+/g, ' ')).toContain(
      'heat H action: 打开进风口 / Open the inlets → 打开进风口 / Open both inlets (row 3)',
    );
    expect(said).toContain('`--write` changes the site file');
    expect(await readFile(site, 'utf8')).toBe(text);
  });

  test('names what it does not take over: limits, names, and a priority that does not follow', async () => {
    const { told, said, failure } = await imported((rows) => {
      Object.assign(of(rows, 'climate-1/temperature/HH'), { limit: '33', device: 'house 1', priority: 'low' });
      Object.assign(of(rows, 'LINK'), { actionEn: 'look' });
    });
    expect(failure).toBeUndefined();
    expect(told).toContain('changed.csv, row 2, column B: house 1 here, climate-1 in the site file');
    expect(told).toContain('row 2, column E: the limit here is 33, in the site file 32');
    expect(told).toContain('row 2, column H: the priority is critical');
    expect(told).toContain('row 6, column M: this alarm comes with the gateway');
    expect(said).toContain('Nothing changes');
  });

  test('names every cell that has to be mended, by row and column, and then writes nothing', async () => {
    const { told, failure } = await imported(
      (rows) => {
        Object.assign(rows[0] ?? {}, { severity: 'terrible', owner: '' });
        Object.assign(rows[1] ?? {}, { respondWithin: 'soon', actionZh: '', actionEn: '', date: '01.03.2026' });
        rows[3] = { ...(rows[1] as Record<string, string>) };
        Object.assign(rows[5] ?? {}, { key: 'heat/climate-9/temperature/H' });
      },
      { write: true, language: 'zh' },
    );
    expect(failure).toMatchObject({ exitCode: 2 });
    expect(told).toContain('第 2 行 P 列：`terrible` 不是严重程度');
    expect(told).toContain('第 3 行 O 列：`soon` 不是时长');
    expect(told).toContain('第 3 行 M 列：报警须有处置措施');
    expect(told).toContain('第 3 行 S 列：`01.03.2026` 不是日期');
    expect(told).toContain('第 4 行 P 列：第 4 行与第 2 行在站点文件中是同一处（规则 heat，HH）');
    expect(told).toContain('第 5 行 A 列：报警 `heat/climate-1/temperature/H` 已在第 3 行出现');
    expect(told).toContain('第 7 行 A 列：本站没有键为 `heat/climate-9/temperature/H` 的报警');
    expect(await readFile(site, 'utf8')).toBe(text);
  });

  test('that would make the site file wrong is refused in the words of the check', async () => {
    const change = (rows: Record<string, string>[]): void => {
      for (const row of rows.filter(({ kind }) => kind === 'H')) row['class'] = 'urgent';
    };
    const { failure } = await imported(change, { write: true });
    expect(failure?.message).toContain('`urgent`');
    expect(failure?.message).toContain('site.yaml:');
    expect(await readFile(site, 'utf8')).toBe(text);
  });

  test('may lack columns: what they held stays', async () => {
    const { said } = await imported((rows) => rows.reverse(), { only: ['severity', 'key'] });
    expect(said).toContain('Nothing changes');
    const { failure } = await imported(() => undefined, { only: ['device', 'severity'] });
    expect(failure?.message).toContain('no column `Key`');
  });

  test('keeps the line ends of Windows', async () => {
    await writeFile(site, text.replaceAll('\n', '\r\n'));
    await imported((rows) => rows.filter(({ kind }) => kind === 'H').forEach((row) => (row['group'] = 'fans')), {
      write: true,
    });
    const after = await readFile(site, 'utf8');
    expect(after).toContain('group: fans');
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });
});

test('the command exports and imports files by their names', async () => {
  const file = join(folder, '报警总表.xlsx');
  const out = await sluice(['alarms', 'export', file, '--site', site, '--lang', 'zh']);
  expect(out).toMatchObject({ code: 0, out: `已写入 ${file}：7 个报警。\n` });
  const back = await sluice(['alarms', 'import', file, '--site', site]);
  expect(back).toMatchObject({ code: 0, out: `Nothing changes: the spreadsheet says what ${site} says.\n` });
  const wrong = await sluice(['alarms', 'export', join(folder, 'x.pdf'), '--site', site]);
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('.xlsx or .csv') });
});
