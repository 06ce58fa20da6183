import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { hj212 } from '../../../drivers/hj212/index.js';
import { type Registries, registries, siteLoader } from '../../../config/index.js';
import { siteJsonSchema } from '../../../config/schema/site-json-schema.js';
import { memoryIo } from '../../config/fakes.js';
import { linkOf } from './station-link.js';

/** Where and what the first issue is, and what to write instead. */
function issueOf(schema: typeof hj212.tag | typeof hj212.device | typeof hj212.link, value: unknown) {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  const params = issue?.code === 'custom' ? (issue.params as { remedy?: { en: string } }) : undefined;
  return { path: issue?.path, message: issue?.message, remedy: params?.remedy?.en };
}

describe('a tag', () => {
  test('is a code, in realtime data unless it says so', () => {
    expect(hj212.tag.parse({ code: 'a21001' })).toEqual({ code: 'a21001', data: 'realtime', of: 'Rtd' });
    expect(hj212.tag.parse({ code: 'w00000', data: 'day', of: 'Cou' })).toEqual({
      code: 'w00000',
      data: 'day',
      of: 'Cou',
    });
    expect(hj212.tag.parse({ code: '011', data: 'hour' })).toEqual({ code: '011', data: 'hour', of: 'Avg' });
  });

  test.each([
    [{ code: 11 }, 'code', '`11` is no code of a pollutant', /'011'/],
    [{ code: 'a-b' }, 'code', '`a-b` is no code of a pollutant', /a21001/],
    [{ code: 'a21001', of: 'Avg' }, 'of', 'realtime data has no `Avg`', /Rtd, ZsRtd/],
    [{ code: 'a21001', data: 'hour', of: 'Rtd' }, 'of', 'hour data has no `Rtd`', /Avg, Min, Max, Cou/],
  ])('%j is refused', (value, path, message, remedy) => {
    const issue = issueOf(hj212.tag, value);
    expect(issue).toMatchObject({ path: [path], message });
    expect(issue.remedy).toMatch(remedy);
  });
});

test.each([[12345678901234], ['A B'], ['']])('%j is no station number', (mn) => {
  expect(issueOf(hj212.device, { mn })).toMatchObject({ message: `\`${mn}\` is no station number` });
});

describe('a link', () => {
  test('writes to no station, and takes times for those of China, unless it says so', () => {
    expect(hj212.link.parse({ address: 'tcp-listen://[::]:9003' })).toEqual({
      address: { kind: 'tcp-listen', host: '::', port: 9003 },
      timezone: 8 * 3_600_000,
      setClock: false,
      clockOffsetMax: 60_000,
      backfill: false,
    });
  });

  test.each(['tcp://10.0.0.1:9003', 'tcp-listen://0.0.0.0', 'tcp-listen://0.0.0.0:0', 'tcp-listen://0.0.0.0:70000'])(
    '%s is no address that stations can dial',
    (address) => expect(issueOf(hj212.link, { address }).remedy).toContain('tcp-listen://0.0.0.0:9003'),
  );

  test('has its zone as an offset', () => {
    const issue = issueOf(hj212.link, { address: 'tcp-listen://0.0.0.0:9003', timezone: 'Asia/Shanghai' });
    expect(issue).toMatchObject({ path: ['timezone'], remedy: 'write how far it is from UTC: `+08:00`' });
  });
});

describe('the plan', () => {
  const address = 'tcp-listen://0.0.0.0:9003';
  const mn = '010000A8900016F000169DC0';

  test('says what is listened for, and takes nothing of the line', () => {
    const tags = [{ code: 'a21001' }, { code: 'a21028' }, { code: 'a21001', data: 'hour' }];
    const { requests, busLoad, problems } = hj212.plan(
      linkOf({ address }, { air: { mn, groups: { main: { tags } } } }),
    );
    expect(requests.map(({ text, needed, busMs }) => [text, needed, busMs])).toEqual([
      [`station ${mn} · listens for realtime data (2011)`, 2, 0],
      [`station ${mn} · listens for hour data (2061)`, 1, 0],
    ]);
    expect(busLoad).toBe(0);
    expect(problems).toEqual([]);
  });

  test('finds a number that two have, one of an odd length, and minute data without its interval', () => {
    const groups = { main: { tags: [{ code: 'a21001' }] } };
    const minute = { main: { tags: [{ code: 'a21001', data: 'minute' }] } };
    const stations = { one: { mn, groups }, two: { mn, groups }, odd: { mn: 'A1', groups: minute } };
    const { problems } = hj212.plan(linkOf({ address }, stations));
    expect(problems.map(({ path, what, warning = false }) => [path.join('.'), what.en, warning])).toEqual([
      ['devices.two.mn', 'one has the same MN', false],
      ['devices.odd.mn', '`A1` has 2 characters; an MN has 24, of the version of 2005 it has 14', true],
      ['devices.odd.groups.main', 'minute data is in a group of 30 s', true],
    ]);
  });
});

describe('the shipped profiles', () => {
  const withHj212 = { ...registries, drivers: { ...registries.drivers, hj212 } } as unknown as Registries;
  const names = ['hj212-air-station', 'hj212-water-station'] as const;

  test('make a site without problems', async () => {
    const profiles = await Promise.all(
      names.map(async (name) => [`${name}.yaml`, await readFile(`config/profiles/${name}.yaml`, 'utf8')] as const),
    );
    const site = `version: 1
site: { id: farm }
profiles: [${names.map((name) => `${name}.yaml`).join(', ')}]
links:
  stations:
    driver: hj212
    address: tcp-listen://0.0.0.0:9003
    password: { env: HJ212_PW }
    backfill: true
    devices:
      boundary-air: { profile: hj212-air-station, mn: '010000A8900016F000169DC0', st: '22' }
      outlet: { profile: hj212-water-station, mn: '010000A8900016F000169DC1', silentAfter: 10min }
context: {}
`;
    const io = memoryIo({ 'site.yaml': site, ...Object.fromEntries(profiles) });
    const { site: loaded, problems } = await siteLoader(withHj212)('site.yaml', io);
    expect(problems).toEqual([]);
    const counted = loaded?.links[0]?.devices.map(({ groups }) => groups.map(({ name, tags }) => [name, tags.length]));
    expect(counted).toEqual([
      [
        ['main', 7],
        ['minute', 2],
        ['hour', 3],
        ['day', 2],
      ],
      [
        ['main', 6],
        ['minute', 2],
        ['hour', 5],
        ['day', 3],
      ],
    ]);
  });

  test('have a JSON Schema', () => {
    expect(JSON.stringify(siteJsonSchema(withHj212))).toContain('Code of the pollutant or quantity');
  });
});
