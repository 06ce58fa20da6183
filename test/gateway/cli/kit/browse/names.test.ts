import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BrowsedNode } from '../../../../../drivers/opcua/index.js';
import { isReserved } from '../../../../../config/check/profile-tags.js';
import { FoundProgress } from '../../../../../gateway/cli/kit/browse/found-progress.js';
import { printable, printableJson, shortened } from '../../../../../gateway/cli/kit/browse/printable.js';
import { profileYaml } from '../../../../../gateway/cli/kit/browse/profile-yaml.js';
import { legalName, tagNames } from '../../../../../gateway/cli/kit/browse/tag-names.js';
import { ManualClock } from '../../../../support/manual-clock.js';
import { toldCli } from '../../told-cli.js';

/** What config takes for the name of a tag. */
const legal = /^\p{L}[\p{L}\p{N}_.-]{0,63}$/u;

describe('names of tags', () => {
  test('are legal and unlike each other, whatever the server calls its nodes', () => {
    const path = fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(path, { maxLength: 30 }), (paths) => {
        const names = tagNames(paths.map((one) => ({ path: one })));
        expect(names).toHaveLength(paths.length);
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(legal);
      }),
    );
  });

  test('are none that records keep for themselves, by the very rule of the configuration', () => {
    const names = ['time', 'sequence', 'Flow_quality', '_quality', 'context.site', 'context.a_quality', 'Time'];
    const part = fc.oneof(fc.constantFrom(...names, 'context'), fc.string({ maxLength: 70 }));
    fc.assert(
      fc.property(fc.array(fc.array(part, { minLength: 1, maxLength: 3 }), { maxLength: 20 }), (paths) => {
        for (const name of tagNames(paths.map((path) => ({ path })))) expect(isReserved(name)).toBe(false);
      }),
    );
    expect(tagNames(names.map((name) => ({ path: [name] })))).toEqual([
      'time_value',
      'sequence_value',
      'Flow_quality_value',
      'quality',
      'context_site',
      'context_a_quality_value',
      'Time',
    ]);
  });

  test('are the browse names where these tell apart, else with those above them', () => {
    const paths = [
      ['Plant', 'Boiler 1', 'Level'],
      ['Plant', 'Boiler 2', 'Level'],
      ['Plant', 'Boiler 2', 'Pressure'],
      ['Plant', '水箱', '液位 (m)'],
    ];
    expect(tagNames(paths.map((path) => ({ path })))).toEqual([
      'Boiler_1.Level',
      'Boiler_2.Level',
      'Pressure',
      '液位_m',
    ]);
    expect([legalName('4th'), legalName('--'), legalName('a.'), legalName('x'.repeat(99)).length]).toEqual([
      'th',
      'tag',
      'a',
      64,
    ]);
  });
});

describe('a text of a server', () => {
  const evil = 'a\u0085\u009b\u061c\u202e\u2069\u2028\u007fb';

  test('steers no terminal, neither as text nor as JSON, which keeps what it says', () => {
    const steering = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
    expect(printable(evil)).not.toMatch(steering);
    const json = printableJson({ [evil]: evil });
    expect(json).not.toMatch(steering);
    expect(JSON.parse(json)).toEqual({ [evil]: evil });
  });

  test('is cut where it is too long', () => {
    expect(shortened('x'.repeat(1000))).toBe(`${'x'.repeat(59)}…`);
  });
});

test('a node that no profile takes is a remark, and a name that YAML knows stands in quotes', () => {
  const leaf = (name: string, id: string): BrowsedNode => ({
    name,
    node: `nsu=http://h/;s=${id}`,
    kind: 'variable',
    variable: {
      dataType: 'Double',
      elements: undefined,
      fields: [],
      tagType: 'number',
      value: 1,
      status: 'Good',
      unit: '',
      keepsHistory: false,
    },
    children: [],
    isRepeated: false,
    hasMore: false,
    refused: undefined,
  });
  const tree: BrowsedNode = {
    ...leaf('true', 'x'),
    kind: 'object',
    variable: undefined,
    children: [leaf('Empty', ''), leaf('Long', 'x'.repeat(4097)), leaf('null', 'n')],
  };
  const lines = profileYaml(toldCli(), tree).split('\n');
  expect(lines).toContain('profile: "true"');
  expect(lines).toContain('  # Empty: no profile takes this node: nsu=http://h/;s=');
  expect(lines.find((line) => line.includes('Long'))).toMatch(/^ {2}# Long: no profile takes this node: .{60}$/);
  expect(lines).toContain('  "null": { node: "s=n" }');
});

test('what lasts longer than two seconds is told, at first whom it waits for, then how much was found', async () => {
  const clock = new ManualClock();
  const cli = toldCli();
  const progress = new FoundProgress(cli, 'opc.tcp://box:4840', clock);
  await clock.advance(1999);
  expect(cli.told).toEqual([]);
  await clock.advance(1);
  progress.update(340);
  await clock.advance(10_000);
  expect(cli.told).toEqual(['waiting for opc.tcp://box:4840 …', 'nodes found so far: 340']);
  progress.end();
  await clock.advance(60_000);
  expect(cli.told).toHaveLength(2);
  expect(clock.waiting).toBe(0);
});
