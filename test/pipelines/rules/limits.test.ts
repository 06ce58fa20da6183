import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Quality } from '../../../gateway/contract/index.js';
import { rules } from '../../../pipelines/index.js';
import { describeRuleContract } from '../../contracts/rule.js';
import {
  compileOnly,
  feedAll,
  frameOf,
  inShort,
  type Reading,
  tableOf,
  throughDisk,
  weaveTicks,
} from '../../contracts/rule-inputs.js';

const table = tableOf([
  { name: 'humidity', type: 'number', unit: '%' },
  { name: 'temperature', type: 'number', unit: '°C' },
]);
const bad = { quality: Quality['bad-no-answer'] };
const overRange = (value: number) => ({ value, quality: Quality['uncertain-over-range'] });
const underRange = (value: number) => ({ value, quality: Quality['uncertain-under-range'] });

const compile = (written: Record<string, unknown>, on = table) =>
  compileOnly(rules.limits, { tag: 'temperature', ...written }, [on]);

/** What is told for readings one second apart. */
function tell(written: Record<string, unknown>, readings: readonly Reading[], on = table): string[] {
  const frames = readings.map((reading, second) => frameOf(on, second * 1000, [50, reading]));
  return inShort(feedAll(compile(written, on).rule, weaveTicks(frames)));
}

/** The exceedances told for readings one second apart. */
function exceedances(written: Record<string, unknown>, readings: readonly Reading[]) {
  const frames = readings.map((reading, second) => frameOf(table, second * 1000, [50, reading]));
  return feedAll(compile(written).rule, weaveTicks(frames)).filter((finding) => 'exceeded' in finding);
}

