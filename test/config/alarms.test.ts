import { describe, expect, test } from '@jest/globals';
import { loadSite, priorityDistribution } from '../../config/index.js';
import { alarmSite, loadChanged, toldOf } from './alarm-site.js';
import { memoryIo } from './fakes.js';

const toxic = 'alarm: { class: toxic, action: leave the house }';
const action = 'action: raise the ventilation';

describe('a first-out group', () => {
  const of = (group: string) => `above: 3\n    alarm: { ${action}, group: ${group} }\n`;

  test('of one alarm is a name misspelt: told, with the one that was meant', async () => {
    const gas = ['leave the house }', 'leave the house, group: trip }'] as const;
    expect(await toldOf(['above: 3\n', of('trip')], gas)).toEqual([]);
    expect(
      await toldOf(['above: 3\n', of('tirp')], ['L: 500 }', 'L: 500, alarm: { action: free it, group: trip } }'], gas),
    ).toEqual([
      'tirp | the first-out group `tirp` has one alarm: which of it came first is no question | did you mean `trip`?',
    ]);
  });

  test('of one alarm, with no other group, is told with what to do', async () => {
    expect(await toldOf(['above: 3\n', of('trip')])).toEqual([
      'trip | the first-out group `trip` has one alarm: which of it came first is no question | name the group with other alarms too, or remove `group`',
    ]);
  });
});

describe('danger is never hidden', () => {
  test.each<[string, string, string]>([
    [
      '    HH: 20\n',
      '    HH: 20\n    onDelay: 1s\n',
      '1s | alarms of class `toxic` are never delayed | remove `onDelay`',
    ],
    [
      '    tag: gas\n',
      '    tag: double\n',
      'double | alarms of class `toxic` are judged on what is measured; `double` is computed by a formula | name the tag that is measured',
    ],
    [
      toxic,
      `alarm: { class: toxic, action: leave the house, suppress: { when: { device: fan-1, tag: running, is: 0 } } }`,
      'suppress | nothing may suppress an alarm of class `toxic` | remove `suppress`',
    ],
    [
      toxic,
      `shadow: 2026-12-01\n    ${toxic}`,
      '2026-12-01 | alarms of class `toxic` are always announced | remove `shadow`',
    ],
    [
      '    L: { curve',
      '    shadow: 2026-12-01\n    L: { curve',
      '2026-12-01 | alarms of class `guarded` are always announced | remove `shadow`',
    ],
    [
      'above: 3\n',
      'above: 3\n    shadow: 2026-12-01\n    alarm: { class: safety, action: look at both }\n',
      '2026-12-01 | alarms of class `safety` are always announced | remove `shadow`',
    ],
    [
      'above: 3\n',
      'above: 3\n    alarm: { class: toxic, action: look at both }\n',
      'toxic | alarms of class `toxic` come from bare limits, not from a rule of type `deviation`',
    ],
    [
      'guarded: { like: safety }',
      'guarded: { like: toxic }',
      'suppress | nothing may suppress an alarm of class `guarded`',
    ],
  ])('%s → %s', async (from, to, expected) => {
    const told = await toldOf([from, to]);
    expect(told.filter((line) => line.includes(expected))).toHaveLength(1);
  });

  test('doubt about a reading, a deadband and a delay on the way back stay allowed', async () => {
    const range = 'range: [0, 100] }\n      heat';
    const doubted = 'range: [0, 100], jump: 5/s, stuckAfter: 1h }\n      heat';
    expect(await toldOf([range, doubted], ['deadband: 2', 'deadband: 2\n    offDelay: 5min'])).toEqual([]);
  });
});

describe('a rationale that nobody could use is refused', () => {
  test.each<[string, string, readonly string[]]>([
    [action, 'severity: minor', ['alarm | an alarm without an `action` is an alarm nobody can answer']],
    [
      'L: { severity: serious }',
      'LL: { severity: serious }',
      ['LL | the rule has no condition `LL` | did you mean `L`?'],
    ],
    [
      'L: { severity: serious }',
      'HIGH: { severity: serious }',
      ['HIGH | the rule has no condition `HIGH` | what may stand here: H, L'],
    ],
    ['L: { severity: serious }', 'L: { class: saftey }', ['saftey | `saftey` is no `class` | did you mean `safety`?']],
    ['guarded: { like: safety }', 'guarded: { like: safety, shelve: 8 }', ['8 | `shelve` has a number without a unit']],
  ])('%s → %s', async (from, to, expected) => {
    const told = await toldOf([from, to]);
    expect(told).toHaveLength(expected.length);
    for (const [index, line] of expected.entries()) expect(told[index]).toContain(line);
  });

  test('one kind may be an alarm while the others are events', async () => {
    const { site, problems } = await loadChanged(
      [`      ${action}\n`, ''],
      ['L: { severity: serious }', `L: { ${action} }`],
    );
    expect(problems).toEqual([]);
    expect(site?.rules.find(({ name }) => name === 'heat')?.alarm).toMatchObject({
      shared: undefined,
      kinds: { L: { action: { en: 'raise the ventilation' } } },
    });
  });
});

