/** @jest-environment ./test/drivers/opcua/one-realm.cjs */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NotConnected } from '../../../gateway/contract/index.js';
import { Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(() => stage.reset());
afterAll(() => stage.clear());

const temperature = { node: 's=Plant.Temperature' };

describe('after a loss', () => {
  test('nodes are found by their namespace, however the server numbers it', async () => {
    const { told, simulator } = stage;
    const { again } = await stage.subscribed({ tags: { temperature, by_path: { path: ['Plant', 'Temperature'] } } });
    for (let restart = 1; restart <= 3; restart += 1) {
      await simulator.restart({ reorder: true });
      await told.until(() => told.losses.length === restart);
      expect(told.losses.at(-1)).toBeInstanceOf(NotConnected);
      simulator.set('Temperature', 40 + restart);
      await again();
      await stage.reads('temperature', 40 + restart);
      await stage.reads('by_path', 40 + restart);
    }
    // The other namespace has the same identifiers, with −1.
    expect(told.valuesOf('temperature')).not.toContain(-1);
    expect(simulator.sessions).toBe(1);
  });

  test('never more than one session is open, also when the network was cut', async () => {
    const { told, simulator } = stage;
    const { again, driver } = await stage.subscribed({ tags: { temperature } }, { sessionTimeout: '60s' });
    for (let cut = 1; cut <= 10; cut += 1) {
      if (cut % 2 === 0) await again();
      else {
        simulator.cut();
        await told.until(() => told.losses.length === Math.ceil(cut / 2));
        await again();
      }
      // Also the one whose connection was cut is gone: it was taken over and closed.
      expect(simulator.sessions).toBe(1);
    }
    expect(simulator.connections).toBe(1);
    await driver.close();
    expect(simulator.sessions).toBe(0);
    expect(simulator.connections).toBe(0);
  });

  test('a server that answers no publish request any more is given up', async () => {
    const { told, simulator } = stage;
    const { again } = await stage.subscribed({ tags: { temperature } });
    await stage.reads('temperature', 20);
    simulator.inject({ kind: 'frozen-publishing' });
    await told.until(() => told.losses.length === 1);
    expect(told.losses[0]?.message).toMatch(/a subscription has been silent for \d+ ms, with keep-alives of 300 ms/);
    simulator.heal();
    simulator.set('Temperature', 55);
    await again();
    await stage.reads('temperature', 55);
  });

  test('nothing is told after the loss, nor after closing', async () => {
    const { told, simulator } = stage;
    const { driver } = await stage.subscribed({ tags: { temperature } });
    await stage.reads('temperature', 20);
    await driver.close();
    const before = told.readings.length;
    simulator.set('Temperature', 1);
    await stage.subscribed({ tags: { temperature } });
    await stage.reads('temperature', 1);
    expect(told.readings.length).toBe(before + 1);
    expect(told.losses).toEqual([]);
  });

  test('a node that comes late is found by looking again at the next connection', async () => {
    const { told, simulator } = stage;
    await simulator.restart({ without: ['Temperature'] });
    const { again, driver } = await stage.subscribed({ tags: { temperature, double: { node: 's=Plant.Double' } } });
    await stage.reads('temperature', 'bad-configuration');
    await stage.reads('double', -273.15);
    expect(driver.counters()['refused_items']).toBe(1);
    await simulator.restart();
    await told.until(() => told.losses.length === 1);
    await again();
    await stage.reads('temperature', 20);
    expect(driver.counters()['refused_items']).toBe(0);
  });

  test('a server without room for a session says so', async () => {
    const { simulator } = stage;
    simulator.inject({ kind: 'session-limit', sessions: 1 });
    await stage.subscribed({ tags: { temperature } });
    const other = await stage.create(stage.link({ tags: { temperature } }));
    await expect(other.connect(new AbortController().signal)).rejects.toThrow(
      /has no session free: close other clients/,
    );
  });

  test('a server that is not there is said to be so, and an attempt can be ended', async () => {
    const { address } = stage.simulator;
    const driver = await stage.create(stage.link({ tags: { temperature } }));
    await stage.simulator.stop();
    await expect(driver.connect(new AbortController().signal)).rejects.toThrow(
      new RegExp(`cannot connect to ${address.replace('opc.', '')}: ECONNREFUSED; check the port`),
    );
    const ending = new AbortController();
    const connecting = driver.connect(ending.signal);
    ending.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
  });
});
