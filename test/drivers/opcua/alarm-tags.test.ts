/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Acknowledged, AcknowledgedBy, Reading } from '../../../gateway/contract/index.js';
import { never, type OpcuaDriver } from './opcua-link.js';
import { Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(() => stage.reset());
afterAll(() => stage.clear());

const ofTank1 = { alarm: { condition: 'HighLevel', source: 'Tank1' } };
const ofTank2 = { alarm: { condition: 'HighLevel', source: 'Tank2' } };
const ofAnyTank = { alarm: { condition: 'HighLevel' } };
const leak = { alarm: { condition: 'Leak', source: 'Tank1' } };
const high = { tags: { high: ofTank1 } };
const passing = { acknowledge: true };
const li = { who: 'li', comment: 'pump started' };

const acknowledged = (driver: OpcuaDriver, tag: string): Acknowledged =>
  driver.acknowledge('plant', tag) as Acknowledged;
const pass = (driver: OpcuaDriver, tag: string, by: AcknowledgedBy): Promise<string> =>
  acknowledged(driver, tag).send(by, never);

const timeOf = ({ times }: Reading): number => times?.[0] ?? Number.NaN;

describe('a tag that is an alarm of the server', () => {
  test('is true while the alarm is active, at the time of the event, and false when it is over', async () => {
    const { told, simulator } = stage;
    await stage.subscribed(high);
    await stage.reads('high', 0);
    const [raised, cleared] = [Date.now() - 2000, Date.now() - 1000];
    simulator.conditions.raise('HighLevel', 'Tank1', raised);
    await stage.reads('high', 1);
    simulator.conditions.clear('HighLevel', 'Tank1', cleared);
    await stage.reads('high', 0);
    expect(told.valuesOf('high')).toEqual([0, 1, 0]);
    expect(told.readings.slice(1).map(timeOf)).toEqual([raised, cleared]);
    // Alarms of other sources, and records nobody asked for, are not told.
    simulator.conditions.raise('HighLevel', 'Tank2');
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.reads('high', 1);
    expect(told.valuesOf('high')).toEqual([0, 1, 0, 1]);
    expect(told.happenings).toEqual([]);
  });

  test('that stood before the connection is true from the first value on, also when it is long past', async () => {
    const { told, simulator } = stage;
    simulator.conditions.raise('HighLevel', 'Tank1', Date.now() - 3_600_000);
    await stage.subscribed({ tags: { high: ofTank1, leak } });
    await stage.reads('leak', 0);
    expect(told.valuesOf('high')).toEqual([1]);
    expect(told.readings).toHaveLength(1);
    // The value is of now: the alarm stands. That of the other is the server's time of the refresh.
    expect(timeOf(told.readings[0] as Reading)).toBeNaN();
    expect(Math.abs((told.readings[0]?.times?.[1] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('without a source is true while the alarm of any is', async () => {
    const { told, simulator } = stage;
    await stage.subscribed({ tags: { high: ofAnyTank } });
    await stage.reads('high', 0);
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.reads('high', 1);
    simulator.conditions.raise('HighLevel', 'Tank2');
    simulator.conditions.clear('HighLevel', 'Tank1');
    simulator.conditions.clear('HighLevel', 'Tank2');
    await stage.reads('high', 0);
    expect(told.valuesOf('high')).toEqual([0, 1, 0]);
  });

  test('is bad while it is disabled, and again what it is when it is enabled', async () => {
    const { simulator } = stage;
    await stage.subscribed(high);
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.reads('high', 1);
    simulator.conditions.enable('HighLevel', 'Tank1', false);
    await stage.reads('high', 'bad-out-of-service');
    simulator.conditions.enable('HighLevel', 'Tank1', true);
    await stage.reads('high', 1);
  });

  test('is told beside values of nodes and records of the same device', async () => {
    const { told, simulator } = stage;
    const tags = { level: { node: 's=Plant.Level' }, high: ofTank1 };
    await stage.subscribed({ settings: { alarms: true }, tags });
    await stage.reads('level', 50);
    await stage.reads('high', 0);
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.reads('high', 1);
    await told.until(() => told.happenings.length > 0);
    expect(told.happenings[0]).toMatchObject({
      name: 'alarm',
      fields: { source: 'Tank1', conditionName: 'HighLevel' },
    });
  });

  test('is told again while nothing changes', async () => {
    const { told, simulator } = stage;
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.subscribed(high, { standing: '200ms' });
    await told.until(() => told.valuesOf('high').length >= 3);
    expect(told.valuesOf('high').slice(0, 3)).toEqual([1, 1, 1]);
  });
});

describe('after a loss', () => {
  test('an alarm is what the server tells then, however it numbers its namespaces', async () => {
    const { told, simulator } = stage;
    const { again } = await stage.subscribed({ tags: { high: ofTank1, leak } });
    await stage.reads('leak', 0);
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.reads('high', 1);
    await simulator.restart({ reorder: true });
    await told.until(() => told.losses.length === 1);
    let before = told.readings.length;
    simulator.conditions.clear('HighLevel', 'Tank1');
    simulator.conditions.raise('Leak', 'Tank1');
    await again();
    await stage.reads('leak', 1);
    expect(told.readings.slice(before).map(({ values }) => [...values])).toEqual([[0, 1]]);
    simulator.cut();
    await told.until(() => told.losses.length === 2);
    before = told.readings.length;
    await again();
    await told.until(() => told.readings.length > before);
    expect(told.readings.slice(before).map(({ values }) => [...values])).toEqual([[0, 1]]);
  });

  test('one that is acknowledged or disabled is not taken for over because the server lists it no more', async () => {
    const { told, simulator } = stage;
    const { driver, again } = await stage.subscribed({ tags: { high: ofTank1, leak } }, passing);
    await stage.reads('leak', 0);
    simulator.conditions.raise('Leak', 'Tank1');
    await stage.reads('leak', 1);
    expect(await pass(driver, 'leak', li)).toBe('taken');
    simulator.conditions.enable('HighLevel', 'Tank1', false);
    await stage.reads('high', 'bad-out-of-service');
    simulator.cut();
    await told.until(() => told.losses.length === 1);
    const before = told.readings.length;
    await again();
    await told.until(() => told.readings.length > before);
    const since = told.readings.slice(before);
    expect(told.valuesOf('leak', (reading) => since.includes(reading))).toEqual([1]);
    expect(told.valuesOf('high', (reading) => since.includes(reading))).toEqual(['bad-out-of-service']);
  });
});

describe('a server that does not tell what stands', () => {
  afterAll(() => stage.simulator.restart({ refuses: {} }));

  test('leaves a tag without a value until its first event; said once', async () => {
    const { told, simulator, log } = stage;
    await simulator.restart({ refuses: { refresh: true } });
    simulator.conditions.raise('HighLevel', 'Tank1');
    const { again } = await stage.subscribed({ tags: { high: ofTank1, leak, level: { node: 's=Plant.Level' } } });
    await stage.reads('level', 50);
    await log.until(() => log.warnings.length > 0);
    expect(log.warnings[0]).toMatch(/does not tell which of its alarms stand.*without a value until its first event/);
    simulator.conditions.raise('Leak', 'Tank1');
    await stage.reads('leak', 1);
    expect(told.valuesOf('high')).toEqual([]);
    simulator.conditions.clear('HighLevel', 'Tank1');
    await stage.reads('high', 0);
    await again();
    await stage.reads('level', 50);
    expect(log.warnings).toHaveLength(1);
  });
});

describe('an acknowledgement', () => {
  test('reaches the server with who and what they said, once', async () => {
    const { simulator } = stage;
    const { driver } = await stage.subscribed({ tags: { high: ofAnyTank } }, passing);
    await stage.reads('high', 0);
    expect(await pass(driver, 'high', li)).toBe('already');
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.reads('high', 1);
    expect(await pass(driver, 'high', li)).toBe('taken');
    expect(await pass(driver, 'high', li)).toBe('already');
    simulator.conditions.raise('HighLevel', 'Tank2');
    simulator.conditions.clear('HighLevel', 'Tank1');
    simulator.conditions.clear('HighLevel', 'Tank2');
    await stage.reads('high', 0);
    // One that is over waits for its acknowledgement all the same.
    expect(await pass(driver, 'high', { who: 'wang', comment: '' })).toBe('taken');
    expect(simulator.conditions.acknowledgements).toEqual([
      { condition: 'HighLevel', source: 'Tank1', comment: 'li: pump started' },
      { condition: 'HighLevel', source: 'Tank2', comment: 'wang' },
    ]);
  });

  test('is of the events the server had told by then: not of one raised anew, nor of another source', async () => {
    const { simulator } = stage;
    const { driver } = await stage.subscribed({ tags: { any: ofAnyTank, high: ofTank1, other: ofTank2 } }, passing);
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.reads('high', 1);
    const seen = acknowledged(driver, 'any');
    expect(seen.of).toEqual(['HighLevel of Tank1']);
    simulator.conditions.clear('HighLevel', 'Tank1');
    await stage.reads('high', 0);
    simulator.conditions.raise('HighLevel', 'Tank1');
    simulator.conditions.raise('HighLevel', 'Tank2');
    await stage.reads('other', 1);
    await expect(seen.send(li, never)).rejects.toThrow(
      /does not take the acknowledgement of HighLevel of Tank1 \(BadEventIdUnknown\): it has changed meanwhile/,
    );
    expect(simulator.conditions.acknowledgements).toEqual([]);
    expect(acknowledged(driver, 'any').of).toEqual(['HighLevel of Tank1', 'HighLevel of Tank2']);
    expect(await pass(driver, 'any', li)).toBe('taken');
    expect(simulator.conditions.acknowledgements).toHaveLength(2);
  });

  test('of an alarm that stood before the connection arrives too', async () => {
    const { simulator } = stage;
    simulator.conditions.raise('HighLevel', 'Tank1');
    const { driver } = await stage.subscribed(high, passing);
    await stage.reads('high', 1);
    expect(await pass(driver, 'high', li)).toBe('taken');
    expect(simulator.conditions.acknowledgements).toHaveLength(1);
  });

  test('is not sent unless the link says so, nor for a tag that is no alarm of the server', async () => {
    const { simulator } = stage;
    const { driver } = await stage.subscribed(high);
    simulator.conditions.raise('HighLevel', 'Tank1');
    await stage.reads('high', 1);
    expect(driver.acknowledge('plant', 'high')).toBeUndefined();
    const tags = { level: { node: 's=Plant.Level' } };
    const { driver: other } = await stage.subscribed({ settings: { alarms: true }, tags }, passing);
    expect(other.acknowledge('plant', 'level')).toBeUndefined();
    expect(other.acknowledge('elsewhere', 'high')).toBeUndefined();
    expect(simulator.conditions.acknowledgements).toEqual([]);
  });

  test('that cannot be sent rejects, and says what to do', async () => {
    const { told, simulator } = stage;
    const created = await stage.create(stage.link(high, passing));
    const remedy = /acknowledge it at the server itself/;
    await expect(pass(created, 'high', li)).rejects.toThrow(remedy);
    simulator.conditions.raise('HighLevel', 'Tank1');
    const { driver } = await stage.subscribed(high, passing);
    await stage.reads('high', 1);
    simulator.cut();
    await told.until(() => told.losses.length === 1);
    const sent = pass(driver, 'high', li);
    await expect(sent).rejects.toThrow(/^no connection to opc.tcp:.*: acknowledge it at the server itself$/);
  });

  test('the server refuses rejects with its reason', async () => {
    const { told, simulator } = stage;
    await simulator.restart({ refuses: { acknowledge: true } });
    simulator.conditions.raise('HighLevel', 'Tank1');
    const { driver } = await stage.subscribed(high, passing);
    await stage.reads('high', 1);
    await expect(pass(driver, 'high', li)).rejects.toThrow(
      /does not take the acknowledgement of HighLevel of Tank1 \(BadUserAccessDenied\): the user of the link may not/,
    );
    expect(told.losses).toEqual([]);
    await simulator.restart({ refuses: {} });
  });
});

describe('a notifier that hears of alarms, and not of the end of a refresh', () => {
  test('leaves a tag without a value until its first event, after the time-out', async () => {
    const { told, simulator, log } = stage;
    simulator.conditions.raise('HighLevel', 'Tank1');
    const settings = { notifier: 's=Plant' };
    await stage.subscribed({ settings, tags: { high: ofTank1, leak } }, { timeout: '1s' });
    await stage.reads('high', 1);
    expect(log.warnings).toHaveLength(1);
    expect(told.valuesOf('leak')).toEqual([]);
  });
});
