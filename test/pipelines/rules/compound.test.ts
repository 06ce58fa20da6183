import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality, type StampedFrame } from '../../../gateway/contract/index.js';
import { compound } from '../../../pipelines/rules/compound.js';
import { describeRuleContract } from '../../contracts/rule.js';
import {
  compileOnly,
  feedAll,
  follow,
  frameOf,
  inShort,
  type Reading,
  tableOf,
  throughDisk,
} from '../../contracts/rule-inputs.js';

const tank = {
  ...tableOf([{ name: 'level', type: 'number', unit: 'm', resolution: 0.1 }]),
  device: 'tank',
};
const pump = {
  ...tableOf(
    [
      { name: 'running', type: 'boolean', unit: '' },
      { name: 'current', type: 'number', unit: 'A' },
    ],
    2,
  ),
  device: 'pump-1',
};
const other = { ...pump, device: 'pump-2', number: 3 };
const all = [tank, pump, other];
const bad = { quality: Quality['bad-no-answer'] };
const absent = { quality: Quality.absent };

const compile = (when: unknown, more: Record<string, unknown> = {}, tables = [tank]) =>
  compileOnly(compound, { when, ...more }, tables, all);

/** What is told for levels a second apart, null being no frame. */
const tell = (test: Record<string, unknown>, levels: readonly (Reading | null)[], more = {}): string[] =>
  follow(compile({ tag: 'level', ...test }, more).rule, tank, levels);

const at = (second: number, table: typeof tank, ...row: Reading[]): StampedFrame => frameOf(table, second * 1000, row);

describe('one test of a tag', () => {
  test.each([
    [{ above: 3 }, ['2 CONDITION+']],
    [{ atLeast: 3 }, ['1 CONDITION+']],
    [{ below: 3 }, ['0 CONDITION+', '1 CONDITION-']],
    [{ atMost: 3 }, ['0 CONDITION+', '2 CONDITION-']],
    [{ is: 3 }, ['1 CONDITION+', '2 CONDITION-']],
    [{ isNot: [2, 4] }, ['1 CONDITION+', '2 CONDITION-']],
    [{ isBad: true }, []],
  ])('%j of 2, 3 and 4', (test, told) => {
    expect(tell(test, [2, 3, 4])).toEqual(told);
  });

  test('does not tell numbers apart that lie half a step of the sensor from each other', () => {
    expect(tell({ above: 3 }, [Math.fround(3.04)])).toEqual([]);
    expect(tell({ atLeast: 3 }, [2.96])).toEqual(['0 CONDITION+']);
    expect(tell({ is: 3 }, [3.04])).toEqual(['0 CONDITION+']);
  });

  test('counts over range as above everything, under range as below', () => {
    expect(tell({ above: 30 }, [{ value: 5, quality: Quality['uncertain-over-range'] }])).toEqual(['0 CONDITION+']);
    expect(tell({ atMost: -3 }, [{ value: 0, quality: Quality['uncertain-under-range'] }])).toEqual(['0 CONDITION+']);
  });

  test('is unknown while the reading is bad or too old; one that was not read this time still stands', () => {
    expect(tell({ above: 3, maxAge: '2s' }, [4, absent, bad, 4, null, null, null, 2])).toEqual([
      '0 CONDITION+',
      '2 CONDITION?',
      '3 CONDITION+',
      '6 CONDITION?',
      '7 CONDITION-',
    ]);
    expect(tell({ isBad: true }, [4, bad, 4])).toEqual(['1 CONDITION+', '2 CONDITION-']);
  });
});

describe('`for`', () => {
  test('asks that it held without a break', () => {
    expect(tell({ above: 3, for: '3s' }, [4, 4, 2, 4, 4, 4, 4, 2])).toEqual(['6 CONDITION+', '7 CONDITION-']);
  });

  test('ends without a frame too, one second later: a frame of that instant could say otherwise', () => {
    expect(tell({ above: 3, for: '3s' }, [4, null, null, null, null])).toEqual(['4 CONDITION+']);
    expect(tell({ above: 3, for: '3s' }, [4, null, null, 2, 2])).toEqual([]);
  });

  test('is not broken by a missing reading, unless that lasts longer than a reading may be old', () => {
    expect(tell({ above: 3, for: '3s' }, [4, bad, 4, 4])).toEqual(['1 CONDITION?', '2 CONDITION-', '3 CONDITION+']);
    expect(tell({ above: 3, for: '3s', maxAge: '2s' }, [4, bad, bad, 4, 4, 4, 4])).toEqual([
      '1 CONDITION?',
      '3 CONDITION-',
      '6 CONDITION+',
    ]);
  });
});

