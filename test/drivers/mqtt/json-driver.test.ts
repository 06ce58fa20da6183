import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { JsonDeviceSimulator } from '../../../firmware-sim/mqtt/index.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.js';
import { peer } from '../../support/peers.js';
import { mosquittoPub } from './mosquitto-pub.js';
import { createJson, type Devices, listen, said, type Spec, type Started } from './mqtt-link.js';

const withBroker = peer('mosquitto', 'mosquitto_sub');

let broker: Mosquitto;
let started: Started[] = [];

beforeEach(async () => {
  broker = await startMosquitto();
});

afterEach(async () => {
  for (const { driver } of started) await driver.close();
  started = [];
  await broker.stop();
});

const at = (): string => `mqtt://127.0.0.1:${broker.port}`;

async function start(devices: Devices, settings: Spec = {}, clock?: ManualClock): Promise<Started> {
  const one = await createJson({ broker: at(), ...settings }, devices, clock);
  started.push(one);
  await listen(one);
  return one;
}

const pub = (topic: string, message: string | object, ...more: string[]): Promise<void> =>
  mosquittoPub(broker.port, topic, typeof message === 'string' ? message : JSON.stringify(message), ...more);

const climate: Devices = {
  'pig-1': {
    device: { topic: 'farm/{device}/state' },
    tags: {
      temperature: { path: 'air.temperature' },
      humidity: { path: 'air["relative humidity"]', inText: true },
      fans: { path: 'fans[1].on', type: 'boolean' },
      mode: { path: 'mode', type: 'text' },
      heater: { path: 'heater', is: 'ON' },
      feed: { path: 'params[name=feed].value', type: 'integer' },
    },
  },
};

const message = {
  air: { temperature: 23.5, 'relative humidity': '61.2' },
  fans: [{ on: false }, { on: true }],
  mode: 'auto',
  heater: 'OFF',
  params: [
    { name: 'water', value: 3 },
    { name: 'feed', value: 12 },
  ],
};

