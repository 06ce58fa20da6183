import { describe, expect, test } from '@jest/globals';
import { type Registries, registries, type SiteConfig, siteLoader } from '../../config/index.js';
import { statutoryBeginnings, statutoryChanges } from '../../config/statutory.js';
import { countingDriver } from '../prove/counting-driver.js';
import { altered, fillFace, statutorySite } from '../support/statutory-site.js';
import { memoryIo } from './fakes.js';

const load = siteLoader({
  ...registries,
  drivers: { ...registries.drivers, counting: countingDriver(fillFace) },
} as unknown as Registries);

async function checked(text: string): Promise<SiteConfig> {
  const { site, problems } = await load('site.yaml', memoryIo({ 'site.yaml': text }));
  if (!site) throw new Error(JSON.stringify(problems, null, 1));
  return site;
}

const change = async (text: string) => statutoryChanges(await checked(statutorySite), await checked(text));

describe('what shapes a statutory tag', () => {
  test.each([
    ['scale: 0.01', 'scale: 0.005', 'scale', 0.01, 0.005],
    ['offset: 0', 'offset: -1', 'offset', 0, -1],
    ['unit: "%"', 'unit: ppm', 'unit', '%', 'ppm'],
    ['range: [0, 4]', 'range: [0, 10]', 'range', [0, 4], [0, 10]],
    ['cell: 0', 'cell: 9', 'address.cell', 0, 9],
    ['phase: 7', 'phase: 8', 'onLink.phase', 7, 8],
    ['poll: 1s', 'poll: 1min', 'everyMs', 1000, 60_000],
    ['statutory: true', 'statutory: false', 'statutory', true, false],
    ['offset: 0', 'jump: 1/s', 'jumpPerSecond', null, 1],
    ['offset: 0', 'stuckAfter: 1h', 'stuckAfterMs', null, 3_600_000],
    ['HH: 1.5', 'HH: 2.5', 'rules.methane.HH', 1.5, 2.5],
    ['deadband: 0.1', 'deadband: 0.5', 'rules.methane.deadband', 0.1, 0.5],
    ['HH: 1.5', 'HH: 1.5\n    onDelay: 30s', 'rules.methane.onDelay', null, 30_000],
    ['2 * methane + 1', 'methane + 1', 'derived.spread.formula', '2 * methane + 1', 'methane + 1'],
    ['id: face,', 'id: face-2,', 'site', 'face', 'face-2'],
  ])('%s → %s is one change', async (line, by, what, from, to) => {
    expect(await change(altered(line, by))).toEqual([{ device: 'west', tag: 'methane', what, from, to }]);
  });

  test('a rule that goes is one change, with all it said; so is a new name of it', async () => {
    const rule = statutorySite.slice(statutorySite.indexOf('  methane:\n    type'), statutorySite.indexOf('  heat:'));
    const gone = await change(altered(rule, ''));
    expect(gone).toEqual([
      expect.objectContaining({ what: 'rules.methane', from: expect.objectContaining({ HH: 1.5 }), to: null }),
    ]);
    const renamed = await change(altered('  methane:\n    type', '  gas:\n    formerly: [methane]\n    type'));
    expect(renamed.map(({ what }) => what)).toEqual(['rules.methane', 'rules.gas']);
  });

  test('another class of its alarm is told with each policy that differs', async () => {
    const changes = await change(altered('class: safety', 'class: process'));
    expect(changes).toContainEqual(
      expect.objectContaining({ what: 'rules.methane.alarm.shared.class.latch', from: true, to: false }),
    );
  });

  test('a new name and a removal are told under the name it had', async () => {
    const named = { device: 'west', tag: 'methane' };
    const renamed = altered('methane:\n        cell', 'ch4:\n        formerly: [methane]\n        cell')
      .replace('tag: methane', 'tag: ch4')
      .replace('2 * methane', '2 * ch4');
    expect(await change(renamed)).toEqual(
      expect.arrayContaining([{ ...named, what: 'tag', from: 'methane', to: 'ch4' }]),
    );
    const elsewhere = altered('devices: { west:', 'devices: { east:').replaceAll('[west]', '[east]');
    expect(await change(elsewhere)).toEqual([{ ...named, what: 'statutory', from: true, to: null }]);
  });

  test('a sink that is added is a change, where it writes to as well; where its secret lies is none', async () => {
    const sink = (url: string, name: string) =>
      `${statutorySite}sinks: { city: { type: influxdb, url: "${url}", database: d, user: u, password: { env: ${name} } } }\n`;
    const one = await checked(sink('http://10.0.0.1:8086', 'A'));
    expect(statutoryChanges(await checked(statutorySite), one)).toEqual([
      expect.objectContaining({ what: 'sinks.city', from: null }),
    ]);
    expect(statutoryChanges(one, await checked(sink('http://10.0.0.1:8086', 'B')))).toEqual([]);
    expect(statutoryChanges(one, await checked(sink('http://10.0.0.2:8086', 'A')))).toEqual([
      expect.objectContaining({ what: 'sinks.city.url' }),
    ]);
  });

  test.each([
    ['cell: 1', 'cell: 2'],
    ['H: 30', 'H: 32'],
    ['methane is high', 'methane is too high'],
    ['cut the power', 'cut the power now'],
    ['journal: {', '# a remark\njournal: {'],
  ])('%s → %s concerns nothing protected', async (line, by) => {
    expect(await change(altered(line, by))).toEqual([]);
  });
});

