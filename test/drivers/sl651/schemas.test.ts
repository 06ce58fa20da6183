import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Registries, registries, siteLoader } from '../../../config/index.js';
import { sl651 } from '../../../drivers/sl651/index.js';
import { memoryIo } from '../../config/fakes.js';
import { published } from './published.js';
import { linkOf, reservoir } from './station-link.js';

/** Where and what the first issue is, and what to write instead. */
function issueOf(schema: typeof sl651.tag | typeof sl651.device | typeof sl651.link, value: unknown) {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  const params = issue?.code === 'custom' ? (issue.params as { remedy?: { en: string } }) : undefined;
  return { path: issue?.path, message: issue?.message, remedy: params?.remedy?.en };
}

describe('a tag', () => {
  test('is an element, also where YAML read a number, or the letters of an ASCII station', () => {
    expect(sl651.tag.parse({ element: '3b' })).toEqual({ element: '3B', bit: undefined });
    expect(sl651.tag.parse({ element: 39 })).toEqual({ element: '39', bit: undefined });
    expect(sl651.tag.parse({ element: 3 })).toEqual({ element: '03', bit: undefined });
    expect(sl651.tag.parse({ element: 'FF01' })).toEqual({ element: 'FF01', bit: undefined });
    expect(sl651.tag.parse({ ascii: 'ZU' })).toEqual({ element: '3B', bit: undefined });
    expect(sl651.tag.parse({ ascii: 'NH4N' })).toEqual({ element: 'ascii:NH4N', bit: undefined });
  });

  test.each([
    [{}, 'element', /either an element or its ASCII letters/],
    [{ element: '3B', ascii: 'ZU' }, 'element', /either an element/],
    [{ element: '3B', bit: 2 }, 'bit', /is a number, it has no bits/],
    [{ element: '3' }, 'element', /`3` is no element/],
    [{ element: 'F0' }, 'element', /`F0` is no element/],
  ])('%j is refused', (value, path, message) => {
    const issue = issueOf(sl651.tag, value);
    expect(issue.path).toEqual([path]);
    expect(issue.message).toMatch(message);
    expect(issue.remedy).toMatch(/write|leave/);
  });

  test('is a number, bits are booleans', () => {
    const typeOf = (tag: object) => sl651.tagType(sl651.tag.parse(tag));
    expect([typeOf({ element: '3B' }), typeOf({ element: 45 }), typeOf({ element: 45, bit: 7 })]).toEqual([
      'number',
      'integer',
      'boolean',
    ]);
  });
});

test.each([[12345678], ['1234'], ['001234567G']])('%j is no address of a station', (station) => {
  const { remedy, message } = issueOf(sl651.device, { station });
  expect(message).toBe(`\`${station}\` is no address of a station`);
  expect(remedy).toContain("`'0012345678'`");
});

test.each([
  [{ address: 'tcp://10.0.0.1:7651' }, 'address', /stations call, they are not called/],
  [{ address: 'tcp-listen://0.0.0.0:7651', timezone: 'Asia/Shanghai' }, 'timezone', /is no time zone of a station/],
])('%j is no link', (value, path, message) => {
  const issue = issueOf(sl651.link, value);
  expect([issue.path, issue.message]).toEqual([[path], expect.stringMatching(message)]);
});

test('the plan says what is expected, and finds two stations of one address', () => {
  const { requests, busLoad, problems } = sl651.plan(linkOf(7651, { dam: reservoir, twin: reservoir }));
  expect(requests[0]).toMatchObject({
    text: 'station 0012345678 reports 3B, 20, 26, 38, 45, F5, F4',
    needed: 7,
    busMs: 0,
  });
  expect(busLoad).toBe(0);
  expect(problems.map(({ path, what }) => [path, what.en])).toEqual([
    [['devices', 'twin', 'station'], 'twin has the address of dam, 0012345678'],
  ]);
});

const withSl651 = { ...registries, drivers: { ...registries.drivers, sl651 } } as unknown as Registries;

describe.each(['sl651-reservoir', 'sl651-rain-gauge'])('the shipped profile %s', (profile) => {
  const site = `version: 1
site: { id: dam }
links:
  hydro:
    driver: sl651
    address: tcp-listen://0.0.0.0:7651
    devices:
      station-1: { profile: ${profile}, station: '0012345678', centre: 1, password: '1234' }
context: {}
`;

  test('makes a site without problems, whose tags published reports fill', async () => {
    const shipped = readFileSync(join(process.cwd(), 'config/profiles', `${profile}.yaml`));
    const io = memoryIo({ 'site.yaml': site, [`shipped/${profile}.yaml`]: shipped });
    const { site: loaded, problems } = await siteLoader(withSl651)('site.yaml', io);
    expect(problems).toEqual([]);
    const tags = loaded?.links[0]?.devices[0]?.groups.flatMap((group) => group.tags) ?? [];
    const elements = tags.map(({ address }) => (address as { element: string }).element);
    const told = Object.values(published).flatMap(({ values }) => values.map(([element]) => element));
    for (const element of ['20', '26', '38'])
      expect([elements, told]).toEqual([expect.arrayContaining([element]), expect.arrayContaining([element])]);
  });
});
