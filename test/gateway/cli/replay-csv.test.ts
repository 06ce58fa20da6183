import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { columnReading } from '../../../gateway/cli/replay/cell-reading.js';
import { csvRows } from '../../../gateway/cli/replay/csv-rows.js';
import { replayTable } from '../../../gateway/cli/replay/replay-table.js';
import { replayText } from '../../../gateway/cli/replay/replay-text.js';
import { replayedJson } from '../../../gateway/cli/replay/replayed.js';
import type { Language, TagType } from '../../../gateway/contract/index.js';
import { scratchFolder } from '../../support/scratch.js';
import { sluice } from './sluice.js';
import { toldCli } from './told-cli.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await scratchFolder()));
afterAll(() => remove());

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const none = Number.NaN;
const unread = undefined;

describe('a cell', () => {
  const reads = (cell: string, delimiter = ',', type: TagType = 'number') =>
    columnReading(type, [cell], delimiter).read(cell);

  test.each<[string, number | undefined]>([
    ['1.5', 1.5],
    ['-0.25', -0.25],
    ['+7', 7],
    ['.5', 0.5],
    ['1.5e-3', 0.0015],
    ['1E3', 1000],
    ['', none],
    ['--', none],
    ['N/A', none],
    ['#N/A', none],
    ['nan', none],
    ['NULL', none],
    ['无', none],
    ['abc', unread],
    ['NaN?', unread],
    ['1e999', unread],
    ['Infinity', unread],
    ['0x10', unread],
    ['12 ppm', unread],
    ['<0.1', unread],
    ['#DIV/0!', unread],
    ['1 234', unread],
    ['1,234.5', unread],
    ["1'234", unread],
    ['1,5', unread],
    ['true', unread],
  ])('of a number, %j, is %p', (cell, value) => {
    expect(reads(cell)).toEqual(value);
  });

  test.each([';', '\t'])('where %j parts cells has a decimal comma too', (delimiter) => {
    expect([reads('0,9', delimiter), reads('-12,25e1', delimiter), reads('1.5', delimiter)]).toEqual([
      0.9, -122.5, 1.5,
    ]);
    expect([reads('1.234,5', delimiter), reads('1,234,567', delimiter)]).toEqual([unread, unread]);
  });

  test('of a boolean is true or false, of a text whatever it is', () => {
    expect(['true', 'FALSE', 't', '0', '1', ''].map((cell) => reads(cell, ',', 'boolean'))).toEqual([
      1,
      0,
      1,
      0,
      1,
      none,
    ]);
    expect(['yes', '2', '0.5'].map((cell) => reads(cell, ',', 'boolean'))).toEqual([unread, unread, unread]);
    expect(['abc', '--', '1e999'].map((cell) => reads(cell, ',', 'text'))).toEqual(['abc', '--', '1e999']);
    expect(reads('', ',', 'text')).toEqual(none);
  });
});

describe('a column that mixes signs', () => {
  const read = (cells: readonly string[]) => {
    const { read: one, doubtful } = columnReading('number', cells, ';');
    return { values: cells.map(one), doubtful };
  };

  test('is not read a thousand times too large or too small', () => {
    expect(read(['0,5', '1.234', '2,25'])).toEqual({ values: [0.5, unread, 2.25], doubtful: undefined });
    expect(read(['0.5', '1,234', '2.25'])).toEqual({ values: [0.5, unread, 2.25], doubtful: undefined });
  });

  test('is said to be doubtful where nothing tells what a comma means', () => {
    expect(read(['1,234', '2,345'])).toEqual({ values: [1.234, 2.345], doubtful: '1,234' });
    expect(read(['1,234', '0,5']).doubtful).toBeUndefined();
    expect(read(['1.234', '2.345'])).toEqual({ values: [1.234, 2.345], doubtful: undefined });
  });
});

const tags = new Map([
  ['CH4', { name: 'methane', type: 'number' }],
  ['fan', { name: 'fan_on', type: 'boolean' }],
  ['mode', { name: 'mode', type: 'text' }],
] as const);

const read = async (content: string | Uint8Array, isThinned = false) =>
  csvRows(toldCli(), { file: await file('t.csv', content), tags, times: { everyMs: 1000 }, zone: '+08:00', isThinned });

