/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Reading } from '../../../gateway/contract/index.js';
import { settle } from '../../support/manual-clock.js';
import { Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(() => stage.reset());
afterAll(() => stage.clear());

const temperature = { node: 's=Plant.Temperature' };
const pressure = { node: 's=Plant.Pressure' };

describe('values', () => {
  test('come with their own time and quality, only what changed, one reading a notification', async () => {
    const { driver } = await stage.subscribed({ tags: { temperature, pressure, level: { node: 's=Plant.Level' } } });
    const { told, simulator } = stage;
    await told.until(() => told.valuesOf('level').length > 0);
    expect(told.readings).toHaveLength(1);
    const at = Date.now();
    simulator.set('Temperature', 21.5, { at });
    simulator.set('Pressure', 2.5, { at: at - 1, status: 'UncertainSensorNotAccurate' });
    await stage.reads('pressure', 2.5);
    const reading = told.readings.at(-1) as Reading;
    expect([...reading.values]).toEqual([21.5, 2.5, Number.NaN]);
    expect([...reading.quality]).toEqual([1, 75, 0]);
    expect([...(reading.times ?? [])]).toEqual([at, at - 1, Number.NaN]);
    simulator.set('Temperature', 0, { status: 'BadSensorFailure' });
    await stage.reads('temperature', 'bad-sensor-failure');
    expect(driver.counters()).toMatchObject({ sessions: 1, losses: 0, values: 6, refused_items: 0 });
  });

  test('a value that has stood for long is the value of now', async () => {
    const { told, simulator } = stage;
    simulator.set('Temperature', 33, { at: Date.now() - 3_600_000 });
    await stage.subscribed({ tags: { temperature } });
    await stage.reads('temperature', 33);
    expect(told.readings[0]?.times).toBeUndefined();
  });

  test('several values of a queue make readings in order, the last one last', async () => {
    const tags = { temperature: { ...temperature, sampling: 'on-change', queue: 20 } };
    await stage.subscribed({ everyMs: 300, tags });
    const { told, simulator } = stage;
    await stage.reads('temperature', 20);
    const before = told.readings.length;
    for (let n = 1; n <= 9; n += 1) {
      simulator.set('Temperature', 20 + n);
      // The server takes a value into the queue in turns of its own, and passes over what comes meanwhile.
      await settle();
    }
    await stage.reads('temperature', 29);
    const values = told.valuesOf('temperature') as number[];
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(told.readings.length - before).toBe(values.length - 1);
  });

  test('within the deadband nothing comes, absolute and in per cent of the range', async () => {
    const tags = {
      temperature: { ...temperature, deadband: 5 },
      pressure: { ...pressure, deadband: '10 %' },
      // The server has no range for it: it is watched without.
      double: { node: 's=Plant.Double', deadband: '10 %' },
    };
    const { driver } = await stage.subscribed({ tags });
    const { told, simulator } = stage;
    await told.until(() => told.valuesOf('double').length > 0);
    const steps = [
      ['Temperature', 24.9, 'Pressure', 1.9],
      ['Temperature', 25.1, 'Pressure', 2.1],
    ] as const;
    for (const [one, first, other, second] of steps) {
      simulator.set(one, first);
      simulator.set(other, second);
      simulator.set('Double', first);
      await stage.reads('double', first);
    }
    expect(told.valuesOf('temperature')).toEqual([20, 25.1]);
    expect(told.valuesOf('pressure')).toEqual([1, 2.1]);
    expect(driver.counters()['items_without_deadband']).toBe(1);
  });

  test('what is polled comes at its interval, changed or not', async () => {
    const { driver } = await stage.subscribed({ settings: { read: 'polled' }, everyMs: 20, tags: { temperature } });
    const { told } = stage;
    await told.until(() => told.readings.length >= 5);
    expect(told.valuesOf('temperature').slice(0, 5)).toEqual([20, 20, 20, 20, 20]);
    await driver.close();
  });

  test('tags of one node share its item, tags of several devices one session', async () => {
    const tags = { number: temperature, text: { ...temperature, type: 'text' } };
    const { driver } = await stage.subscribed({ tags });
    await stage.reads('text', '20');
    expect(stage.told.valuesOf('number')).toEqual([20]);
    expect(driver.counters()['values']).toBe(1);
    expect(stage.simulator.sessions).toBe(1);
  });

  test('the test of the connection says in words which node is missing', async () => {
    const tags = { temperature, gone: { node: 's=Plant.Gone' }, no_path: { path: ['Nowhere'] } };
    const driver = await stage.create(stage.link({ tags }));
    const { en, zh } = await driver.probe(new AbortController().signal);
    expect(en).toBe(
      [
        `${stage.simulator.address} is connected: Sluice field Sluice 1`,
        'plant: 1 of 3 nodes give a value',
        '  nsu=http://plant.example/;Nowhere: no such node',
        '  nsu=http://plant.example/;s=Plant.Gone: BadNodeIdUnknown',
      ].join('\n'),
    );
    expect(zh).toContain('plant：3 个节点中有 1 个给出数值');
    expect(stage.simulator.sessions).toBe(0);
  });
});
