import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvColumn } from '../../../../firmware-sim/index.js';
import { Quality, type Tag } from '../../../../gateway/contract/index.js';
import { advise, type TuneSubject } from '../../../../gateway/runtime/replay/tune-advice.js';
import {
  deadbandStep,
  noiseOf,
  settingsGrid,
  signalKind,
  startingSettings,
} from '../../../../gateway/runtime/replay/tune-settings.js';
import { type LimitSettings, type Series, trial } from '../../../../gateway/runtime/replay/tune.js';
import { fieldData } from '../../../support/field-data.js';

const minute = 60_000;
const tag: Tag = { name: 'level', type: 'number', unit: 'm', resolution: 0.1, range: [0, 20] };
const none: LimitSettings = { deadband: 0, onDelayMs: 0, offDelayMs: 0 };

/** A reading each `everyMs`; NaN is a bad one. */
const series = (values: readonly number[], everyMs = 1000): Series => ({
  instants: Float64Array.from(values, (_, index) => index * everyMs),
  values: Float64Array.from(values),
  quality: Uint8Array.from(values, (value) => (Number.isNaN(value) ? Quality['bad-no-answer'] : Quality.good)),
});

const high = { tag, kind: 'H', limit: 10 } as const;
const repeated = (pattern: readonly number[], times: number): number[] =>
  Array.from({ length: times }, () => pattern).flat();

describe('a trial', () => {
  test('counts what the rule raises, by the second between readings too', () => {
    const each30s = series([9, 10, 10, 9, 9, 9], 30_000);
    expect(trial(each30s, high, none, minute)).toEqual({
      ...none,
      alarms: 1,
      chatter: 0,
      latencyMs: 0,
      neededMs: minute,
      neededNotMs: 0,
      missed: 0,
    });
    const delayed = trial(each30s, high, { deadband: 0, onDelayMs: 15_000, offDelayMs: 45_000 }, minute);
    // A second is over when the next one begins: a delay of 15 s ends with the tick after it.
    expect(delayed).toMatchObject({ alarms: 1, latencyMs: 16_000, neededMs: 44_000, neededNotMs: 46_000 });
  });

  test('counts as chatter what comes the third time within a minute', () => {
    const flicker = repeated([10, 9], 5);
    expect(trial(series(flicker, 5000), high, none, minute)).toMatchObject({ alarms: 5, chatter: 3 });
    expect(trial(series(flicker, 40_000), high, none, minute)).toMatchObject({ alarms: 5, chatter: 0 });
  });

  test('misses an exceedance in which it never stood, and one that goes on at the end', () => {
    const slow: LimitSettings = { deadband: 0, onDelayMs: 2 * minute, offDelayMs: 0 };
    const [short, long] = [repeated([10], 50), repeated([10], 90)];
    expect(trial(series([...short, 9]), high, slow, minute)).toMatchObject({ alarms: 0, missed: 0 });
    expect(trial(series([...long, 9]), high, slow, minute)).toMatchObject({ alarms: 0, missed: 1 });
    expect(trial(series([9, ...short]), high, slow, minute)).toMatchObject({ alarms: 0, missed: 1 });
    // It stands already: nobody has to be told again.
    const held: LimitSettings = { deadband: 0, onDelayMs: 0, offDelayMs: minute };
    expect(trial(series([10, 9, ...long, 9]), high, held, minute)).toMatchObject({ alarms: 1, missed: 0 });
  });

  test('is blind to readings that are none', () => {
    const gap = [10, Number.NaN, Number.NaN, 10, 9];
    expect(trial(series(gap), high, none, minute)).toMatchObject({ alarms: 1, neededMs: 4000 });
  });

  test('sees low limits as it sees high ones', () => {
    const low = { tag, kind: 'L', limit: 10 } as const;
    expect(trial(series([11, 10, 10, 11]), low, none, minute)).toMatchObject({ alarms: 1, neededMs: 2000 });
  });

  test('of any signal raises fewer alarms the wider the deadband, and as many as crossings without one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 80, max: 120 }), { minLength: 2, maxLength: 200 }), (tenths) => {
        const own = series(tenths.map((value) => value / 10));
        const bands = [0, 0.1, 0.5, 2].map((deadband) => trial(own, high, { ...none, deadband }, minute).alarms);
        const crossings = tenths.filter((value, index) => value >= 100 && (tenths[index - 1] ?? 0) < 100).length;
        expect(bands).toEqual([crossings, ...bands.slice(1)]);
        expect(bands).toEqual(bands.toSorted((a, b) => b - a));
      }),
    );
  });
});

