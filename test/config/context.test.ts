import { describe, expect, test } from '@jest/globals';
import { formatProblem, loadSite } from '../../config/index.js';

const text = `version: 1
site: { id: dam, timezone: "+08:00" }
profiles:
  gauge:
    driver: modbus
    poll: 10s
    groups: { slow: 1min }
    tags:
      level: { register: holding 0, type: float32, unit: m }
      flow: { register: holding 2, type: float32, unit: m³/s, group: slow }
      serial: { register: holding 20, type: string, length: 8 }
    derived:
      water: { formula: level + context.datum, unit: m }
      storage: { curve: [[100, 0], [110, 4000], [120, 20000]], of: water, unit: 万m³ }
context:
  datum: { type: number, unit: m, value: 98.4, description: "surveyed, 1985 datum" }
  flood-season: { type: date, value: 2026-06-01, by: operator }
  shift: { type: text }
links:
  bus:
    driver: modbus
    framing: tcp
    address: tcp://10.0.0.5:502
    devices: { weir: { profile: gauge, unit: 1 } }
rules:
  high:
    type: limits
    devices: [weir]
    tag: water
    H: { curve: [[0, 115], [90, 112]], over: { device: context, tag: flood-season } }
  season: { type: limits, devices: [context], tag: flood-season, H: 120 }
`;

const load = (content: string) =>
  loadSite('site.yaml', { read: async () => Buffer.from(content), list: async () => [], shippedProfiles: '' });

/** What is said of a site in which one thing was written otherwise. */
async function told(right: string, wrong: string): Promise<string[]> {
  expect(text).toContain(right);
  const { problems } = await load(text.replace(right, wrong));
  return problems.map((problem) => formatProblem(problem, 'en').split('\n').slice(0, 2).join(' '));
}

describe('a site with context', () => {
  test('is read with types, units, first values and who may set them', async () => {
    const { site, problems } = await load(text);
    expect(problems).toEqual([]);
    expect(site?.context).toEqual([
      { name: 'datum', type: 'number', unit: 'm', value: 98.4, by: 'engineer', description: 'surveyed, 1985 datum' },
      { name: 'flood-season', type: 'date', unit: '', value: '2026-06-01', by: 'operator', description: '' },
      { name: 'shift', type: 'text', unit: '', value: null, by: 'engineer', description: '' },
    ]);
    expect(site?.links[0]?.devices[0]?.groups[0]?.derived).toMatchObject([
      { name: 'water', formula: 'level + context.datum' },
      { name: 'storage', of: 'water', curve: expect.arrayContaining([[110, 4000]]) },
    ]);
  });

  test('is not judged by rules for every device', async () => {
    const { site } = await load(text.replace('devices: [weir]', 'devices: ["*"]'));
    expect(site?.rules[0]?.devices).toEqual(['weir']);
  });

  test.each<[what: string, right: string, wrong: string, said: RegExp]>([
    ['a name the context has not', 'context.datum,', 'context.zero,', /:13:.*"zero" of the context.*context\.datum/],
    ['a text in a formula', 'context.datum,', 'context.shift,', /:13:.*"shift" of the context/],
    ['a type that is none', 'type: text', 'type: words', /:18:.*words.*did you mean.*text|:18:.*number, date/],
    ['a value of another type', 'value: 98.4', 'value: high', /:16:.*`value` must be a number/],
    ['a day that does not exist', '2026-06-01', '2026-06-31', /:17:.*`value`/],
    ['a unit for a day', 'value: 2026-06-01', 'unit: d', /:17:.*`unit`/],
    ['no type', '{ type: text }', '{ unit: m }', /:18:.*`type`/],
    ['a name that records have themselves', 'shift:', 'time:', /:18:.*cannot be called `time`/],
    [
      'a device of that name',
      'unit: 1 } }',
      'unit: 1 }, context: { profile: gauge, unit: 2 } }',
      /:24:.*cannot be called `context`/,
    ],
    ['a tag of that name', 'flow: { register', 'context.flow: { register', /:10:.*cannot be called `context.flow`/],
    [
      'a tag of the context that is not there',
      'tag: flood-season }',
      'tag: flood-saeson }',
      /:30:.*flood-saeson.*did you mean.*flood-season/,
    ],
    ['a limit over a text', 'tag: flood-season }', 'tag: shift }', /:30:.*`shift` is a text/],
    ['points out of order', '[110, 4000], [120, 20000]', '[120, 4000], [110, 20000]', /:14:.*do not ascend at 110/],
    ['points given twice', '[110, 4000], [120, 20000]', '[110, 4000], [110, 20000]', /:14:.*do not ascend at 110/],
    ['one point', '[[100, 0], [110, 4000], [120, 20000]]', '[[100, 0]]', /:14:.*`curve`.*2/],
    ['a table over nothing', 'of: water', 'of: watr', /:14:.*`watr`.*did you mean.*water/],
    ['a table over a text', 'of: water', 'of: serial', /:14:.*no number `serial`/],
    ['a table without its tag', 'of: water, ', '', /:14:.*`of`/],
    ['a table and a formula', 'of: water', 'of: water, formula: level', /:14:.*formula/],
    ['a table before what it is over', 'of: water', 'of: storage', /:14:.*no number `storage`/],
  ])('is refused with %s', async (_, right, wrong, said) => {
    const problems = await told(right, wrong);
    expect(problems.join('\n')).toMatch(said);
    expect(problems).toHaveLength(1);
  });

  test.each([
    ['datum', []],
    ['datm', [expect.stringMatching(/:30:.*"datm" of the context.*did you mean.*context\.datum/)]],
  ])('a formula of a limit may name context.%s', async (name, expected) => {
    const said = await told(
      'H: { curve: [[0, 115], [90, 112]], over: { device: context, tag: flood-season } }',
      `H: { formula: context.${name} + 20 }`,
    );
    expect(said).toEqual(expected);
  });
});
