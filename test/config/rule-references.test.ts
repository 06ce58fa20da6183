import { describe, expect, test } from '@jest/globals';
import { loadChanged, toldOf } from './alarm-site.js';

test('a site with rules of many kinds is right', async () => {
  const { problems, warnings, site } = await loadChanged();
  expect([...problems, ...warnings]).toEqual([]);
  expect(site?.rules.map(({ name, devices }) => [name, devices])).toEqual([
    ['gas', ['house-1']],
    ['heat', ['house-1', 'house-2']],
    ['apart', ['house-1']],
    ['stuffy', ['house-1', 'house-2']],
    ['silent', ['house-1']],
    ['disk', ['box']],
  ]);
});

describe('what a rule names and the site does not have is told where it stands', () => {
  test.each<[string, string, string]>([
    [
      'from: { device: house-2, tag: heat }',
      'from: { device: house-2, tag: heet }',
      'heet | there is no tag `heet` at house-2 | did you mean `heat`?',
    ],
    [
      'from: { device: house-2,',
      'from: { device: hose-2,',
      'hose-2 | there is no device `hose-2` | did you mean `house-2`?',
    ],
    [
      'over: { device: house-2, tag: outside }',
      'over: { tag: outsid }',
      'outsid | there is no tag `outsid` at house-1, house-2 | did you mean `outside`?',
    ],
    [
      'setpoint + 5',
      'setpiont + 5',
      'setpiont | the formula cannot be computed: the formula names the tag "setpiont", which this group does not have | did you mean `setpoint + 5`?',
    ],
    [
      'setpoint + 5',
      'outside + 5',
      'outside | the formula cannot be computed: the formula names the tag "outside", which this group does not have | tags that can be used: gas, heat, setpoint, double',
    ],
    ['- { device: fan-1,', '- { device: fan-9,', 'fan-9 | there is no device `fan-9` | did you mean `fan-1`?'],
    [
      'tag: gas, above: 10',
      'tag: gass, above: 10',
      'gass | there is no tag `gass` at house-1, house-2 | did you mean `gas`?',
    ],
    [
      'when: { device: fan-1, tag: running',
      'when: { device: fan-1, tag: runing',
      'runing | there is no tag `runing` at fan-1 | did you mean `running`?',
    ],
    [
      'unless: { tag: heat',
      'unless: { tag: heating',
      'heating | there is no tag `heating` at house-1, house-2 | did you mean `heat`?',
    ],
    ['tag: disk_free', 'tag: diskfree', 'diskfree | there is no tag `diskfree` at box | did you mean `disk_free`?'],
    ['devices: [box]', 'devices: [bax]', 'bax | there is no device `bax` | did you mean `box`?'],
    ['tag: disk_free', 'tag: clock_source', 'clock_source | the tag `clock_source` is a text; rules judge numbers | '],
    ['tag: outside, after', 'tag: label, after', 'label | the tag `label` is a text; rules judge numbers | '],
  ])('%s → %s', async (from, to, expected) => {
    const told = await toldOf([from, to]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(expected);
  });

  test('several at once, and beside a misspelt key of the same rule', async () => {
    const told = await toldOf(['above: 3\n', 'abov: 3\n'], ['tag: heat }\n', 'tag: het }\n'], ['is: 1 }', 'isnt: 1 }']);
    expect(told.map((line) => line.split(' | ')[0])).toEqual(['het', 'abov', 'isnt']);
  });

  test('a tag that only some devices of a profile or of `*` have is fine, one that none has is not', async () => {
    const onAll: [string, string] = ['devices: ["profile:air"]', 'devices: ["*"]'];
    expect(await toldOf(onAll)).toEqual([]);
    expect(await toldOf(onAll, ['tag: gas, above: 10', 'tag: smoke, above: 10'])).toEqual([
      'smoke | there is no tag `smoke` at house-1, house-2, fan-1 | what may stand here: gas, heat, setpoint, outside, double, running',
    ]);
  });

  test('no device on a link can have the name of the box', async () => {
    expect(
      await toldOf(
        ['      house-2:', '      box:'],
        ['[house-1, house-2]', '[house-1]'],
        ['over: { device: house-2,', 'over: {'],
        ['device: house-2, tag: heat', 'device: box, tag: load'],
      ),
    ).toEqual([
      'box | a device cannot be called `box`: that is the box Sluice runs on | give one of the two `box` another name',
    ]);
  });
});

describe('what is wrong inside a condition is told like anything else', () => {
  const test1 = '- { tag: gas, above: 10, for: 1min }';
  test.each<[string, string, readonly string[]]>([
    [test1, '- { tag: gas, abov: 10, for: 1min }', ['abov | `any` has no key `abov` | did you mean `above`?']],
    [test1, '- { tg: gas, above: 10, for: 1min }', ['tg | `any` has no key `tg` | did you mean `tag`?']],
    [test1, '- { tag: gas, above: "10", for: 1min }', ['"10" | `above` must be a number | write for example `10`']],
    [test1, '- { tag: gas, above: ten, for: 1min }', ['ten | `above` must be a number | write a number']],
    [test1, '- { tag: gas, above: 10, for: 60 }', ['60 | `for` has a number without a unit | write for example `60s`']],
    [
      test1,
      '- { tag: gas, above: 10, for: １min }',
      ['１min | `for: １min` has full-width signs | write for example `1min`'],
    ],
    [
      test1,
      '- { tag: gas }',
      [
        '{ | nothing is compared | give one of above, below, atLeast, atMost, is, isNot, isBad; join several tests with all or any',
      ],
    ],
    [test1, '- gas', ['gas | `any[0]` must be a section with keys | write for example `{ tag: … }`']],
    ['        - any:', '        - ani:', ['ani | `all` has no key `ani` | did you mean `any`?']],
    ['      all:\n', '      for: 1min\n      all:\n', ['for | `for` cannot stand beside `all` | remove `for`']],
    ['      all:\n', '      atLeast: 3\n      of:\n', ['3 | 3 of 2 can never be true | give at most 2']],
    [
      'when: { device: fan-1, tag: running, is: 0 }',
      'when: { device: fan-1, tag: running, iz: 0 }',
      ['iz | `when` has no key `iz` | did you mean `is`?'],
    ],
    [
      'when: { device: fan-1, tag: running, is: 0 }, unless',
      'wen: { device: fan-1, tag: running, is: 0 }, unless',
      ['wen | `suppress` has no key `wen` | did you mean `when`?'],
    ],
    ['when: { device: fan-1, tag: running, is: 0 }, unless', 'unless', ['suppress | `suppress` lacks `when`']],
    [
      'H: { formula: setpoint + 5 }',
      'H: { formul: setpoint + 5 }',
      ['formul | `H` has no key `formul` | did you mean `formula`?'],
    ],
    ['H: { formula: setpoint + 5 }', 'H: warm', ['warm | `H` must be a number | write a number']],
    ['H: { formula: setpoint + 5 }', 'H: ', [' | `H` has no value | write a number']],
    [
      'guarded: { like: safety }',
      'guarded: { like: safety, shelve: 8 }',
      ['8 | `shelve` has a number without a unit | write for example `8s`'],
    ],
  ])('%s → %s', async (from, to, expected) => {
    const told = await toldOf([from, to]);
    expect(told).toHaveLength(expected.length);
    for (const [index, line] of expected.entries()) expect(told[index]).toContain(line);
  });
});

test('times within which a tag is read once are doubtful', async () => {
  expect(await toldOf(['after: 3min', 'after: 90s'])).toEqual([
    '90s | `after` of 90s is shorter than two polls of `outside`, which is read every 1min | add `after`, for example `after: 3min`',
  ]);
  expect(await toldOf(['above: 3\n', 'above: 3\n    maxAge: 15s\n'])).toEqual([
    '15s | `maxAge` of 15s is shorter than two polls of `heat`, which is read every 10s | add `maxAge`, for example `maxAge: 30s`',
  ]);
  expect(await toldOf(['{ tag: heat, above: 40 }', '{ tag: outside, above: 40, maxAge: 1min }'])).toHaveLength(1);
  expect(
    await toldOf(
      ['groups: { slow: 1min }', 'groups: { slow: 5min }'],
      ['after: 3min', 'after: 10min'],
      ['{ tag: heat, above: 40 }', '{ tag: outside, above: 40 }'],
    ),
  ).toEqual([
    'unless | `maxAge` of 3min is shorter than two polls of `outside`, which is read every 5min | add `maxAge`, for example `maxAge: 15min`',
  ]);
});