describe('settings to try', () => {
  test('are counted in steps of the sensor, or in its noise where that is larger', () => {
    const quiet = series(repeated([10, 10, 10, 10.1], 50));
    expect([noiseOf(quiet), deadbandStep(quiet, 0.1)]).toEqual([0, 0.1]);
    expect(deadbandStep(quiet, undefined)).toBe(0.1);
    let state = 1;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
    // Uniform in ±0.5: a standard deviation of 0.29; a step up and a slow drift do not count as noise.
    const loud = series(
      Array.from({ length: 20_000 }, (_, index) => random() + index / 10_000 + (index > 9000 ? 40 : 0)),
    );
    expect(Math.abs(noiseOf(loud) - 0.3)).toBeLessThan(0.03);
    expect([deadbandStep(loud, 0.1), deadbandStep(loud, undefined)]).toEqual([0.4, 0.3]);
  });

  test('hold every delay that is allowed, and what is set now', () => {
    const current = { deadband: 0.25, onDelayMs: 90_000, offDelayMs: 270_000 };
    const grid = settingsGrid(0.1, minute, [none, current, undefined]);
    expect(grid).toContainEqual({ deadband: 0.25, onDelayMs: 0, offDelayMs: 270_000 });
    expect(grid).toContainEqual({ deadband: 0.5, onDelayMs: minute, offDelayMs: 300_000 });
    expect(grid.some(({ onDelayMs }) => onDelayMs > minute)).toBe(false);
    expect(new Set(grid.map((one) => JSON.stringify(one))).size).toBe(grid.length);
  });

  test('begin by the kind of signal, as far as the unit tells', () => {
    const kinds = ['°C', 'MPa', 'kPa', 'm³/h', 'L/s', 'm', 'cm', '%', 'ppm'].map((unit) => signalKind({ unit }, false));
    const [temperature, pressure, flow, level] = ['temperature', 'pressure', 'flow', 'level'];
    expect(kinds).toEqual([temperature, pressure, pressure, flow, flow, level, level, 'other', 'other']);
    expect(signalKind({ unit: 'ppm' }, true)).toBe('toxic');
    expect(startingSettings(tag, 'level', 0.1)).toEqual({ deadband: 1, onDelayMs: minute, offDelayMs: minute });
    expect(startingSettings({ ...tag, range: undefined as never }, 'level', 0.1)).toBeUndefined();
    expect(startingSettings(tag, 'toxic', 0.1)).toEqual({ deadband: 0.1, onDelayMs: 0, offDelayMs: minute });
  });
});

const subject = (facts: Partial<TuneSubject> = {}): TuneSubject => ({
  ...high,
  key: 'tank/level/H',
  current: none,
  isToxic: false,
  onDelayMaxMs: null,
  respondWithinMs: 30 * minute,
  ...facts,
});

/** An hour each 10 s: it flickers about the limit for a while, now and then, and is truly beyond it once. */
const nuisance = [
  ...repeated([...repeated([9.9, 10], 30), ...repeated([8], 60)], 5),
  ...repeated([12], 60),
  ...repeated([8], 60),
];

describe('the advice', () => {
  test('is the setting that is nearest to no alarm, no idle time and no delay', () => {
    const { recommended, bare, tried, step } = advise(series(nuisance, 10_000), subject(), minute);
    expect([step, bare.alarms]).toEqual([0.1, 151]);
    expect(recommended?.alarms).toBeLessThan(20);
    expect(recommended?.missed).toBe(0);
    expect(recommended).toBe(tried[0]);
    const distances = tried.flatMap(({ distance }) => distance ?? []);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  });

  test('never delays dangerous gas, and no class longer than it allows', () => {
    const gas = advise(series(nuisance, 10_000), subject({ isToxic: true, onDelayMaxMs: 0 }), minute);
    expect(gas.tried.every(({ onDelayMs }) => onDelayMs === 0)).toBe(true);
    const bounded = advise(series(nuisance, 10_000), subject({ onDelayMaxMs: 15_000 }), minute);
    const delayed = bounded.tried.filter(({ onDelayMs, distance }) => onDelayMs > 15_000 && distance !== null);
    expect(delayed).toEqual([]);
  });

  test('rules out what comes later than a tenth of the time to respond, or misses a long exceedance', () => {
    const { tried, latencyMaxMs } = advise(series(nuisance, 10_000), subject({ respondWithinMs: 5 * minute }), minute);
    expect(latencyMaxMs).toBe(30_000);
    for (const { latencyMs, missed, distance } of tried) {
      expect(distance === null).toBe(latencyMs > latencyMaxMs || missed > 0);
    }
  });

  test('shows what is set now even where it is not allowed, beside the starting values', () => {
    const current = { deadband: 0.3, onDelayMs: 10 * minute, offDelayMs: 0 };
    const { current: shown, starting } = advise(series(nuisance, 10_000), subject({ current }), minute);
    expect(shown).toMatchObject({ ...current, distance: null });
    expect(starting).toMatchObject({ deadband: 1, onDelayMs: minute, offDelayMs: minute });
  });

  test('is none where the limit alone was no nuisance', () => {
    expect(advise(series([8, 12, 8]), subject(), minute).recommended).toBeUndefined();
    expect(advise(series([]), subject(), minute).recommended).toBeUndefined();
  });
});

fieldData('coal-methane')('methane of a longwall face: what is known to help is among the best', (folder) => {
  const values = csvColumn(readFileSync(join(folder, 'methane-first-half.csv'), 'utf8'), 'MM116');
  const methane: Tag = { name: 'methane', type: 'number', unit: '%', resolution: 0.1 };
  const gas = subject({ tag: methane, kind: 'HH', limit: 1, isToxic: true, onDelayMaxMs: 0 });
  const current = { deadband: 0.1, onDelayMs: 0, offDelayMs: 270_000 };
  const { bare, current: known, tried, recommended } = advise(series([...values], 30_000), { ...gas, current }, minute);
  expect([bare.alarms, known.alarms]).toEqual([108, 26]);
  expect(tried.indexOf(known)).toBeLessThan(3);
  expect(recommended).toMatchObject({ deadband: 0.1, onDelayMs: 0, missed: 0 });
  expect(recommended?.alarms).toBeLessThan(33);
});