describe('`within`', () => {
  test('asks that it was so at some moment of the last time', () => {
    expect(tell({ above: 3, within: '3s' }, [2, 4, 2, 2, 2, 2, 2])).toEqual(['1 CONDITION+', '6 CONDITION-']);
  });

  test('holds while the tag has no reading', () => {
    expect(tell({ above: 3, within: '3s' }, [4, bad, bad, bad, bad, bad])).toEqual(['0 CONDITION+', '5 CONDITION?']);
  });

  test('of a `for` asks that it had held so long', () => {
    expect(tell({ above: 3, for: '2s', within: '3s' }, [4, 4, 2, 4, 4, 4, 2, 2, 2, 2, 2])).toEqual([
      '5 CONDITION+',
      '10 CONDITION-',
    ]);
  });
});

describe('tests joined', () => {
  const high = { device: 'tank', tag: 'level', above: 3 };
  const stopped = { device: 'pump-1', tag: 'running', is: false };
  const idle = { device: 'pump-2', tag: 'current', below: 1 };
  /** Level, running and current, a frame each a second: what the condition is after each. */
  function saidAfter(when: unknown, rows: readonly (readonly [Reading, Reading, Reading])[]): string {
    const { rule } = compile(when);
    let said = 'n';
    const afterRow = ([level, running, current]: readonly Reading[], second: number): string => {
      const frames = [
        at(second, tank, level ?? 0),
        at(second, pump, running ?? 0, 0),
        at(second, other, 1, current ?? 0),
      ];
      const told = inShort(
        feedAll(
          rule,
          frames.map((frame) => ({ frame })),
        ),
      ).at(-1);
      said = told === undefined ? said : (told.at(-1) ?? said).replace('+', 'A').replace('-', 'n');
      return said;
    };
    return rows.map(afterRow).join('');
  }

  const rows = [
    [4, 0, 0],
    [2, 0, 0],
    [4, 1, 9],
    [bad, 0, 0],
    [bad, 1, 0],
    [bad, bad, 0],
    [2, 1, 9],
  ] as const;

  test.each([
    [{ all: [high, stopped, idle] }, 'Ann?n?n'],
    [{ any: [high, stopped, idle] }, 'AAAAAAn'],
    [{ atLeast: 2, of: [high, stopped, idle] }, 'AAnA??n'],
    [{ not: { any: [high, stopped] } }, 'nnnn??A'],
  ])('%j', (when, said) => {
    expect(saidAfter(when, rows)).toBe(said);
  });
});