test('what suppresses is handed on as it is written, for whoever compiles it', async () => {
  const { site } = await loadChanged();
  expect(site?.rules.find(({ name }) => name === 'heat')?.alarm?.suppress).toEqual({
    when: { device: 'fan-1', tag: 'running', is: 0 },
    unless: { tag: 'heat', above: 40 },
    max: 8 * 3_600_000,
  });
});

describe('a rule in shadow', () => {
  const until = async (day: string, zone: string) => {
    const { site, problems } = await loadChanged(['above: 3\n', `above: 3\n    shadow: ${day}\n`], ['"+08:00"', zone]);
    expect(problems).toEqual([]);
    return site?.rules.find(({ name }) => name === 'apart')?.shadowUntil;
  };

  test.each([
    ['2026-12-01', '"+08:00"', '2026-11-30T16:00:00Z'],
    ['2026-12-01', '"-03:30"', '2026-12-01T03:30:00Z'],
    ['2026-12-01', 'Asia/Shanghai', '2026-11-30T16:00:00Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
  ])('until %s in %s ends as that day begins', async (day, zone, expected) => {
    expect(new Date((await until(day, zone)) ?? Number.NaN).toISOString()).toBe(expected.replace('Z', '.000Z'));
  });

  test('has a day for an end', async () => {
    expect(await toldOf(['above: 3\n', 'above: 3\n    shadow: 1.12.2026\n'])).toEqual([
      '1.12.2026 | `1.12.2026` is not a usable `shadow` | write for example `2026-12-01`',
    ]);
  });
});

describe('former names', () => {
  test('are known of rules, devices, tags and derived tags', async () => {
    const { site, problems } = await loadChanged(
      ['  silent: { type', '  silent: { formerly: [quiet, mute], type'],
      ['house-2: { profile: air,', 'house-2: { profile: air, formerly: [house-b],'],
      ['resolution: 1, range', 'formerly: [nh3], resolution: 1, range'],
      ['double: { formula', 'double: { formerly: [twice], formula'],
    );
    expect(problems).toEqual([]);
    expect(site?.rules.find(({ name }) => name === 'silent')?.formerly).toEqual(['quiet', 'mute']);
    const device = site?.links[0]?.devices[1];
    expect(device?.formerly).toEqual(['house-b']);
    expect(device?.groups[0]?.tags[0]?.formerly).toEqual(['nh3']);
    expect(device?.groups[0]?.derived[0]?.formerly).toEqual(['twice']);
    expect(site?.rules[0]?.formerly).toEqual([]);
  });

  test.each<[string, string, string]>([
    [
      '  silent: { type',
      '  silent: { formerly: [gas], type',
      'gas | `gas` is in use, so it is no former name | remove `gas`',
    ],
    ['  silent: { type', '  silent: { formerly: [silent], type', 'silent | `silent` is in use'],
    ['  silent: { type', '  silent: { formerly: [a, a], type', 'a | `a` is listed twice'],
    ['house-2: { profile: air,', 'house-2: { profile: air, formerly: [fan-1],', 'fan-1 | `fan-1` is in use'],
    ['resolution: 1, range', 'formerly: [heat], resolution: 1, range', 'heat | `heat` is in use'],
    ['resolution: 1, range', 'formerly: [double], resolution: 1, range', 'double | `double` is in use'],
  ])('%s → %s is refused', async (from, to, expected) => {
    const told = await toldOf([from, to]);
    expect(told.filter((line) => line.includes(expected))).toHaveLength(1);
  });

  test('of two things are refused, with the place of the first', async () => {
    const { problems } = await loadChanged(
      ['  silent: { type', '  silent: { formerly: [old], type'],
      ['  disk: { type', '  disk: { formerly: [old], type'],
    );
    expect(problems.map(({ line, what, related }) => [line, what.en, related.map((place) => place.line)])).toEqual([
      [64, '`old` is listed twice', [63]],
    ]);
  });
});

describe('the distribution of priorities', () => {
  test('counts alarms by priority and conditions nobody has to act on as events, device by device', async () => {
    const { site } = await loadChanged();
    // gas HH 1 · heat L (serious, half an hour) and H (minor) on two devices · apart 1, stuffy 2, silent 1, disk 1
    expect(site && priorityDistribution(site)).toEqual({ critical: 0, high: 0, medium: 2, low: 3, events: 5 });
  });

  test('of the demonstration has few that are critical and more that are low', async () => {
    const { site } = await loadSite('config/examples/demo/site.yaml');
    const counts = site && priorityDistribution(site);
    expect(counts?.critical).toBeGreaterThan(0);
    expect(counts?.low).toBeGreaterThan((counts?.critical ?? 0) + (counts?.high ?? 0));
    expect(counts?.events).toBeGreaterThan(0);
  });

  test('is nothing but noughts for a site without rules', async () => {
    const bare = alarmSite.slice(0, alarmSite.indexOf('rules:'));
    const { site } = await loadSite('site.yaml', memoryIo({ 'site.yaml': bare }));
    expect(site && priorityDistribution(site)).toEqual({ critical: 0, high: 0, medium: 0, low: 0, events: 0 });
  });
});