describe('limits', () => {
  test('each limit is a condition of its own, reached at the limit', () => {
    expect(tell({ HH: 35, H: 30, L: 15, LL: 10 }, [20, 30, 35, 34, 14, 10, 11, 20])).toEqual([
      '1 H+',
      '2 HH+',
      '3 HH-',
      '4 H-',
      '4 L+',
      '5 LL+',
      '6 LL-',
      '7 L-',
    ]);
  });

  test('the deadband lies on the return side alone, and is left strictly', () => {
    expect(tell({ H: 30, deadband: 2 }, [29.9, 30, 28, 27.9, 29.9])).toEqual(['1 H+', '3 H-']);
    expect(tell({ L: 10, deadband: 2 }, [10.1, 10, 12, 12.1, 10.1])).toEqual(['1 L+', '3 L-']);
    // 0.8 − 0.1 as doubles lies above 0.7.
    expect(tell({ H: 0.8, deadband: 0.1 }, [0.8, 0.7])).toEqual(['0 H+']);
  });

  test('half a step of the sensor is tolerated', () => {
    const stepped = tableOf(table.tags.map((tag) => ({ ...tag, resolution: 0.1 })));
    const carried = [1.0, 0.9, 0.8].map(Math.fround);
    expect(tell({ H: 1, deadband: 0.1 }, carried, stepped)).toEqual(['0 H+', '2 H-']);
    expect(tell({ H: 1, deadband: 0.1 }, carried)).toEqual(['0 H+', '1 H-']);
    expect(tell({ H: 1.1 }, [Math.fround(1.1) - 1e-6], stepped)).toEqual(['0 H+']);
  });

  test('uncertain values are judged like good ones', () => {
    const doubted = (value: number) => ({ value, quality: Quality['uncertain-jump'] });
    expect(tell({ H: 30 }, [doubted(31), doubted(29)])).toEqual(['0 H+', '1 H-']);
  });

  test('over range is beyond the highest limit, under range beyond the lowest', () => {
    expect(tell({ HH: 60, H: 40, L: 5 }, [overRange(50)])).toEqual(['0 HH+', '0 H+']);
    expect(tell({ HH: 60, L: 5, LL: -5 }, [underRange(0)])).toEqual(['0 L+', '0 LL+']);
  });

  test('a mark of range never hides a limit that the number itself reaches', () => {
    expect(tell({ H: 8 }, [underRange(9)])).toEqual(['0 H+']);
    expect(tell({ L: 60 }, [overRange(51)])).toEqual(['0 L+']);
  });

  test('no reading is told once and changes nothing; what holds after it is told again', () => {
    expect(tell({ H: 30 }, [31, bad, bad, 31, bad, 29])).toEqual(['0 H+', '1 H?', '3 H+', '4 H?', '5 H-']);
  });

  test('a frame that does not say the tag leaves the last reading standing, and lets delays end', () => {
    const absent = { quality: Quality.absent };
    expect(tell({ H: 30, onDelay: '3s' }, [31, absent, absent, absent, absent, 20])).toEqual(['4 H+', '5 H-']);
    expect(tell({ H: 30 }, [absent, 20, absent])).toEqual([]);
  });

  test('a judgement names value, quality, limit and key', () => {
    const { rule } = compile({ H: 30 });
    expect(rule.next(frameOf(table, 7, [50, overRange(29)]))).toEqual([
      {
        key: 'a-rule/house-1/temperature/H',
        condition: true,
        value: 29,
        quality: Quality['uncertain-over-range'],
        limit: 30,
        instant: 7,
        since: 7,
      },
    ]);
    expect(rule.next(frameOf(table, 8, [50, bad]))).toMatchObject([{ condition: 'unknown', value: Number.NaN }]);
  });

  test('a delay that ends between frames is found by a tick, with the value that began it', () => {
    const { rule } = compile({ H: 30, onDelay: '5s' });
    expect(rule.next(frameOf(table, 500, [50, 31]))).toEqual([]);
    expect(rule.tick(5000)).toEqual([]);
    expect(rule.tick(6000)).toMatchObject([
      { condition: true, value: 31, quality: Quality.good, instant: 6000, since: 500 },
    ]);
    expect(rule.tick(7000)).toEqual([]);
  });

  test('a delay of 60 s goes on at 59 s after a restart', () => {
    const before = compile({ H: 30, onDelay: '60s' }).rule;
    feedAll(before, weaveTicks(Array.from({ length: 60 }, (_, second) => frameOf(table, second * 1000, [50, 31]))));
    const after = compile({ H: 30, onDelay: '60s' }).rule;
    after.restore(throughDisk(before.snapshot()));
    expect(after.next(frameOf(table, 59_001, [50, 31]))).toEqual([]);
    expect(after.next(frameOf(table, 60_000, [50, 31]))).toMatchObject([{ condition: true, instant: 60_000 }]);
  });

  test('late frames, with yesterday in them, are not judged', () => {
    const { rule } = compile({ H: 30 });
    expect(rule.next(frameOf(table, 0, [50, 99], { late: true }))).toEqual([]);
  });

  test('conditions are described in both languages, or in the words of the site file', () => {
    expect(compile({ HH: 35, LL: 10 }).conditions).toEqual([
      {
        key: 'a-rule/house-1/temperature/HH',
        device: 'house-1',
        tag: 'temperature',
        kind: 'HH',
        limit: 35,
        unit: '°C',
        message: {
          en: 'house-1 temperature: high-high limit reached, 35 °C or above',
          zh: 'house-1 temperature：达到高高限，不低于 35 °C',
        },
      },
      expect.objectContaining({
        kind: 'LL',
        message: {
          en: 'house-1 temperature: low-low limit reached, 10 °C or below',
          zh: 'house-1 temperature：达到低低限，不高于 10 °C',
        },
      }),
    ]);
    const message = { en: 'Too hot for sows', zh: '母猪过热' };
    expect(compile({ H: 30, message }).conditions[0]?.message).toEqual(message);
  });

  test('a text cannot be held against a limit', () => {
    const texts = [tableOf([{ name: 'temperature', type: 'text', unit: '' }])];
    const settings = rules.limits.config.parse({ tag: 'temperature', H: 1 });
    expect(rules.limits.create('heat', settings, texts, texts)).toEqual([]);
  });

  test('each table that has the tag is judged on its own', () => {
    const other = { ...table, device: 'house-2' };
    const settings = rules.limits.config.parse({ tag: 'temperature', H: 30 });
    const compiled = rules.limits.create('heat', settings, [table, other], [table, other]);
    expect(compiled.map(({ key, tables, conditions }) => [key, tables, conditions[0]?.key])).toEqual([
      ['house-1/fast', [table], 'heat/house-1/temperature/H'],
      ['house-2/fast', [other], 'heat/house-2/temperature/H'],
    ]);
  });

  test('each time beyond the bare limit is an exceedance, with its peak and mean, whatever the alarm says', () => {
    const settings = { H: 30, deadband: 5, onDelay: '60s' };
    expect(exceedances(settings, [29, 30, 34, 32, 29.9, 31, 20])).toEqual([
      {
        exceeded: 'a-rule/house-1/temperature/H',
        limit: 30,
        began: { instant: 1000, time: 1_700_000_001_000 },
        instant: 4000,
        peak: 34,
        mean: 32,
        readings: 3,
      },
      expect.objectContaining({ began: { instant: 5000, time: 1_700_000_005_000 }, instant: 6000, readings: 1 }),
    ]);
    expect(exceedances({ L: 10 }, [12, 8, 6, 12])).toMatchObject([{ peak: 6, mean: 7, readings: 2 }]);
  });

  test('a gap is part of the exceedance it lies in, and over range counts as beyond', () => {
    expect(exceedances({ H: 30 }, [31, bad, bad, 33, 20])).toMatchObject([
      { began: { instant: 0 }, instant: 4000, peak: 33, mean: 32, readings: 2 },
    ]);
    expect(exceedances({ H: 30 }, [overRange(29), 20])).toMatchObject([{ peak: 29, readings: 1 }]);
  });

  test.each([
    [{ deadband: 1 }, [], 'no limit is given'],
    [{ H: 10, L: 10 }, ['L'], 'L is not below H'],
    [{ HH: 10, LL: 20 }, ['LL'], 'LL is not below HH'],
    [{ HH: 30, H: 40, L: 5 }, ['H'], 'H is not below HH'],
    [{ H: 1, deadband: -1 }, ['deadband'], expect.any(String)],
    [{ H: 1, onDelay: '5 weeks' }, ['onDelay'], 'duration'],
    [{ H: 1, message: { en: 'only English' } }, ['message', 'zh'], expect.any(String)],
  ])('settings %j are refused at %j', (written, path, message) => {
    const result = rules.limits.config.safeParse({ tag: 'temperature', ...written });
    expect(result.error?.issues).toEqual([expect.objectContaining({ path, message })]);
  });
});

describeRuleContract('limits', {
  definition: rules.limits,
  written: [
    { tag: 'temperature', H: 30 },
    { tag: 'temperature', HH: 35, H: 30, L: 15, LL: 10, deadband: 2 },
    { tag: 'temperature', HH: 35, LL: 10, deadband: 3, onDelay: '4s', offDelay: '7s' },
    { tag: 'temperature', L: 15, onDelay: '1500ms', offDelay: '500ms' },
  ],
  tables: [table],
  foreignTable: tableOf([{ name: 'pressure', type: 'number', unit: 'kPa' }], 2),
  slot: 1,
  values: fc.integer({ min: 16, max: 76 }).map((halves) => halves / 2),
  calm: () => [50, 22],
});
