import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FoundProgress } from '../../../../../gateway/cli/kit/browse/found-progress.js';
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
