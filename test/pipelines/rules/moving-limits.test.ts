import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality, type StampedFrame } from '../../../gateway/contract/index.js';
import { rules } from '../../../pipelines/index.js';
import { alongCurve } from '../../../pipelines/rules/limit-source.js';
import { describeRuleContract } from '../../contracts/rule.js';
import {
  compileOnly,
  feedAll,
  frameOf,
  inShort,
  type Reading,
  tableOf,
  throughDisk,
} from '../../contracts/rule-inputs.js';

const table = tableOf([
  { name: 'temperature', type: 'number', unit: '°C' },
  { name: 'setpoint', type: 'number', unit: '°C' },
  { name: 'outdoor', type: 'number', unit: '°C' },
]);
const batch = { ...tableOf([{ name: 'day', type: 'integer', unit: 'd' }], 2), device: 'batch' };
const context = { ...tableOf([{ name: 'day', type: 'integer', unit: 'd' }], 3), device: 'context' };
const bad = { quality: Quality['bad-no-answer'] };

const compile = (written: Record<string, unknown>) =>
  compileOnly(rules.limits, { tag: 'temperature', ...written }, [table], [table, batch, context]);

const house = (second: number, temperature: Reading, setpoint: Reading = 20, outdoor: Reading = 10): StampedFrame =>
  frameOf(table, second * 1000, [temperature, setpoint, outdoor]);
const day = (second: number, reading: Reading): StampedFrame => frameOf(batch, second * 1000, [reading]);

const said = (second: number, reading: Reading): StampedFrame => frameOf(context, second * 1000, [reading]);

const tell = (written: Record<string, unknown>, frames: readonly StampedFrame[]): string[] =>
  inShort(
    feedAll(
      compile(written).rule,
      frames.map((frame) => ({ frame })),
    ),
  );

const byDay = {
  curve: [
    [0, 30],
    [7, 28],
    [35, 21],
  ],
  over: { device: 'batch', tag: 'day' },
};

describe('a limit that follows another tag', () => {
  test.each([
    [-3, 30],
    [0, 30],
    [3.5, 29],
    [7, 28],
    [21, 24.5],
    [35, 21],
    [99, 21],
  ])('at %d is %d', (x, limit) => {
    expect(alongCurve(byDay.curve as [number, number][], x)).toBe(limit);
  });

  test('is not known before that tag was read, but for what is over range; then its last value stands', () => {
    const overRange = { value: 50, quality: Quality['uncertain-over-range'] };
    const frames = [
      house(0, 40),
      house(1, overRange),
      house(2, 29),
      day(3, 7),
      house(4, 28),
      day(5, bad),
      house(6, 27),
    ];
    expect(tell({ H: byDay }, frames)).toEqual(['0 H?', '1 H+', '2 H?', '4 H+', '6 H-']);
  });

  test('tells the limit as it was, in the judgement and in the exceedance', () => {
    const { rule, tables, conditions } = compile({ H: byDay, LL: 5, deadband: 1 });
    expect(tables).toEqual([table, batch]);
    const told = feedAll(rule, [
      { frame: day(0, 0) },
      { frame: house(1, 29) },
      { frame: day(2, 35) },
      { frame: house(3, 29) },
      { frame: house(4, 20.5) },
      { frame: house(5, 19) },
    ]);
    expect(told).toMatchObject([
      { condition: true, limit: 21, value: 29, instant: 3000 },
      { exceeded: 'a-rule/house-1/temperature/H', limit: 21, peak: 29, instant: 4000 },
      { condition: false, limit: 21, instant: 5000 },
    ]);
    expect(conditions).toMatchObject([
      {
        kind: 'H',
        limit: Number.NaN,
        message: {
          en: 'house-1 temperature: high limit reached, which follows batch day',
          zh: 'house-1 temperature：达到高限，限值随 batch day 变化',
        },
      },
      { kind: 'LL', limit: 5, message: { en: 'house-1 temperature: low-low limit reached, 5 °C or below' } },
    ]);
  });

  test('goes on after a restart, by a curve changed in between', () => {
    const before = compile({ H: byDay }).rule;
    feedAll(before, [{ frame: day(0, 35) }]);
    const after = compile({
      H: {
        ...byDay,
        curve: [
          [0, 30],
          [35, 25],
        ],
      },
    }).rule;
    after.restore(throughDisk(before.snapshot()));
    expect(inShort(feedAll(after, [{ frame: house(1, 24) }, { frame: house(2, 25) }]))).toEqual(['2 H+']);
  });

  test('is not compiled where that tag is nowhere', () => {
    const settings = rules.limits.config.parse({ tag: 'temperature', H: { ...byDay, over: { tag: 'day' } } });
    expect(rules.limits.create('heat', settings, [table], [table, batch])).toEqual([]);
  });
});

