import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { compileLayout } from '../../../drivers/files/compile-layout.js';
import { files } from '../../../drivers/files/index.js';
import { parseRecordTime } from '../../../drivers/files/record-time.js';
import { readTextFile } from '../../../drivers/files/text-file.js';
import { toGbk } from '../../../firmware-sim/text-files/index.js';

const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);
const layoutOf = (settings: Readonly<Record<string, unknown>> = {}) =>
  compileLayout(files.link.parse({ folder: '/x', ...settings }));
const layout = layoutOf();
const read = (text: string, name = 'a.txt', own = layout) => readTextFile(name, toGbk(text), own);

const batch = [
  'KJ;AQSS|',
  '520201001;001A01;2026-11-21 09:01:00;0.45;正常~',
  '520201001;001A02;2026-11-21 09:01:00;24;报警~',
  '520201001;001D01;2026-11-21 09:01:00;1;正常~',
  '||',
].join('\r\n');

describe('a file as mines write it', () => {
  test('gives each record once, with its mine, point, time and line', () => {
    const { records, damages, isEnded } = read(batch);
    expect(damages).toEqual([]);
    expect(isEnded).toBe(true);
    expect(records.map(({ mine, point, at, line, words }) => [mine, point, at, line, words[3], words[4]])).toEqual([
      ['520201001', '001A01', Date.UTC(2026, 10, 21, 1, 1), 2, '0.45', '正常'],
      ['520201001', '001A02', Date.UTC(2026, 10, 21, 1, 1), 3, '24', '报警'],
      ['520201001', '001D01', Date.UTC(2026, 10, 21, 1, 1), 4, '1', '正常'],
    ]);
  });

  test.each([
    ['all in one line', batch.replaceAll('\r\n', '')],
    ['with the double bar as one character', batch.replace('||', '‖')],
    ['without the last record end', batch.replace('正常~\r\n||', '正常||')],
    ['with nothing after the header but a line end', batch.replace('|\r\n', '|')],
    ['with blank lines and blanks around', `\r\n  ${batch.replaceAll(';', ' ; ')}\r\n\r\n`],
  ])('%s: the same records', (_, text) => {
    const { records, damages, isEnded } = read(text);
    expect([records.length, damages, isEnded]).toEqual([3, [], true]);
    expect(records.map(({ point }) => point)).toEqual(['001A01', '001A02', '001D01']);
  });

  test('of two batches in one file both are read', () => {
    const { records, isEnded } = read(`${batch}\r\n${batch.replace('AQSS', 'AQKD')}`);
    expect(records.map(({ table }) => table.name)).toEqual(['AQSS', 'AQSS', 'AQSS', 'AQKD', 'AQKD', 'AQKD']);
    expect(isEnded).toBe(true);
  });

  test('an empty batch is whole and holds nothing', () => {
    expect(read('KJ;AQSS|||')).toMatchObject({ records: [], damages: [], isEnded: true });
  });

  test('a character whose second byte is that of a mark is no mark', () => {
    // 亅 is 81 7C and 亊 is 81 7E in GBK: `|` and `~`.
    const own = layoutOf({
      tables: { AQSS: { fields: { mine: 1, point: 2, time: 3, value: 4, state: 5, place: 6 } } },
    });
    const text = 'KJ;AQSS|520201001;001A01;2026-11-21 09:01:00;0.45;正常;亅亊~||';
    const { records, damages } = read(text, 'a.txt', own);
    expect(damages).toEqual([]);
    expect(records.map(({ words }) => words[5])).toEqual(['亅亊']);
  });

  test('without a header the name says which table it is', () => {
    const headless = batch.slice(batch.indexOf('|') + 1);
    expect(read(headless, '520201001_AQKD_1.txt').records.map(({ table }) => table.name)).toEqual([
      'AQKD',
      'AQKD',
      'AQKD',
    ]);
    const { records, damages } = read(headless, 'x.txt');
    expect(records).toEqual([]);
    expect(damages[0]?.what.en).toContain('neither a header nor the name x.txt says which table');
  });

  test('a table that nobody declared is for others', () => {
    expect(read(batch.replace('AQSS', 'AQMC'))).toMatchObject({ records: [], damages: [], otherTables: ['AQMC'] });
  });
});