describe('a table with cells that cannot be read', () => {
  test('loses those alone, and each is told with its line, column, tag and text', async () => {
    // A heading of two lines, as spreadsheets write it, and CRLF behind a byte-order mark.
    const content =
      '\ufeffCH4,"remark\nof the shift",fan,mode\r\n1.1,x,true,auto\r\nabc,x,maybe,auto\r\n1.3,x,false,\r\n';
    const { rows, remarks } = await read(content);
    expect(rows.map(({ values }) => values)).toEqual([
      { methane: 1.1, fan_on: 1, mode: 'auto' },
      { methane: none, fan_on: none, mode: 'auto' },
      { methane: 1.3, fan_on: 0, mode: none },
    ]);
    expect(remarks.unread).toEqual({
      count: 2,
      first: [
        { line: 4, column: 'CH4', tag: 'methane', text: 'abc' },
        { line: 4, column: 'fan', tag: 'fan_on', text: 'maybe' },
      ],
    });
  });

  test('is not flooded by them: they are counted, the first few are shown, a long one is cut', async () => {
    const { remarks } = await read(`CH4,fan,mode\n${'x'.repeat(200)},,\n${'?,1,a\n'.repeat(5000)}`);
    expect(remarks.unread.count).toBe(5001);
    expect(remarks.unread.first).toHaveLength(5);
    expect(remarks.unread.first[0]?.text).toBe(`${'x'.repeat(40)}…`);
  });

  test('a row that decimal commas tore apart is no reading', async () => {
    const { rows, remarks } = await read('CH4,fan,mode\n1,1,true,auto\n0.9,true,auto,\n');
    expect(rows.map(({ values }) => values)).toEqual([
      { methane: none, fan_on: none, mode: none },
      { methane: 0.9, fan_on: 1, mode: 'auto' },
    ]);
    expect(remarks.unread).toEqual({ count: 1, first: [{ line: 2, column: null, tag: null, text: '1,1,true,auto' }] });
  });

  test('is read as spreadsheets of every kind write it', async () => {
    const values = [{ methane: 0.9, fan_on: 1, mode: 'a;b' }];
    const rows = async (content: string | Uint8Array) => (await read(content)).rows.map((row) => row.values);
    expect(await rows('sep=;\r\nCH4;fan;mode\r\n0,9;TRUE;"a;b"\r\n')).toEqual(values);
    expect(await rows(Buffer.from('\ufeffCH4\tfan\tmode\r\n0.9\tTRUE\ta;b\r\n', 'utf16le'))).toEqual(values);
    const { remarks } = await read('sep=;\r\nCH4;fan;mode\r\nx;1;a\r\n');
    expect(remarks.unread.first).toMatchObject([{ line: 3 }]);
  });
});

const siteText = `version: 1
site: { id: face, timezone: "+08:00" }
profiles: { ch4: { driver: modbus, poll: 30s, tags: { methane: { register: holding 0, type: int16, scale: 0.1, resolution: 0.1, unit: "%", range: [0, 4] } } } }
links: { bus: { driver: modbus, address: "tcp://127.0.0.1:1", devices: { face: { profile: ch4, unit: 1 } } } }
rules:
  gas: { type: limits, devices: [face], tag: methane, HH: 1.0, alarm: { action: { en: cut the power, zh: 断电 }, severity: severe } }
  blind: { type: stale, devices: [face], tag: methane, after: 2min, alarm: { action: { en: look at the sensor, zh: 检查传感器 }, severity: minor } }
`;

const start = Date.UTC(2026, 10, 21, 12);
const rfc = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

async function judged(content: string, more: { thinned?: string | true } = {}, site = siteText) {
  const options = {
    csv: await file('export.csv', content),
    site: await file('site.yaml', site),
    device: 'face',
    column: ['methane=methane'],
    time: 'time',
    operators: 1,
    ...more,
  };
  const { replayed, zone } = await replayTable(toldCli(), options);
  const text = (language: Language = 'en') => replayText(toldCli(language, 1000), replayed, zone);
  const told = replayed.alarms.map(({ key, raised, returned }) => [
    key,
    ((raised.time ?? 0) - start) / 1000,
    returned && ((returned.time ?? 0) - start) / 1000,
  ]);
  return { replayed, text, told, json: replayedJson(replayed) };
}