describe('a device that publishes JSON', () => {
  withBroker('gives each tag its value, in one reading', async () => {
    const { ear, driver } = await start(climate);
    await pub('farm/pig-1/state', message);
    await ear.until(() => ear.readings.length > 0);
    expect(ear.readings.map(said)).toEqual([
      {
        temperature: [23.5, 'good'],
        humidity: [61.2, 'good'],
        fans: [1, 'good'],
        mode: ['auto', 'good'],
        heater: [0, 'good'],
        feed: [12, 'good'],
      },
    ]);
    expect(driver.counters()).toMatchObject({ messages: 1, undecoded: 0, missing: 0, wrongType: 0, unknown: 0 });
    expect(ear.log).toEqual([]);
  });

  withBroker('says nothing of what a message leaves out, and is bad where a value is of another type', async () => {
    const { ear, driver } = await start(climate);
    const odd = {
      air: { temperature: '23.5' },
      mode: null,
      fans: [1, { on: 'yes' }],
      params: [{ name: 'feed', value: 1.5 }],
    };
    await pub('farm/pig-1/state', odd);
    await pub('farm/pig-1/state', odd);
    await pub('farm/pig-1/state', message);
    await ear.until(() => ear.readings.length === 3);
    expect(said(ear.readings[0]!)).toEqual({
      temperature: [Number.NaN, 'bad-decoding'],
      fans: [Number.NaN, 'bad-decoding'],
      mode: [Number.NaN, 'bad'],
      feed: [Number.NaN, 'bad-decoding'],
    });
    expect(driver.counters()).toMatchObject({ missing: 4, wrongType: 6 });
    const told = ear.log.map(({ message: text, fields }) => [fields['tag'], text]);
    const [never, wrong, right] = [
      'MQTT message has nothing at the path of this tag',
      'MQTT value is not of the type of its tag',
      'MQTT value is right again',
    ];
    expect(told).toEqual([
      ['temperature', wrong],
      ['humidity', never],
      ['fans', wrong],
      ['heater', never],
      ['feed', wrong],
      ['temperature', right],
      ['humidity', right],
      ['fans', right],
      ['heater', right],
      ['feed', right],
    ]);
  });

  withBroker('is bad throughout where a message is no JSON, told once, and loses no other', async () => {
    const { ear, driver } = await start({
      a: { device: { topic: 'a' }, tags: { level: { path: 'level' } } },
      b: { device: { topic: 'b' }, tags: { level: { path: 'level' } } },
    });
    await pub('a', '{"level": 1');
    await pub('a', '\u0001 nothing');
    await pub('b', { level: 2 });
    await pub('a', { level: 3 });
    await ear.until(() => ear.readings.length === 4);
    expect(ear.of('a').map((one) => said(one)['level'])).toEqual([
      [Number.NaN, 'bad-decoding'],
      [Number.NaN, 'bad-decoding'],
      [3, 'good'],
    ]);
    expect(said(ear.of('b')[0]!)).toEqual({ level: [2, 'good'] });
    expect(ear.log.map(({ message: text }) => text)).toEqual([
      'MQTT message is no JSON',
      'MQTT messages are JSON again',
    ]);
    expect(driver.counters()['undecoded']).toBe(2);
  });

  withBroker('may have a topic for each value, plain words too', async () => {
    const { ear } = await start({
      'pig-2': {
        device: { topic: 'shed/+/{device}' },
        tags: {
          temperature: { topic: 'temperature' },
          weight: { topic: 'weight', inText: true },
          door: { topic: 'door', is: 'open' },
          word: { topic: 'word', type: 'text' },
        },
      },
    });
    await pub('shed/north/pig-2/temperature', '23.5');
    await pub('shed/north/pig-2/weight', '0123.50');
    await pub('shed/south/pig-2/door', 'open');
    await pub('shed/south/pig-2/word', '007');
    await pub('shed/south/pig-2/temperature', '"23.5"');
    await ear.until(() => ear.readings.length === 5);
    expect(ear.readings.map(said)).toEqual([
      { temperature: [23.5, 'good'] },
      { weight: [123.5, 'good'] },
      { door: [1, 'good'] },
      { word: ['007', 'good'] },
      { temperature: [Number.NaN, 'bad-decoding'] },
    ]);
  });

  withBroker('tells its own time and quality', async () => {
    const clock = new ManualClock(Date.UTC(2026, 11, 1));
    const quality = { path: 'state', map: { OK: 'good', CAL: 'uncertain-function-check', '3': 'bad-sensor-failure' } };
    const { ear, driver } = await start(
      {
        a: {
          device: {
            topic: 'a',
            time: { path: 'at', format: 'text', zone: '+08:00' },
            quality,
            lateAfter: '1h',
            silentAfter: 'never',
          },
          tags: { level: { path: 'level' } },
        },
      },
      {},
      clock,
    );
    await pub('a', { level: 1, at: '2026-12-01 08:00:00.250', state: 'OK' });
    await pub('a', { level: 2, at: '2026-12-01T00:00:01Z', state: 'CAL' });
    await pub('a', { level: 3, at: 'yesterday', state: 3 });
    await pub('a', { level: 4, at: '2026-11-30T22:59:59+00:00', state: 'nonsense' });
    await pub('a', { level: 5, at: '2026-11-30T22:59:59+00:00' });
    await ear.until(() => ear.readings.length === 5);
    expect(ear.readings.map((one) => [said(one)['level'], one.times?.[0], one.late])).toEqual([
      [[1, 'good'], Date.UTC(2026, 11, 1) + 250, undefined],
      [[2, 'uncertain-function-check'], Date.UTC(2026, 11, 1) + 1000, undefined],
      [[Number.NaN, 'bad-sensor-failure'], undefined, undefined],
      [[Number.NaN, 'bad'], Date.UTC(2026, 10, 30, 22, 59, 59), true],
      [[5, 'good'], Date.UTC(2026, 10, 30, 22, 59, 59), true],
    ]);
    expect(driver.counters()['late']).toBe(2);
  });

  withBroker('may say many values of one tag in one message: a reading each, in order', async () => {
    const { ear } = await start({
      a: {
        device: { topic: 'a', each: 'rows', time: { path: 'ts', format: 's' } },
        tags: { level: { path: 'v', statutory: true } },
      },
    });
    const text = '{"rows":[{"ts":1,"v":10},{"ts":2,"v":20},{"ts":3,"v":9007199254740993}]}';
    await pub('a', text);
    await ear.until(() => ear.readings.length === 3);
    expect(ear.readings.map((one) => [one.times?.[0], ...(said(one)['level'] ?? [])])).toEqual([
      [1000, 10, 'good'],
      [2000, 20, 'good'],
      [3000, 9007199254740992, 'uncertain-precision'],
    ]);
    expect(Buffer.from(ear.readings[0]?.raw ?? []).toString()).toBe(text);
  });

  withBroker('is of unknown age where its message stood at the broker, unless that tells its time', async () => {
    await pub('old/a', { v: 1 }, '-r');
    await pub('old/b', { v: 2, time: 5 }, '-r');
    const { ear, driver } = await start({
      a: { device: { topic: 'old/{device}' }, tags: { v: { path: 'v' } } },
      b: { device: { topic: 'old/{device}', time: { path: 'time' } }, tags: { v: { path: 'v' } } },
    });
    await ear.until(() => ear.readings.length === 2);
    expect(ear.known('a')).toEqual({ v: [1, 'uncertain-initial'] });
    expect(ear.known('b')).toEqual({ v: [2, 'good'] });
    expect(ear.of('b')[0]?.times?.[0]).toBe(5);
    await pub('old/a', { v: 3 });
    await ear.until(() => ear.readings.length === 3);
    expect(ear.known('a')).toEqual({ v: [3, 'good'] });
    expect(driver.counters()['retained']).toBe(2);
  });

  withBroker('gives happenings, each with its number and time', async () => {
    const weighing = {
      topic: 'slips',
      each: 'slips',
      id: 'no',
      time: { path: 'at' },
      fields: { gross: 'kg.gross', plate: 'plate' },
    };
    await pub('scale/slips', { slips: [{ no: 6, kg: { gross: 1 } }, { kg: { gross: 2 } }] }, '-r');
    const { ear, driver } = await start({
      scale: { device: { topic: 'scale', records: { weighing } }, tags: { weight: { path: 'weight' } } },
    });
    const slips = [
      { no: 7, at: 1000, kg: { gross: 12340 }, plate: '贵A·12345' },
      { at: 'x', plate: { raw: [1] } },
      { no: 8 },
    ];
    await pub('scale/slips', { slips });
    await pub('scale', { weight: 5 });
    await ear.until(() => ear.readings.length === 1);
    expect(ear.happenings).toEqual([
      { device: 'scale', name: 'weighing', at: undefined, id: '6', fields: { gross: 1 } },
      { device: 'scale', name: 'weighing', at: 1000, id: '7', fields: { gross: 12340, plate: '贵A·12345' } },
      { device: 'scale', name: 'weighing', at: undefined, id: '', fields: { plate: { raw: [1] } } },
    ]);
    expect(driver.counters()['happenings']).toBe(3);
  });
});

