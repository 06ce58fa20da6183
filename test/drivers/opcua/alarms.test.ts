/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(() => stage.reset());
afterAll(() => stage.clear());

const device = { settings: { alarms: true }, tags: { level: { node: 's=Plant.Level' } } };

describe('alarms of a server', () => {
  test('are told once each, with source, message, severity and states; after a loss what stands is told again, once', async () => {
    const { told, simulator } = stage;
    const { again } = await stage.subscribed(device);
    await stage.reads('level', 50);
    simulator.set('Level', 90);
    await told.until(() => told.happenings.some(({ fields }) => fields['active'] === true));
    const [alarm] = told.happenings.filter(({ fields }) => fields['active'] === true);
    expect(alarm).toMatchObject({ device: 'plant', name: 'alarm', id: expect.stringMatching(/^[0-9a-f]{8,}$/) });
    expect(Math.abs((alarm?.at ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(alarm?.fields).toMatchObject({
      eventType: 'ExclusiveLimitAlarmType',
      source: expect.stringContaining('Plant'),
      sourceNode: 'nsu=http://plant.example/;s=Plant',
      conditionId: 'nsu=http://plant.example/;s=Plant.LevelAlarm',
      conditionName: 'LevelAlarm',
      active: true,
      acked: false,
      severity: expect.any(Number),
      message: expect.any(String),
    });
    const ids = (): string[] => told.happenings.map(({ id }) => id);
    expect(new Set(ids()).size).toBe(ids().length);
    simulator.cut();
    await told.until(() => told.losses.length === 1);
    const before = told.happenings.length;
    await again();
    // A refresh tells the alarm that stands, under its known identity: it is not told twice.
    simulator.set('Level', 50);
    await told.until(() => told.happenings.slice(before).some(({ fields }) => fields['active'] === false));
    expect(new Set(ids()).size).toBe(ids().length);
    expect(told.happenings.every(({ name }) => name === 'alarm' || !name.startsWith('Refresh'))).toBe(true);
  });

  test('that stood before the first connection are told', async () => {
    stage.simulator.set('Level', 10);
    await stage.subscribed(device);
    await stage.told.until(() => stage.told.happenings.length > 0);
    expect(stage.told.happenings[0]).toMatchObject({ name: 'alarm', fields: { active: true, retain: true } });
  });

  test('of an object that gives none are refused in words', async () => {
    const settings = { alarms: true, notifier: 's=Plant.Nothing' };
    await expect(stage.subscribed({ ...device, settings })).rejects.toThrow(
      /the server gives no events of s=Plant.Nothing for plant \(Bad.*\): check `notifier`/,
    );
  });
});