describe('a table judged with cells that cannot be read', () => {
  const content = `time,methane\n${rfc(0)},0.5\n${rfc(30)},abc\n${rfc(60)},1.5\n${rfc(90)},1e999\n${rfc(120)},0.5\n`;

  test('goes on, and tells them at the end, with the remedy, in both languages', async () => {
    const { text, told } = await judged(content);
    expect(told).toEqual([['gas/face/methane/HH', 60, 120]]);
    const last = text().split('\n').slice(-4);
    expect(last[0]).toBe(
      '2 cells or rows of the table cannot be read and counted as failed readings; all others were judged:',
    );
    expect(last[1]).toMatch(/^ {2}.*export\.csv, line 3, column methane \(tag methane\): `abc`$/);
    expect(last[2]).toMatch(/line 5, column methane \(tag methane\): `1e999`$/);
    expect(last[3]).toContain('A number is written like -1.5');
    expect(text('zh')).toMatch(
      /有 2 个单元格或行无法读取[^]*第 3 行，列 methane（测点 methane）：`abc`\n[^]*千位分隔符/,
    );
  });

  test('tells programs the count, the places and the file', async () => {
    const { json } = await judged(content);
    expect(json).toMatchObject({
      judged: 5,
      approximate: false,
      approximateWhy: null,
      table: { file: join(folder, 'export.csv'), unread: { count: 2, first: [{ line: 3, text: 'abc' }, { line: 5 }] } },
    });
  });

  test('says nothing of a table that is well', async () => {
    const { text, json } = await judged(`time,methane\n${rfc(0)},0.5\n${rfc(30)},\n${rfc(60)},--\n`);
    expect(text()).not.toMatch(/cannot be read|thinned|APPROXIMATE|comma/);
    expect(json.table).toMatchObject({ unread: { count: 0, first: [] }, doubtful: [], sparse: [] });
  });

  test('says when a comma was taken for a decimal one and nothing tells', async () => {
    const { text } = await judged(`time;methane\n${rfc(0)};1,234\n`);
    expect(text()).toContain('Column methane: `1,234` was read as 1.234, with a decimal comma');
    expect(text()).toContain('If it means 1234,');
  });
});

describe('a table with times that cannot be read', () => {
  const rows = ['0.5', '0.6', '1.5', '0.5'].map((value, at) => [rfc(at * 30).replace('.000Z', 'Z'), value]);

  test('loses those rows alone, and tells them with their text and the remedy', async () => {
    const [first, second, third, last] = rows.map((row) => row.join(','));
    const { text, told, json } = await judged(
      `time,methane\n,9\n${first}\n2026-11-21T12:0,9\n${second}\nnoon,9\n${third}\n${last}\n`,
    );
    expect(told).toEqual([['gas/face/methane/HH', 60, 90]]);
    expect(json).toMatchObject({
      judged: 4,
      table: {
        unread: { count: 0 },
        untimed: {
          count: 3,
          first: [
            { line: 2, text: ',9' },
            { line: 4, text: '2026-11-21T12:0,9' },
            { line: 6, text: 'noon,9' },
          ],
        },
      },
    });
    expect(text()).toContain('3 rows of the table have no time that can be read and were passed over');
    expect(text()).toMatch(/export\.csv, line 2: `,9`\n[^]*A time is written like/);
    expect(text('zh')).toMatch(/有 3 行的时间无法读取，已略过[^]*第 4 行：`2026-11-21T12:0,9`\n[^]*时间应写作/);
  });

  test('takes a time that broke off, and would lie before the row before, for what it is', async () => {
    const at = (seconds: string): string => `2026-11-21 20:04:${seconds}`;
    const { json } = await judged(`time,methane\n${at('10')},0.5\n2026-11-21 20:04,9\n${at('40')},0.5\n`);
    expect(json).toMatchObject({ judged: 2, table: { untimed: { count: 1, first: [{ line: 3 }] } } });
    // What is whole and earlier says that the table is out of order.
    await expect(judged(`time,methane\n${at('10')},0.5\n${at('05')},9\n`)).rejects.toThrow(
      'line 3: the time goes back',
    );
  });

  test('is no table of times where not a row has one', async () => {
    await expect(judged('time,methane\n,1\nnoon,1\n')).rejects.toThrow('line 2: `` is no time');
  });
});

test('a rule that is tried out calls nobody until the day it names, in a table too', async () => {
  // 20:00 at the site on the 21st; midnight comes after four hours.
  const rows = [0, 3600, 4 * 3600 + 30, 5 * 3600].map((at) => `${rfc(at)},1.5\n${rfc(at + 30)},0.5\n`);
  const tried = siteText.replace('HH: 1.0', 'HH: 1.0, shadow: 2026-11-22');
  const { replayed, text } = await judged(`time,methane\n${rows.join('')}`, {}, tried);
  const gas = replayed.alarms.filter(({ kind }) => kind === 'HH');
  expect(gas.map(({ isSilent }) => isSilent)).toEqual([true, true, false, false]);
  expect(text()).toContain('Of these 2 called nobody');
  // Rows without times of their own are of no day.
  const { replayed: relative } = await replayTable(toldCli(), {
    csv: await file('relative.csv', 'methane\n1.5\n0.5\n'),
    site: await file('site.yaml', tried),
    device: 'face',
    column: ['methane=methane'],
    every: '30s',
    operators: 1,
  });
  expect(relative.alarms.map(({ isSilent }) => isSilent)).toEqual([false]);
});

