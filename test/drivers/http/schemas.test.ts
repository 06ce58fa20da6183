import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { http } from '../../../drivers/http/index.js';
import { type JsonPath, parseJsonPath, readJsonPath } from '../../../drivers/http/json-path.js';
import { parseJsonTime } from '../../../drivers/http/json-time.js';
import { readBody } from '../../../drivers/http/device-body.js';
import { linkOf } from './http-link.js';

type Schema = typeof http.tag | typeof http.device | typeof http.link;

function issueOf(schema: Schema, value: unknown): unknown {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  const params = issue?.code === 'custom' ? (issue.params as { remedy?: { en: string } }) : undefined;
  return [issue?.path, issue?.message, params?.remedy?.en];
}

describe('what is written wrong is told with what to write', () => {
  const listen = { listen: '127.0.0.1:8085' };
  test.each<[Schema, unknown, (string | number)[], RegExp]>([
    [http.link, {}, ['url'], /either asks .* or listens/],
    [http.link, { url: 'http://x/', ...listen, token: { env: 'A' } }, ['listen'], /either asks .* or listens/],
    [http.link, listen, ['token'], /has to show a token/],
    [http.link, { ...listen, token: 'plain' }, ['token'], /Invalid input/],
    [http.link, { url: 'ftp://x/' }, ['url'], /`ftp:\/\/x\/` is no address of a service/],
    [http.link, { listen: '8085', token: { env: 'A' } }, ['listen'], /`8085` is no address to listen at/],
    [http.link, { url: 'http://x/', headers: { 'X-Api-Key': 'abc' } }, ['headers', 'X-Api-Key'], /looks like a secret/],
    [http.link, { url: 'http://x/', query: { token: 'abc' } }, ['query', 'token'], /looks like a secret/],
    [http.link, { url: 'http://x/', bodyBytesMax: '17MiB' }, ['bodyBytesMax'], /at most 16 MiB/],
    [http.tag, { path: 'a..b' }, ['path'], /`a\.\.b` is no path into JSON/],
    [http.tag, { path: 'a', type: 'text', is: 1 }, ['type'], /a tag with `is` is a bool/],
  ])('%#', (schema, value, path, message) => {
    const [at, said] = issueOf(schema, value) as [unknown, string];
    expect(at).toEqual(path);
    expect(said).toMatch(message);
  });
});

describe('a path into JSON', () => {
  const body = {
    now: { temp: 1, 'a.b': 2 },
    list: [
      { id: 'CH4', v: 3 },
      { id: 7, v: 4 },
    ],
    none: null,
  };
  test.each<[string, unknown]>([
    ['now.temp', 1],
    ['$.now.temp', 1],
    ['now["a.b"]', 2],
    ['list[0].v', 3],
    ['list[-1].v', 4],
    ['list[id=CH4].v', 3],
    ['list[id=7].v', 4],
    ['list[id=x].v', undefined],
    ['none', null],
    ['now.temp.x', undefined],
    ['constructor', undefined],
    ['now.__proto__', undefined],
    ['$', body],
  ])('%s', (text, expected) => {
    expect(readJsonPath(body, parseJsonPath(text) as JsonPath)).toEqual(expected);
  });

  test.each(['', '.', 'a.', 'a..b', 'a[', 'a[x]', 'a b', '[', '$x.'])('%j is none', (text) => {
    expect(parseJsonPath(text)).toBeUndefined();
  });
});

test.each<[unknown, string | undefined]>([
  [1_795_222_800, '2026-11-21T01:00:00.000Z'],
  [1_795_222_800_500, '2026-11-21T01:00:00.500Z'],
  ['1795222800', '2026-11-21T01:00:00.000Z'],
  ['2026-11-21T01:00:00Z', '2026-11-21T01:00:00.000Z'],
  ['2026-11-21T09:00+08:00', '2026-11-21T01:00:00.000Z'],
  ['2026-11-21 09:00:00.123456', '2026-11-21T01:00:00.123Z'],
  ['2026-11-31T01:00:00Z', undefined],
  ['yesterday', undefined],
  [-1, undefined],
  [1e300, undefined],
  [true, undefined],
])('the time %j', (value, expected) => {
  const at = parseJsonTime(value, 480);
  expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected);
});

test('the plan says what is asked or waited for, and what clashes', () => {
  const tags = { a: { path: 'a' } };
  const asked = http.plan(linkOf({ url: 'https://x/v7', every: '1min' }, { sky: { path: '/now', tags } }));
  expect(asked).toMatchObject({ requestsPerSecond: 1 / 60, problems: [] });
  expect(asked.requests.map(({ text }) => text)).toEqual(['GET https://x/v7/now']);
  const posted = http.plan(
    linkOf(
      { listen: '0.0.0.0:8085', token: { env: 'A' } },
      { a: { tags }, b: { path: '/a', tags }, c: { path: 'c', tags }, d: { tags: {} } },
    ),
  );
  expect(posted.requests.map(({ text }) => text).slice(0, 2)).toEqual(['waits for POST /a', 'waits for POST /a']);
  expect(posted.problems.map(({ path, warning = false }) => [path, warning])).toEqual([
    [['devices', 'd'], false],
    [['devices', 'b', 'path'], false],
    [['devices', 'c', 'path'], false],
    [['listen'], true],
  ]);
});

test('any JSON at all is read without throwing, and a number is a number', () => {
  const device = linkOf(
    { url: 'http://x/' },
    {
      d: {
        time: 't',
        records: [{ name: 'r', list: 'l', id: 'i', time: 't' }],
        tags: { a: { path: 'a' }, b: { path: 'l[0].a', type: 'boolean' }, c: { path: 'l[i=1].a', type: 'integer' } },
      },
    },
  ).devices[0];
  if (!device) throw new Error('no device');
  const key = fc.constantFrom('a', 'l', 'i', 't', '__proto__');
  const json = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any')),
    ),
  })).any;
  fc.assert(
    fc.property(json, (body) => {
      const { values, happenings } = readBody(device, body, 0);
      for (const value of values.get('main') ?? []) {
        if (value?.kind === 'number') expect(Number.isFinite(value.value)).toBe(true);
      }
      for (const { id } of happenings) expect(id).not.toBe('');
    }),
    { numRuns: 1000 },
  );
});
