/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Reading } from '../../../gateway/contract/index.js';
import { Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(() => stage.reset());
afterAll(() => stage.clear());

const tags = {
  temperature: { node: 's=Plant.Temperature', sampling: 'on-change' },
  pressure: { node: 's=Plant.Pressure', sampling: 'on-change' },
  level: { node: 's=Plant.Level', sampling: 'on-change' },
};
const history = { history: true };

const isLate = ({ late }: Reading): boolean => late === true;

/** Times of all values told of a slot, late ones and others, in the order they were told. */
const timesOf = (readings: readonly Reading[], slot = 0): number[] =>
  readings.flatMap(({ times }) => (times && !Number.isNaN(times[slot]) ? [times[slot] as number] : []));

/** Sets values with times that rise, one ms after the other from now on, and gives them. */
function walk(from: number, count: number): number[] {
  const set: number[] = [];
  const began = Date.now() + 1;
  for (let n = 0; n < count; n += 1) {
    stage.simulator.set('Temperature', from + n, { at: began + n });
    if (n % 2 === 0) stage.simulator.set('Pressure', (from + n) / 100, { at: began + n });
    set.push(from + n);
  }
  return set;
}

describe('what was missed', () => {
  test('is read from history after the outage, in order, late, and nothing twice', async () => {
    const { told, simulator } = stage;
    const { again, driver } = await stage.subscribed({ tags }, history);
    await stage.reads('level', 50);
    simulator.set('Temperature', 21);
    simulator.set('Pressure', 2.1);
    await stage.reads('temperature', 21);
    await stage.reads('pressure', 2.1);
    await simulator.stop();
    await told.until(() => told.losses.length === 1);
    const missed = walk(100, 3000);
    await simulator.start();
    await again();
    await told.until(() => told.readings.filter(isLate).length >= missed.length - 1);
    // The last one set is the first that comes live.
    await stage.reads('temperature', 3099);
    expect(told.valuesOf('temperature', isLate)).toEqual(missed.slice(0, -1));
    expect(told.valuesOf('pressure', isLate)).toHaveLength(1499);
    const lateTimes = timesOf(told.readings.filter(isLate));
    expect(lateTimes).toEqual([...lateTimes].sort((a, b) => a - b));
    expect(new Set(timesOf(told.readings)).size).toBe(timesOf(told.readings).length);
    expect(driver.counters()).toMatchObject({ late_values: 2999 + 1499, unfilled_gaps: 0 });
  });

  test('is read also when the connection is lost again before it could be', async () => {
    const { told, simulator } = stage;
    const { again } = await stage.subscribed({ tags }, { history: true, historyDelay: '300ms' });
    await stage.reads('level', 50);
    const missed: number[] = [];
    for (const outage of [1, 2]) {
      simulator.cut();
      await told.until(() => told.losses.length === outage);
      missed.push(...walk(outage * 100, 20).slice(0, -1));
      await again();
      await stage.reads('temperature', outage * 100 + 19);
    }
    await told.until(() => told.valuesOf('temperature', isLate).length >= missed.length);
    expect(told.valuesOf('temperature', isLate)).toEqual(missed);
  });

  test('while the gateway itself was down is read too, from what was learned', async () => {
    const { told, simulator } = stage;
    const first = await stage.subscribed({ tags }, history);
    simulator.set('Temperature', 21);
    await stage.reads('temperature', 21);
    await first.driver.close();
    expect(stage.learned.byDevice.get('plant')).toMatchObject({ seen: { main: { temperature: expect.any(Number) } } });
    const missed = walk(200, 50);
    await stage.subscribed({ tags }, history);
    await told.until(() => told.valuesOf('temperature', isLate).length >= 49);
    await stage.reads('temperature', 249);
    expect(told.valuesOf('temperature', isLate)).toEqual(missed.slice(0, -1));
  });

  test('of an outage longer than `historyMax` only its end is read, and that is counted', async () => {
    const { told, simulator } = stage;
    const { again, driver } = await stage.subscribed({ tags }, { history: true, historyMax: '1h' });
    await stage.reads('level', 50);
    simulator.cut();
    await told.until(() => told.losses.length === 1);
    const now = Date.now();
    for (const [value, hours] of [
      [2, 1],
      [3, 2.5],
      [4, 3],
    ] as const) {
      simulator.set('Temperature', value, { at: now + hours * 3_600_000 });
    }
    await again();
    await told.until(() => told.valuesOf('temperature', isLate).length > 0);
    expect(told.valuesOf('temperature', isLate)).toEqual([3]);
    expect(driver.counters()['unfilled_gaps']).toBe(1);
  });

  test('without `history` is not asked for', async () => {
    const { told, simulator } = stage;
    const { again, driver } = await stage.subscribed({ tags });
    await stage.reads('level', 50);
    simulator.cut();
    await told.until(() => told.losses.length === 1);
    walk(300, 10);
    await again();
    await stage.reads('temperature', 309);
    await driver.close();
    expect(told.readings.filter(isLate)).toEqual([]);
  });
});