describe('a thinned table', () => {
  // Read each 30 s; 1.5 % from 60 s to 900 s, which is said when it begins and then each ten minutes.
  const content = `time,sequence,methane
${rfc(0)},1,0.5
${rfc(60)},3,1.5
${rfc(90)},4,
${rfc(660)},23,1.5
${rfc(900)},31,0.5
`;

  test('holds what was said until the next, and says that it is approximate', async () => {
    const { told, text, json } = await judged(content, { thinned: '10min' });
    expect(told).toEqual([['gas/face/methane/HH', 60, 900]]);
    expect(text()).toContain('APPROXIMATE: the table holds only what changed, and each value was held until the next');
    expect(text()).toMatch(
      /10 min at most\. What moved less than the deadband, or rose and fell between two kept values/,
    );
    expect(text('zh')).toContain('近似结果：表中只有变化的值，每个值保持到下一个值为止，最长 10 min');
    expect(json).toMatchObject({ approximate: true, judged: 5 });
    expect(json.approximateWhy?.zh).toContain('变化小于死区的');
  });

  test('without the word is silence between, and an empty cell is a failed reading', async () => {
    const { told } = await judged(content);
    expect(told.map(([key]) => key)).toContain('blind/face/methane/STALE');
  });

  test('is stale as usual beyond the time its sink may have left a tag unsaid', async () => {
    const { told } = await judged(content, { thinned: '5min' });
    // The cell at 60 s holds to 390 s, a poll beyond five minutes; silence is told after more than two more.
    expect(told.filter(([key]) => key === 'blind/face/methane/STALE')[0]).toEqual([
      'blind/face/methane/STALE',
      511,
      660,
    ]);
  });

  test('takes the time from the sinks of the site, or says that it needs it', async () => {
    await expect(judged(content, { thinned: true })).rejects.toThrow('No sink of this site has a deadband.');
    const sink = 'type: influxdb, url: "http://127.0.0.1:1", database: d';
    const thinning = `${siteText}sinks: { all: { ${sink} }, thin: { ${sink}, deadband: { atLeastEvery: 8min } } }\n`;
    expect((await judged(content, { thinned: true }, thinning)).replayed.heldMaxMs).toBe(480_000);
    await expect(judged(content, { thinned: 'long' })).rejects.toThrow('`long` is no duration');
    const { code, err } = await sluice(['replay', '--thinned', '--folder', folder]);
    expect([code, err]).toEqual([2, expect.stringContaining('`--thinned` belongs to `--csv`')]);
  });

  test('needs times of its own, since rows are missing', async () => {
    const options = { csv: await file('c.csv', content), site: await file('site.yaml', siteText), device: 'face' };
    const without = { ...options, column: ['methane=methane'], every: '30s', thinned: '10min', operators: 1 };
    await expect(replayTable(toldCli(), without)).rejects.toThrow('name the column of their times');
  });

  test('is hinted at where most cells are empty, and not where a quality tells why', async () => {
    const rows = (of: (index: number) => string) =>
      Array.from({ length: 30 }, (_, index) => `${rfc(index * 30)},${of(index)}\n`).join('');
    const sparse = `time,methane\n${rows((index) => (index % 10 === 0 ? '0.5' : ''))}`;
    expect((await judged(sparse)).text()).toMatch(/Most cells are empty .*: methane\. .*`--thinned`/);
    expect((await judged(sparse)).json.table?.sparse).toEqual(['methane']);
    expect((await judged(sparse, { thinned: '10min' })).text()).not.toContain('Most cells');
    const failed = `time,methane,methane_quality\n${rows((index) => (index % 10 === 0 ? '0.5,' : ',2156658688'))}`;
    expect((await judged(failed)).json.table?.sparse).toEqual([]);
  });

  test('a reading that failed is not papered over by what was said before', async () => {
    const failed = `time,methane,methane_quality\n${rfc(0)},1.5,\n${rfc(30)},,2156658688\n${rfc(60)},,\n${rfc(300)},1.5,\n`;
    const { told } = await judged(failed, { thinned: '10min' });
    expect(told).toContainEqual(['blind/face/methane/STALE', 121, 300]);
  });
});