describe('a compound rule', () => {
  test('is one for each device when a test names none, and the same one for all when every test does', () => {
    const settings = (when: unknown) => compound.config.parse({ when });
    const each = compound.create(
      'dry',
      settings({
        all: [
          { tag: 'current', below: 1 },
          { device: 'tank', tag: 'level', below: 1 },
        ],
      }),
      [tank, pump, other],
      all,
    );
    expect(each.map(({ key, tables, conditions }) => [key, tables, conditions[0]?.key, conditions[0]?.tag])).toEqual([
      ['pump-1', [pump, tank], 'dry/pump-1/CONDITION', 'current'],
      ['pump-2', [other, tank], 'dry/pump-2/CONDITION', 'current'],
    ]);
    const one = compound.create('dry', settings({ device: 'tank', tag: 'level', below: 1 }), [pump, other], all);
    expect(one.map(({ key, tables, conditions }) => [key, tables, conditions[0]?.key])).toEqual([
      ['', [tank], 'dry/tank/CONDITION'],
    ]);
    const nowhere = settings({ device: 'nowhere', tag: 'level', below: 1 });
    expect(compound.create('dry', nowhere, [tank], all)).toEqual([]);
  });

  test('says in words what it asks, or what the site file says', () => {
    const when = {
      all: [
        { tag: 'level', above: 3, for: '10min' },
        { not: { device: 'pump-1', tag: 'running', is: true, within: '1min' } },
        {
          atLeast: 1,
          of: [{ device: 'pump-2', tag: 'current', isBad: true }, { any: [{ tag: 'level', isNot: [1, 2] }] }],
        },
      ],
    };
    expect(compile(when).conditions[0]?.message).toEqual({
      en:
        'tank level above 3 m for 10 min and not (pump-1 running is 1 within the last 1 min) ' +
        'and at least 1 of (pump-2 current is bad; tank level is not 1 or 2)',
      zh:
        'tank level 高于 3 m持续 10 分钟，且 非（最近 1 分钟内 pump-1 running 为 1），' +
        '且 至少 1 项成立（pump-2 current 读数无效；tank level 不为 1、2）',
    });
    const message = { en: 'The tank runs over', zh: '水箱溢流' };
    expect(compile(when, { message }).conditions[0]?.message).toEqual(message);
  });

  test('delays on top of its tests, found by the passing seconds', () => {
    expect(tell({ above: 3, for: '2s' }, [4, null, null, null, null, null, null], { onDelay: '2s' })).toEqual([
      '6 CONDITION+',
    ]);
    expect(tell({ above: 3 }, [4, 2, 2, 4, 2, 2, 2, 2], { offDelay: '3s' })).toEqual(['0 CONDITION+', '7 CONDITION-']);
  });

  test('goes on at 59 s of 60 after a restart, also when its tests were reordered', () => {
    const high = { tag: 'level', above: 3, for: '60s' };
    const running = { device: 'pump-1', tag: 'running', is: true, maxAge: '1h' };
    const before = compile({ all: [high, running] }).rule;
    feedAll(before, [
      { frame: at(0, pump, 1, 0) },
      ...Array.from({ length: 60 }, (_, second) => ({ frame: at(second, tank, 4) })),
    ]);
    const after = compile({ all: [running, high] }).rule;
    after.restore(throughDisk(before.snapshot()));
    expect(inShort(feedAll(after, [{ tick: 60_000 }, { frame: at(60, tank, 4) }]))).toEqual(['60 CONDITION+']);
  });

  test.each([
    [{ tag: 'level' }, ['when'], 'nothing is compared'],
    [{ tag: 'level', above: 1, below: 2 }, ['when'], 'above and below are given together'],
    [{ atLeast: 3, of: [{ tag: 'level', above: 1 }] }, ['when', 'atLeast'], '3 of 1 can never be true'],
    [{ all: [{ not: { tag: 'level' } }] }, ['when', 'all', 0, 'not'], 'nothing is compared'],
  ])('condition %j is refused at %j', (when, path, message) => {
    const result = compound.config.safeParse({ when });
    expect(result.error?.issues).toEqual([expect.objectContaining({ path, message })]);
  });

  test.each([{}, { all: [] }, { any: [], all: [] }, { tag: 'level', abov: 1 }, { tag: 'level', isBad: false }])(
    'condition %j is refused',
    (when) => {
      expect(compound.config.safeParse({ when }).success).toBe(false);
    },
  );
});

const level = { device: 'tank', tag: 'level' };
const running = { device: 'pump-1', tag: 'running' };

describeRuleContract('compound', {
  definition: compound,
  written: [
    {
      when: {
        all: [
          { tag: 'level', above: 10 },
          { ...level, below: 15 },
        ],
      },
      onDelay: '2s',
    },
    { when: { ...level, atLeast: 10, for: '3s', maxAge: '20s' }, offDelay: '4s' },
    { when: { all: [{ ...level, above: 8 }, { not: { tag: 'level', above: 9, for: '2s' } }] } },
  ],
  tables: [tank],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 4),
  slot: 0,
  values: fc.integer({ min: 0, max: 40 }).map((halves) => halves / 2),
  calm: () => [7],
});

describeRuleContract('compound over several devices', {
  definition: compound,
  written: [
    {
      when: {
        all: [
          { ...level, above: 10, for: '4s' },
          { ...running, is: [3, 4], within: '5s' },
        ],
      },
      onDelay: '2s',
    },
    {
      when: {
        any: [
          { tag: 'level', isBad: true, for: '2s' },
          { ...running, above: 10 },
        ],
      },
      offDelay: '1500ms',
    },
    {
      when: {
        atLeast: 2,
        of: [{ ...level, above: 9 }, { ...running, above: 9, maxAge: '5s' }, { not: { ...level, above: 4 } }],
      },
    },
  ],
  tables: [tank, pump],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 4),
  slot: undefined,
  values: fc.integer({ min: 0, max: 40 }).map((halves) => halves / 2),
  calm: (one) => one.tags.map(() => 7),
});
