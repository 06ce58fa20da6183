import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { siteLoader } from '../../config/load-site.js';
import { formatProblem } from '../../config/problem.js';
import { fakeRegistries, goodSite, memoryIo, sensor } from './fakes.js';

const load = (site: string | Uint8Array, files: Readonly<Record<string, string>> = {}) =>
  siteLoader(fakeRegistries)(
    'farm/site.yaml',
    memoryIo({ 'farm/site.yaml': site, 'shipped/sensor.yaml': sensor, ...files }),
  );

/** Lines and English causes, the shortest form that says what a user is told. */
const told = async (site: string | Uint8Array, files: Readonly<Record<string, string>> = {}) => {
  const { problems, warnings } = await load(site, files);
  return [...problems, ...warnings].map(({ line, what }) => `${line} ${what.en}`);
};

describe('a site that is right', () => {
  test('has its profiles joined to its devices, with intervals of device over profile', async () => {
    const { site } = await load(goodSite);
    const devices = site?.links[0]?.devices.map(({ name, groups }) => [
      name,
      groups.map((group) => [
        group.name,
        group.everyMs,
        group.tags.map((tag) => tag.name),
        group.derived.map((tag) => tag.name),
      ]),
    ]);
    expect(devices).toEqual([
      [
        'climate-1',
        [
          ['main', 10_000, ['temperature', 'humidity'], ['thi']],
          ['fast', 1000, ['running'], []],
        ],
      ],
      [
        'climate-2',
        [
          ['main', 5000, ['temperature', 'humidity'], ['thi']],
          ['fast', 2000, ['running'], []],
        ],
      ],
    ]);
  });

  test('carries units in one spelling and knows that a scaled integer is a number', async () => {
    const { site } = await load(goodSite);
    const [temperature] = site?.links[0]?.devices[0]?.groups[0]?.tags ?? [];
    expect(temperature).toMatchObject({ unit: '°C', type: 'number', scale: 0.1, range: [-40, 80], resolution: 0.1 });
  });

  test('has every default in its place', async () => {
    const { site } = await load(goodSite);
    expect(site?.sinks[0]).toMatchObject({ from: 'now', flushEveryMs: 1000, order: 'live-first' });
    expect(site?.journal).toMatchObject({
      commitEveryMs: 1000,
      bytesMax: 2 * 2 ** 30,
      alarmsAgeMaxMs: 180 * 86_400_000,
    });
    expect(site?.http).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(site?.broker).toBeUndefined();
  });

  test('keeps the texts it was made from, and its hash changes with them', async () => {
    const [one, other] = [(await load(goodSite)).site, (await load(goodSite.replace('H: 28', 'H: 29'))).site];
    expect(Object.keys(one?.files ?? {})).toEqual(['site.yaml', 'shipped/sensor.yaml']);
    expect(one?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(one?.hash).not.toBe(other?.hash);
  });

  test.each([
    ['a byte order mark', `\ufeff${goodSite}`],
    ['Windows line ends', goodSite.replaceAll('\n', '\r\n')],
    ['UTF-16 as Notepad saves it', Buffer.from(`\ufeff${goodSite}`, 'utf16le')],
    ['a comment with full-width signs', `# 说明：一号舍，二号舍\n${goodSite}`],
    ['full-width signs inside a text', goodSite.replace('示范猪场', '示范猪场（一号，北区）：保育')],
  ])('may have %s', async (_, site) => {
    expect((await load(site)).problems).toEqual([]);
  });

  test('selects devices by profile and by `*`', async () => {
    const rules = (await load(goodSite.replace('[climate-1, climate-2]', '["profile:sensor"]'))).site?.rules;
    expect(rules?.[0]?.devices).toEqual(['climate-1', 'climate-2']);
    expect((await load(goodSite.replace('[climate-1, climate-2]', '["*"]'))).site?.rules[0]?.devices).toHaveLength(2);
  });
});

describe('problems', () => {
  test('are told all at once, each at its own line', async () => {
    const site = goodSite
      .replace('framing: tcp', 'framing：tcp')
      .replace('poll: 5s', 'poll: 5')
      .replace('tag: temperature', 'tag: temprature')
      .replace('type: store', 'type: stor');
    expect(await told(site)).toEqual([
      '6 full-width signs stand where ASCII signs belong',
      '13 `poll` has a number without a unit',
      '16 there is no tag `temprature` at climate-1, climate-2',
      '18 `stor` is no `type`',
    ]);
  });

  test('name columns as they were typed, also behind what was repaired', async () => {
    const { problems } = await load(goodSite.replace('{ profile: sensor, unit: 1 }', '{ profile：sensor，unit：0 }'));
    const unit = problems.find((problem) => /too small/.test(problem.what.en));
    expect(
      goodSite.replace('{ profile: sensor, unit: 1 }', '{ profile：sensor，unit：0 }').split('\n')[8]?.[
        (unit?.column ?? 0) - 1
      ],
    ).toBe('0');
  });

  test('stand in the file they belong to', async () => {
    const own = sensor.replace('profile: sensor', 'profile: own').replace('int16', 'int17');
    const site = goodSite.replace('links:', 'profiles: [own.yaml]\nlinks:').replace('profile: sensor', 'profile: own');
    const { problems } = await load(site, { 'farm/own.yaml': own });
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(['farm/own.yaml:7']);
  });

  test('of a missing key are told at the line of what lacks it, with what to add', async () => {
    const { problems } = await load(goodSite.replace('    framing: tcp\n', ''));
    expect(problems.map((problem) => formatProblem(problem, 'zh'))).toEqual([
      'farm/site.yaml:4:3：`house-bus` 缺少 `framing`\n  → 加上 `framing`，例如 `framing: tcp`',
    ]);
  });

  test('of a secret never repeat it', async () => {
    const site = goodSite.replace('{ env: STORE_PASSWORD }', 'hunter2').replace('sinks:\n', 'sinks:\n  # x\n');
    const wide = goodSite.replace(
      '{ type: store, url: http://127.0.0.1:8086, password: { env: STORE_PASSWORD } }',
      '\n    type: store\n    password：hunter2',
    );
    const all = [...(await load(site)).problems, ...(await load(wide)).problems];
    expect(all.length).toBeGreaterThan(1);
    expect(JSON.stringify(all)).not.toContain('hunter2');
  });

  test('of a newer version are the only ones told', async () => {
    expect(await told(goodSite.replace('version: 1', 'version: 2').replace('driver', 'drvier'))).toEqual([
      '1 the file has version 2; this release of Sluice knows versions up to 1',
    ]);
  });

  test.each([['a file that is not there', { read: () => Promise.reject(new Error('no')) }]])(
    'of %s are told without a stack',
    async (_, io) => {
      const { problems } = await siteLoader(fakeRegistries)('nowhere.yaml', { ...memoryIo({}), ...io });
      expect(problems.map(({ what }) => what.en)).toEqual(['there is no file `nowhere.yaml`']);
    },
  );
});

describe('profiles', () => {
  const inline = `profiles:
  probe:
    driver: modbus
    groups: { fast: 1s }
    tags:
      depth: { register: input 1, type: int16, unit: m3/h }
      state: { register: input 2, type: bool, group: fast }
`;
  const withInline = (text: string) =>
    goodSite
      .replace('links:\n', `${text}links:\n`)
      .replace('profile: sensor, unit: 1', 'profile: probe, unit: 1')
      .replace('[climate-1, climate-2]', '[climate-2]');

  test('may stand in the site file', async () => {
    const { site, problems } = await load(withInline(inline));
    expect(problems).toEqual([]);
    expect(site?.links[0]?.devices[0]?.groups[0]?.tags[0]).toMatchObject({ name: 'depth', unit: 'm³/h' });
  });

  test.each([
    ['group: fast', 'group: fsat', '9 there is no poll group `fsat`'],
    ['depth:', 'time:', '8 a tag cannot be called `time`: Sluice itself writes a field of this name'],
    ['depth:', 'select:', '8 the store reserves `select`'],
    ['type: bool', 'type: bool, scale: 2', '9 `scale` does not apply to a tag that is no number'],
    ['unit: m3/h', 'scale: 0', '8 with a scale of 0 every value would be 0'],
    ['unit: m3/h', 'range: [5, 1]', '8 `[5, 1]` is not a usable `range`'],
    ['      state', '      depth2: {}\n      state', '9 `depth2` lacks `register`'],
  ])('with `%s` as `%s` are refused', async (from, to, expected) => {
    expect(await told(withInline(inline.replace(from, to)))).toContain(expected);
  });

  test('derive tags only from tags of one poll group', async () => {
    const derived = (formula: string) => withInline(`${inline}    derived: { sum: { formula: ${formula} } }\n`);
    expect(await told(derived('depth * 2'))).toEqual([]);
    expect(await told(derived('depth + state'))).toEqual(['10 the formula needs tags of more than one poll group']);
    expect(await told(derived('dept * 2'))).toEqual(['10 the formula cannot be computed: there is no tag dept']);
  });

  test('that cannot be found are told with the nearest name', async () => {
    const missing = goodSite.replace('links:\n', 'profiles: [profiles/sensr.yaml]\nlinks:\n');
    const { problems } = await load(missing, { 'farm/profiles/sensor.yaml': sensor });
    expect(problems.map(({ line, remedy }) => `${line} ${remedy.en}`)).toEqual([
      '3 did you mean `profiles/sensor.yaml`?',
    ]);
  });
});

describe('warnings', () => {
  test('do not refuse the site', async () => {
    const { site, warnings } = await load(goodSite.replace('deadband: 1', 'deadband: 0.05').replace('H: 28', 'H: 280'));
    expect(site).toBeDefined();
    expect(warnings.map(({ line, what }) => `${line} ${what.en}`)).toEqual([
      '16 H at 280 is outside the measuring range (-40…80 °C)',
      '16 a deadband of 0.05 is less than one step of the sensor (0.1 °C): it changes nothing',
    ]);
  });

  test('tell that a file is GBK, and it is read all the same', async () => {
    // 示范猪场 in GB18030; Node writes no such encoding itself.
    const [before = '', after = ''] = goodSite.split('示范猪场');
    const name = Buffer.from('cabeb7b6d6edb3a1', 'hex');
    const { site, warnings } = await load(Buffer.concat([Buffer.from(before), name, Buffer.from(after)]));
    expect(site?.site.name).toBe('示范猪场');
    expect(warnings.map(({ what }) => what.en)).toEqual([
      'the file is saved as gb18030, not as UTF-8; it was read all the same',
    ]);
  });
});

const pieces = fc.constantFrom(
  '：',
  '，',
  '“',
  '\t',
  '\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '&a',
  '*a',
  '<<: ',
  '- ',
  '? ',
  '!!x',
  '|',
  '>',
  '%',
  '#',
  '\u0000',
  '__proto__: 1\n',
  'null',
  '\ud800',
  '  ',
);

test('no edit of a site makes loading throw', async () => {
  const edits = fc.array(fc.tuple(fc.nat(goodSite.length), fc.nat(6), pieces), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(edits, async (all) => {
      const site = all.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), goodSite);
      const { problems, site: checked } = await load(site);
      expect(checked !== undefined || problems.length > 0).toBe(true);
      for (const problem of problems) {
        expect(problem.line).toBeGreaterThanOrEqual(1);
        expect(problem.what.zh).not.toBe('');
        expect(problem.remedy.zh).not.toBe('');
      }
    }),
    { numRuns: 300 },
  );
});

test('no bytes at all make loading throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expect((await load(bytes)).problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});