describe('what is damaged is named with its line, and hides nothing else', () => {
  test.each([
    ['too few fields', '520201001;001A09;0.45', /line 3: a record has 3 fields, AQSS has 5: `520201001;001A09;0.45`/],
    ['no time', '520201001;001A09;yesterday;0.45;正常', /line 3: point 001A09: `yesterday` is no time/],
    ['a day that is none', '520201001;001A09;2026-11-31 00:00:00;1;正常', /`2026-11-31 00:00:00` is no time/],
    ['no point', '520201001;;2026-11-21 09:01:00;0.45;正常', /line 3: a record names no point/],
  ])('%s', (_, record, sentence) => {
    const lines = batch.split('\r\n');
    const { records, damages } = read([...lines.slice(0, 2), `${record}~`, ...lines.slice(2)].join('\r\n'));
    expect(records).toHaveLength(3);
    expect(damages).toHaveLength(1);
    expect(`line ${damages[0]?.line}: ${damages[0]?.what.en}`).toMatch(sentence);
    expect(damages[0]?.what.zh).toMatch(/\p{Script=Han}/u);
  });

  test('a file cut anywhere gives the records that are whole, and no other', () => {
    const whole = read(batch).records.map(({ text }) => text);
    for (let length = 0; length < batch.length; length += 1) {
      const { records, isEnded } = read(batch.slice(0, length));
      expect(records.map(({ text }) => text)).toEqual(whole.slice(0, records.length));
      expect(isEnded).toBe(false);
    }
  });

  test('the wrong encoding is told, and gives no garbled word', () => {
    const { records, damages } = readTextFile('a.txt', toGbk(batch), layoutOf({ encoding: 'utf-8' }));
    expect(records).toEqual([]);
    expect(damages.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(damages[0]?.what.en).toBe('`state` is no text in utf-8: check `encoding`');
  });

  test('of very many the first are told and the rest counted', () => {
    const { damages } = read(`KJ;AQSS|${'x~'.repeat(500)}||`);
    expect(damages).toHaveLength(20);
    expect(damages.at(-1)?.what.en).toBe('481 more from here on');
  });
});

test.each([
  ['2026-11-21 09:01:02', '2026-11-21T01:01:02.000Z'],
  ['2026/1/2 3:04:05', '2026-01-01T19:04:05.000Z'],
  ['2026-11-21T09:01', '2026-11-21T01:01:00.000Z'],
  ['20261121090102', '2026-11-21T01:01:02.000Z'],
  ['20261121090102123', '2026-11-21T01:01:02.123Z'],
  ['2026年11月21日 09时01分02秒', '2026-11-21T01:01:02.000Z'],
  ['2026-11-21 09:01:02.5', '2026-11-21T01:01:02.500Z'],
])('the time %s', (text, expected) => {
  expect(new Date(parseRecordTime(text, 480) ?? Number.NaN).toISOString()).toBe(expected);
});

test.each([
  '',
  '2026-13-01 00:00:00',
  '2026-02-29 00:00:00',
  '2026-11-21',
  '2026-11-21 24:00:00',
  '12:00:00',
  '20261121',
])('%j is no time', (text) => {
  expect(parseRecordTime(text, 0)).toBeUndefined();
});

describe('any bytes at all', () => {
  const piece = fc.constantFrom(
    'KJ;AQSS|',
    ';',
    '~',
    '||',
    '‖',
    '|',
    '\r\n',
    '520201001',
    '001A01',
    '2026-11-21 09:01:00',
    '0.45',
    '正常',
  );
  const hostile = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => toGbk(pieces.join(''))),
    fc.uint8Array({ maxLength: 200 }),
  );

  test('never throw, and every record is one that stands there', () => {
    fc.assert(
      fc.property(hostile, (bytes) => {
        const text = new TextDecoder('gb18030').decode(bytes);
        for (const record of readTextFile('AQSS.txt', bytes, layout).records) {
          expect(text).toContain(record.text);
          expect(record.words.length).toBeGreaterThanOrEqual(record.table.width);
          expect(record.text).not.toContain('~');
        }
      }),
      { numRuns: Math.max(1, Math.floor(runs / 4)) },
    );
  });
});

type Find = (this: string, mark: string, from?: number) => number;

describe('a file of many records is read in one pass', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each<[string, string]>([
    ['without line breaks', `KJ;AQSS|${'M;P;2026-11-22 09:00:00;0.5;A~'.repeat(3000)}||`],
    ['with one batch a record', 'KJ;AQSS|M;P;2026-11-22 09:00:00;0.5;A~||'.repeat(3000)],
    ['without an end of any record', 'KJ;AQSS|M;P;2026-11-22 09:00:00;0.5;A||'.repeat(3000)],
  ])('%s', (_, text) => {
    const original = Object.getOwnPropertyDescriptor(String.prototype, 'indexOf')?.value as Find;
    let searched = 0;
    jest.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, mark: string, from = 0) {
      const at = original.call(this, mark, from);
      searched += (at < 0 ? this.length : at) - from;
      return at;
    });
    expect(read(text).records).toHaveLength(3000);
    expect(searched).toBeLessThan(6 * text.length);
  });
});

test('a file in UTF-8 is noticed where another encoding is declared', () => {
  expect(readTextFile('a.txt', Buffer.from(batch), layout).isOtherEncoding).toBe(true);
  expect(readTextFile('a.txt', Buffer.from(batch), layoutOf({ encoding: 'utf-8' })).isOtherEncoding).toBe(false);
  expect(read(batch).isOtherEncoding).toBe(false);
  expect(read(batch.replace(/正常|报警/g, '1')).isOtherEncoding).toBe(false);
});