describe('a limit by a formula', () => {
  const formula = { formula: 'max(setpoint + 5, outdoor + 3)' };

  test('is computed from the frame, and stays while a tag of it has no reading', () => {
    const frames = [house(0, 24.9), house(1, 25), house(2, 25, 20, 30), house(3, 33, bad, 10), house(4, 24, bad, 10)];
    expect(tell({ H: formula }, frames)).toEqual(['1 H+', '2 H-', '3 H+', '4 H-']);
  });

  test('follows the context besides, from when it is known, and stays while that has no reading', () => {
    const frames = [
      house(0, 99),
      said(1, 4),
      house(2, 23),
      house(3, 24),
      said(4, bad),
      house(5, 24.1),
      said(6, 10),
      house(7, 24.1),
    ];
    expect(tell({ H: { formula: 'setpoint + context.day' } }, frames)).toEqual(['0 H?', '2 H-', '3 H+', '7 H-']);
  });

  test('is told in words', () => {
    expect(compile({ H: formula }).conditions[0]?.message.en).toBe(
      'house-1 temperature: high limit reached, which is max(setpoint + 5, outdoor + 3)',
    );
  });
});

describe('a limit by the season', () => {
  const flood = {
    calendar: [
      { from: '06-01', to: '09-30', is: 20 },
      { from: '12-15', to: '02-10', is: 30 },
    ],
    otherwise: 25,
    zone: '+08:00',
  };
  const on = (time: string, temperature: number): StampedFrame => ({
    ...house(0, temperature),
    time: Date.parse(time),
  });

  test.each([
    ['2026-05-31T15:59:59Z', 25],
    ['2026-05-31T16:00:00Z', 20],
    ['2026-09-30T15:59:59Z', 20],
    ['2026-09-30T16:00:00Z', 25],
    ['2026-12-31T00:00:00Z', 30],
    ['2027-02-10T15:00:00Z', 30],
    ['2027-02-10T16:00:00Z', 25],
  ])('at %s is %d', (time, limit) => {
    expect(tell({ H: flood }, [on(time, limit - 0.1)])).toEqual([]);
    expect(tell({ H: flood }, [on(time, limit)])).toEqual(['0 H+']);
  });

  test('is the strictest one while the date is not known', () => {
    const undated = (temperature: number) => ({ ...house(0, temperature), time: Number.NaN });
    expect(tell({ H: flood }, [undated(20)])).toEqual(['0 H+']);
    expect(tell({ L: flood }, [undated(30)])).toEqual(['0 L+']);
  });
});

test('HH is true after every reading at or beyond where it is, and beyond the range', () => {
  const reading = fc.record({
    value: fc.integer({ min: 0, max: 40 }),
    isOver: fc.boolean(),
    day: fc.integer({ min: 0, max: 35 }),
  });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 30 }), (run) => {
      const { rule } = compile({ HH: byDay, deadband: 2 });
      for (const [second, { value, isOver, day: today }] of run.entries()) {
        rule.next(day(second, today));
        rule.next(house(second, { value, quality: isOver ? Quality['uncertain-over-range'] : Quality.good }));
        const limit = alongCurve(byDay.curve as [number, number][], today);
        if (isOver || value >= limit) expect(rule.isActive('a-rule/house-1/temperature/HH')).toBe(true);
      }
    }),
  );
});

test.each([
  [
    {
      H: {
        ...byDay,
        curve: [
          [3, 1],
          [3, 2],
        ],
      },
    },
    ['H', 'curve', 1],
    'the points do not ascend at 3',
  ],
  [{ H: { formula: 'setpoint +' } }, ['H', 'formula'], expect.stringContaining('cannot be read')],
  [{ HH: 10, H: { formula: 'setpoint' }, L: 20 }, ['L'], 'L is not below HH'],
])('settings %j are refused at %j', (written, path, message) => {
  const result = rules.limits.config.safeParse({ tag: 'temperature', ...written });
  expect(result.error?.issues).toEqual([expect.objectContaining({ path, message })]);
});

test.each([
  { calendar: [{ from: '13-01', to: '02-01', is: 1 }], otherwise: 2, zone: '+08:00' },
  { calendar: [], otherwise: 2, zone: 'Z' },
  {},
])('the limit %j is refused', (written) => {
  expect(rules.limits.config.safeParse({ tag: 'temperature', H: written }).success).toBe(false);
});

describeRuleContract('limits that move', {
  definition: rules.limits,
  written: [
    {
      tag: 'temperature',
      H: {
        curve: [
          [0, 30],
          [40, 10],
        ],
        over: { device: 'batch', tag: 'day' },
      },
      L: 2,
      deadband: 1,
    },
    { tag: 'temperature', HH: { formula: 'setpoint + 5' }, onDelay: '2s', offDelay: '3s' },
    { tag: 'temperature', LL: { calendar: [{ from: '11-01', to: '11-30', is: 8 }], otherwise: 4, zone: '+08:00' } },
  ],
  tables: [table, batch],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 3),
  slot: 0,
  values: fc.integer({ min: 0, max: 80 }).map((halves) => halves / 2),
  calm: (one) => (one === batch ? [0] : [20, 20, 20]),
});
