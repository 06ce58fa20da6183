import { afterEach, describe, expect, test } from '@jest/globals';
import { Acknowledgements } from '../../../drivers/mqtt/broker/acknowledgements.js';
import { Commits } from '../../support/commits.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { startMosquitto } from '../../support/mosquitto.js';
import { peer } from '../../support/peers.js';
import { mosquittoPub } from './mosquitto-pub.js';
import { createJson, type Devices, listen, said, type Started } from './mqtt-link.js';

const withBroker = peer('mosquitto', 'mosquitto_sub');
const devices: Devices = { a: { device: { topic: 'a' }, tags: { v: { path: 'v' } } } };

let ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.toReversed()) await end();
  ending = [];
});

async function broker(): Promise<number> {
  const one = await startMosquitto({});
  ending.push(() => one.stop());
  return one.port;
}

async function linkTo(
  port: number,
  settings: Readonly<Record<string, unknown>>,
  clock?: ManualClock,
): Promise<Started> {
  const one = await createJson({ broker: `mqtt://127.0.0.1:${port}`, clientId: 'box', ...settings }, devices, clock);
  ending.push(() => one.driver.close());
  await listen(one);
  return one;
}

const values = ({ ear }: Started): unknown[] => ear.readings.map((reading) => said(reading)['v']?.[0]);

describe('messages of QoS 1 of a persistent session', () => {
  for (const version of ['3.1.1', '5']) {
    withBroker(`are acknowledged when they are on disk: what is not comes again, MQTT ${version}`, async () => {
      const port = await broker();
      const settings = { session: 'persistent', version };
      const first = await linkTo(port, settings);
      await mosquittoPub(port, 'a', '{"v":1}');
      await first.ear.until(() => first.ear.readings.length === 1);
      await first.ear.commits.asked(1);
      first.ear.commits.hold();
      for (const v of [2, 3]) await mosquittoPub(port, 'a', `{"v":${v}}`);
      await first.ear.until(() => first.ear.readings.length === 3);
      await first.driver.close();

      const second = await linkTo(port, settings);
      await second.ear.until(() => second.ear.readings.length === 2);
      await mosquittoPub(port, 'a', '{"v":4}');
      await second.ear.until(() => second.ear.readings.length === 3);
      expect(values(second)).toEqual([2, 3, 4]);
      await second.driver.close();

      const third = await linkTo(port, settings);
      await mosquittoPub(port, 'a', '{"v":5}');
      await third.ear.until(() => third.ear.readings.length > 0);
      expect(values(third)).toEqual([5]);
    });
  }

  withBroker(
    'that could not be stored are not: a minute later the link is lost, and connected anew they come again',
    async () => {
      const port = await broker();
      const clock = new ManualClock();
      const one = await linkTo(port, { session: 'persistent' }, clock);
      one.ear.commits.refuse();
      for (const v of [1, 2]) await mosquittoPub(port, 'a', `{"v":${v}}`);
      await one.ear.until(() => one.ear.readings.length === 2);
      await clock.advance(59_000);
      expect(one.ear.errors).toEqual([]);
      await clock.advance(1000);
      await one.ear.until(() => one.ear.errors.length === 1);
      expect(one.ear.errors[0]?.message).toMatch(/: messages it brought could not be stored; connected anew, /);
      one.ear.commits.commit();
      await listen(one);
      await one.ear.until(() => one.ear.readings.length === 4);
      expect(values(one)).toEqual([1, 2, 1, 2]);
    },
  );

  withBroker('nobody can deal with are acknowledged all the same: they would come for ever', async () => {
    const port = await broker();
    const first = await linkTo(port, { session: 'persistent' });
    for (const said of ['', 'no json', '{"v":1}']) await mosquittoPub(port, 'a', said);
    await first.ear.commits.asked(3);
    await settle();
    await first.driver.close();
    const second = await linkTo(port, { session: 'persistent' });
    await mosquittoPub(port, 'a', '{"v":2}');
    await second.ear.until(() => values(second).includes(2));
    expect(second.driver.counters()).toMatchObject({ messages: 1 });
  });

  test('are acknowledged in their order', async () => {
    const written: string[] = [];
    const [slow, quick] = [new Commits(), new Commits()];
    const one = new Acknowledgements({
      write: (bytes) => void written.push(Buffer.from(bytes).toString('hex')),
      refused: () => void written.push('refused'),
    });
    slow.hold();
    one.give(0x1234, slow.kept());
    one.give(2, quick.kept());
    quick.refuse();
    one.give(3, quick.kept());
    await settle();
    expect(written).toEqual([]);
    slow.commit();
    await settle();
    expect(written).toEqual(['40021234', '40020002', 'refused']);
  });
});

describe('messages of a clean session, or of another QoS', () => {
  for (const settings of [{ qos: 1 }, { qos: 0, session: 'persistent' }, { qos: 2, session: 'persistent' }]) {
    withBroker(`wait for nothing: ${JSON.stringify(settings)}`, async () => {
      const port = await broker();
      const one = await linkTo(port, settings);
      one.ear.commits.hold();
      for (let v = 0; v < 30; v += 1) await mosquittoPub(port, 'a', `{"v":${v}}`, '-q', '2');
      await one.ear.until(() => one.ear.readings.length === 30);
      expect(one.ear.commits.count).toBe(0);
    });
  }
});