describe('a device that is gone', () => {
  withBroker('is bad once when it has been silent too long, and back with its next message', async () => {
    const clock = new ManualClock();
    const { ear } = await start(
      {
        a: { device: { topic: 'a', silentAfter: '1min' }, tags: { v: { path: 'v' }, w: { path: 'w' } } },
        b: { device: { topic: 'b', silentAfter: 'never' }, tags: { v: { path: 'v' } } },
      },
      {},
      clock,
    );
    await pub('a', { v: 1 });
    await ear.until(() => ear.readings.length === 1);
    await clock.advance(300_000);
    expect(ear.readings.slice(1).map(said)).toEqual([
      { v: [Number.NaN, 'bad-no-answer'], w: [Number.NaN, 'bad-no-answer'] },
    ]);
    await pub('a', { v: 2 });
    await ear.until(() => ear.readings.length === 3);
    expect(ear.known('a')).toEqual({ v: [2, 'good'], w: [Number.NaN, 'bad-no-answer'] });
    expect(ear.log.map(({ message: text }) => text).filter((text) => /MQTT device/.test(text))).toEqual([
      'MQTT device is silent',
      'MQTT device is back',
    ]);
  });

  withBroker('is bad at once when the broker says its last will', async () => {
    const { ear } = await start({
      shed: {
        device: { topic: 'sim/{device}', time: { path: 'time' }, availability: { topic: '{topic}/LWT' } },
        tags: { level: { path: 'level' } },
      },
    });
    const options = { broker: at(), topic: 'sim/shed', availability: 'sim/shed/LWT', retain: true };
    const simulator = new JsonDeviceSimulator({ ...options, model: new HeldValues({ level: 1.25 }) });
    await simulator.start();
    await simulator.say();
    await ear.until(() => ear.readings.length === 1);
    expect(ear.known('shed')).toEqual({ level: [1.25, 'good'] });
    await simulator.crash();
    await ear.until(() => ear.readings.length === 2);
    expect(ear.known('shed')).toEqual({ level: [Number.NaN, 'bad-no-answer'] });
    await simulator.stop();
    // Whoever comes later hears the will, and what the device last said: it is gone all the same.
    const device = { topic: 'sim/{device}', availability: { topic: '{topic}/LWT' } };
    const later = await start({ shed: { device, tags: { level: { path: 'level' } } } }, { clientId: 'later' });
    await later.ear.until(() => later.ear.log.some(({ message: text }) => text === 'MQTT device says it is gone'));
    await pub('sim/shed', { level: 2 });
    await later.ear.until(() => later.ear.known('shed')['level']?.[0] === 2);
    expect(later.ear.readings.map(said)).toContainEqual({ level: [Number.NaN, 'bad-no-answer'] });
    expect(later.ear.readings.filter((one) => said(one)['level']?.[1] === 'good')).toHaveLength(1);
  });

  withBroker('faults of its messages make values bad, never wrong', async () => {
    const model = new HeldValues({ level: 1 });
    const simulator = new JsonDeviceSimulator({ broker: at(), topic: 'sim', model, seed: 11 });
    const { ear, driver } = await start({ a: { device: { topic: 'sim' }, tags: { level: { path: 'level' } } } });
    await simulator.start();
    for (const kind of ['garbage', 'truncated', 'duplicated', 'dropped'] as const)
      simulator.inject({ kind, share: 0.2 });
    for (let n = 0; n < 200; n += 1) {
      model.command('level', n + 0.5);
      await simulator.say();
    }
    simulator.heal();
    model.command('level', -1);
    await simulator.say();
    await ear.until(() => ear.known('a')['level']?.[0] === -1);
    await simulator.stop();
    const good = ear.readings.map((one) => said(one)['level']).filter((one) => one?.[1] === 'good');
    expect(good.length).toBeGreaterThan(60);
    expect(good.every((one) => one?.[0] === -1 || (Number(one?.[0]) % 1 === 0.5 && Number(one?.[0]) < 200))).toBe(true);
    expect(driver.counters()['undecoded']).toBeGreaterThan(20);
  });
});