describe('protection', () => {
  test('begins with all that shapes the tag, and for each tag once', async () => {
    const [before, after] = [
      await checked(statutorySite),
      await checked(altered('cell: 1,', 'cell: 1, statutory: true,')),
    ];
    expect(statutoryBeginnings(undefined, before)).toEqual([
      {
        device: 'west',
        tag: 'methane',
        what: 'protection',
        from: null,
        to: expect.objectContaining({
          '': expect.objectContaining({ scale: 0.01, 'address.cell': 0 }),
          'rules.methane': expect.objectContaining({ HH: 1.5 }),
        }),
      },
    ]);
    expect(statutoryBeginnings(before, before)).toEqual([]);
    expect(statutoryBeginnings(before, after)).toEqual([expect.objectContaining({ tag: 'temperature' })]);
    expect(statutoryChanges(before, after)).toEqual([]);
  });
});

describe('check', () => {
  const warned = async (text: string) =>
    (await load('site.yaml', memoryIo({ 'site.yaml': text }))).warnings.map(({ what }) => what.en);

  test('warns of a protected tag that is read seldom or that nothing judges', async () => {
    expect(await warned(statutorySite)).toEqual([]);
    expect(await warned(altered('poll: 1s', 'poll: 2min'))).toContain(
      '`methane` of `west` is protected by law and read only every 2min',
    );
    expect(await warned(altered('cell: 1,', 'cell: 1, statutory: true,').replace(/ {2}heat: .*\n/, ''))).toEqual([
      '`temperature` of `west` is protected by law, and no rule judges it: nothing that exceeds is recorded',
    ]);
  });

  test('refuses a limit that follows the context: one person would move it', async () => {
    const limit = 'HH: { curve: [[0, 0], [10, 10]], over: { device: context, tag: limit } }';
    const context = 'context: { limit: { type: number, unit: "%", value: 1.5 } }\n';
    const { problems } = await load('site.yaml', memoryIo({ 'site.yaml': altered('HH: 1.5', limit) + context }));
    expect(problems.map(({ what, line }) => [line, what.en])).toEqual([
      [expect.any(Number), '`methane` is protected by law, and this limit follows the context, which one person sets'],
    ]);
  });

  test('refuses to protect a text, and to compute a value in place of a protected one', async () => {
    const text = {
      ...registries,
      drivers: { counting: { ...countingDriver(fillFace), tagType: () => 'text' } },
    } as unknown as Registries;
    const bare = statutorySite.replace(/ {8}scale: .*\n {8}offset: .*\n/, '').replace(/ {4}derived:\n.*\n/, '');
    const { problems } = await siteLoader(text)('site.yaml', memoryIo({ 'site.yaml': bare }));
    expect(problems.map(({ what }) => what.en)).toContain('a text cannot be `statutory`: nothing judges it');
    const twice = await load('site.yaml', memoryIo({ 'site.yaml': altered('spread:', 'methane:') }));
    expect(twice.problems.map(({ what }) => what.en)).toContain('a tag `methane` exists already');
  });
});
