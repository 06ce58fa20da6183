import { describe, expect, test } from '@jest/globals';
import { files } from '../../../drivers/files/index.js';
import { type Devices, linkOf } from './files-link.js';

type Schema = typeof files.tag | typeof files.device | typeof files.link;

/** Where and what the first issue is, and what to write instead. */
function issueOf(schema: Schema, value: unknown): unknown {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  const params = issue?.code === 'custom' ? (issue.params as { remedy?: { en: string } }) : undefined;
  return [issue?.path, issue?.message, params?.remedy?.en];
}

describe('what is written wrong is told with what to write', () => {
  test.each<[Schema, unknown, (string | number)[], string, string | undefined]>([
    [files.tag, { point: 101 }, ['point'], '`101` is no code', "write it in quotes, as `'001A01'`"],
    [files.tag, { point: 'D01', type: 'text', is: 1 }, ['type'], 'a tag with `is` is a bool', 'leave `type` out'],
    [files.device, { mine: 520201001 }, ['mine'], '`520201001` is no code', "write it in quotes, as `'001A01'`"],
    [
      files.link,
      { folder: '/x', files: '../*.txt' },
      ['files'],
      '`../*.txt` names a folder',
      'write names alone here, and the folder as `folder`',
    ],
    [
      files.link,
      { folder: '/x', timezone: 'China' },
      ['timezone'],
      '`China` is no time zone of a station',
      'write how far it is from UTC: `+08:00`',
    ],
    [
      files.link,
      { folder: '/x', fileBytesMax: '65MiB' },
      ['fileBytesMax'],
      'files are read as a whole, so at most 64 MiB',
      'write `64MiB` or less',
    ],
    [
      files.link,
      { folder: '/x', after: { moveTo: '/x' } },
      ['after', 'moveTo'],
      'files would be moved to where they are',
      'name another folder',
    ],
    [
      files.link,
      { folder: '/x', tables: { AQSS: { fields: { value: 1 } } } },
      ['tables', 'AQSS', 'fields'],
      'no field holds the point code',
      'write its place as `point: 2`',
    ],
  ])('%#', (schema, value, path, message, remedy) => {
    expect(issueOf(schema, value)).toEqual([path, message, remedy]);
  });
});

test('files are kept, looked at each 5 s and read as GB 18030 when nothing else is said', () => {
  expect(files.link.parse({ folder: '/x' })).toMatchObject({
    every: 5000,
    settle: 10_000,
    after: 'keep',
    encoding: 'gb18030',
    timezone: 480,
    fileBytesMax: 4 * 2 ** 20,
    complete: 'marked',
  });
  expect(files.device.parse({})).toEqual({ silence: 120_000, delay: 120_000 });
});

describe('the plan', () => {
  const planOf = (devices: Devices, settings: Readonly<Record<string, unknown>> = {}) =>
    files.plan(linkOf({ folder: '/x', ...settings }, devices));
  const tags = { a: { point: 'A01' }, b: { point: 'A01', field: 'state', type: 'text' }, c: { point: 'A02' } };

  test('says what is read, and that nothing is asked', () => {
    expect(planOf({ d: { tags } })).toEqual({
      requests: [{ device: 'd', group: 'main', text: 'reads 2 points of AQSS in /x', fetched: 3, needed: 3, busMs: 0 }],
      busLoad: 0,
      requestsPerSecond: 0,
      problems: [],
    });
  });

  test.each<[string, Devices, Readonly<Record<string, unknown>>, unknown]>([
    [
      'an unknown table',
      { d: { tags: { a: { point: 'A01', table: 'AQMT' } } } },
      {},
      ['devices', 'd', 'tags', 'a', 'table'],
    ],
    [
      'an unknown field',
      { d: { tags: { a: { point: 'A01', field: 'max' } } } },
      {},
      ['devices', 'd', 'tags', 'a', 'field'],
    ],
    [
      'a mine where records tell none',
      { d: { mine: '1', tags } },
      { tables: { AQSS: { fields: { point: 1, value: 2, state: 3 } } } },
      ['devices', 'd', 'mine'],
    ],
    ['a silence shorter than a look', { d: { silence: '5s', tags } }, {}, ['devices', 'd', 'silence']],
  ])('%s', (_, devices, settings, path) => {
    const [problem] = planOf(devices, settings).problems;
    expect(problem?.path).toEqual(path);
    expect(problem?.what.zh).toMatch(/\p{Script=Han}/u);
    expect(problem?.remedy.zh).toMatch(/\p{Script=Han}/u);
  });
});
