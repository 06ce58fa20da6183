import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import { NotConnected } from '../../../gateway/contract/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.js';
import { peer } from '../../support/peers.js';
import { createJson, type Devices, listen, said, type Spec, type Started } from './mqtt-link.js';

const withBroker = peer('mosquitto');
const never = new AbortController().signal;
const bad = [Number.NaN, 'bad-decoding'];

describe('a message nobody should send', () => {
  let broker: Mosquitto;
  let sender: MqttClient;
  let started: Started[] = [];

  beforeEach(async () => {
    broker = await startMosquitto();
    sender = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
  });

  afterEach(async () => {
    for (const { driver } of started) await driver.close();
    started = [];
    await sender.endAsync();
    await broker.stop();
  });

  async function create(devices: Devices, settings: Spec = {}): Promise<Started> {
    const one = await createJson({ broker: `mqtt://127.0.0.1:${broker.port}`, ...settings }, devices);
    started.push(one);
    return one;
  }

  async function start(devices: Devices, settings: Spec = {}): Promise<Started> {
    const one = await create(devices, settings);
    await listen(one);
    return one;
  }

  const pub = (topic: string, payload: string, retain = false) =>
    sender.publishAsync(topic, payload, { qos: 1, retain });

  withBroker('of 100,000 levels is no JSON, told once, and the link stays', async () => {
    const deep = `{"v":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await pub('a', deep, true);
    const { ear, driver } = await start({
      a: {
        device: { topic: 'a', records: { weighing: { fields: { all: 'v' } } } },
        tags: { v: { path: 'v' } },
      },
      b: { device: { topic: 'b' }, tags: { word: { type: 'text' } } },
    });
    await pub('a', deep);
    await pub('b', deep);
    await pub('b', `[${deep}`);
    await pub('a', '{"v":2}');
    await ear.until(() => ear.known('a')['v']?.[0] === 2);
    expect(ear.of('a').map((one) => said(one)['v'])).toEqual([bad, bad, [2, 'good']]);
    expect(ear.of('b').map((one) => said(one)['word'])).toEqual([bad, bad]);
    expect(ear.happenings).toHaveLength(1);
    expect(ear.errors).toEqual([]);
    expect(ear.log.map(({ fields, message }) => [fields['topic'], fields['why'], message])).toEqual([
      ['a', 'it has more than 64 levels', 'MQTT message is no JSON'],
      ['b', 'it has more than 64 levels', 'MQTT message is no JSON'],
      ['a', undefined, 'MQTT messages are JSON again'],
    ]);
    expect(driver.counters()).toMatchObject({ undecoded: 4, failed: 0 });
  });

  withBroker('that nobody can deal with is counted and told once; the link stays', async () => {
    const { driver, tables, ear } = await create({ a: { device: { topic: 'a' }, tags: { v: { path: 'v' } } } });
    // One comes before the subscription stands.
    await pub('a', '{"v":1}', true);
    await driver.connect(never);
    let readings = 0;
    const reading = (): void => {
      readings += 1;
      if (readings < 4) throw new RangeError('too much');
      ear.logger.info({}, 'done');
    };
    await driver.subscribe(
      tables,
      { reading, happened: () => undefined, kept: ear.kept, lost: (error) => ear.lost(error) },
      never,
    );
    for (let n = 2; n <= 4; n += 1) await pub('a', `{"v":${n}}`);
    await ear.until(() => ear.log.some(({ message }) => message === 'done'));
    expect(driver.counters()).toMatchObject({ failed: 3, messages: 4 });
    expect(ear.log.map(({ message }) => message)).toEqual(['MQTT message cannot be dealt with', 'done']);
    expect(ear.log[0]).toMatchObject({ level: 'error', fields: { topic: 'a', bytes: 7 } });
    expect(ear.errors).toEqual([]);
  });

  withBroker('that is too long, or empty, is no value', async () => {
    const { ear, driver } = await start(
      {
        a: {
          device: { topic: 'a' },
          tags: {
            on: { topic: 'on', is: 'ON' },
            word: { topic: 'word', type: 'text' },
          },
        },
      },
      { payloadMax: '1kB' },
    );
    const long = 'ON'.repeat(600);
    for (const payload of ['ON', long, long, '']) await pub('a/on', payload);
    for (const payload of ['auto', long, '', 'end']) await pub('a/word', payload);
    await ear.until(() => ear.known('a')['word']?.[0] === 'end');
    expect(ear.readings.map(said)).toEqual([
      { on: [1, 'good'] },
      { word: ['auto', 'good'] },
      { word: ['end', 'good'] },
    ]);
    expect(driver.counters()).toMatchObject({ messages: 8, tooLong: 3, empty: 2 });
    expect(ear.log.map(({ message, fields }) => [message, fields])).toEqual(
      ['a/on', 'a/word'].map((topic) => [
        'MQTT message is longer than `payloadMax` and not taken',
        { topic, payloadMax: 1000 },
      ]),
    );
  });

  withBroker('that is no JSON says nothing of a boolean within it', async () => {
    const { ear } = await start({ a: { device: { topic: 'a' }, tags: { on: { path: 'on', is: 'ON' } } } });
    await pub('a', '{"on":"ON"');
    await ear.until(() => ear.readings.length === 1);
    expect(ear.known('a')).toEqual({ on: bad });
  });

  withBroker('of many elements is kept once, with the first', async () => {
    const { ear } = await start({
      a: { device: { topic: 'a', each: 'rows' }, tags: { v: { path: 'v', statutory: true } } },
    });
    const text = JSON.stringify({ rows: Array.from({ length: 2000 }, (_, v) => ({ v })) });
    await pub('a', text);
    await pub('a', '{"rows":[{"v":-1}]}');
    await ear.until(() => ear.readings.length === 2001);
    expect(ear.readings.flatMap(({ raw }) => (raw ? [Buffer.from(raw).toString()] : []))).toEqual([
      text,
      '{"rows":[{"v":-1}]}',
    ]);
    expect(ear.readings[2000]?.raw).toBeDefined();
  });

  withBroker('of a text beyond 64 KiB, or a number beyond every number, is bad and shown as it came', async () => {
    const { ear } = await start({
      a: { device: { topic: 'a' }, tags: { word: { path: 'word', type: 'text' }, v: { path: 'v' } } },
    });
    const longest = 'x'.repeat(65_536);
    await pub('a', JSON.stringify({ word: longest, v: 1 }));
    await pub('a', `{"word":"${longest}x","v":1e999}`);
    await ear.until(() => ear.readings.length === 2);
    expect(ear.readings.map(said)).toEqual([
      { word: [longest, 'good'], v: [1, 'good'] },
      { word: bad, v: bad },
    ]);
    expect(ear.log.map(({ fields }) => [fields['tag'], fields['why'], String(fields['got']).slice(0, 8)])).toEqual([
      ['word', 'a text has 65536 bytes at most', '"xxxxxxx'],
      ['v', undefined, 'Infinity'],
    ]);
  });
});

test('a broker that takes us and never grants a subscription is given up after 10 s', async () => {
  const clock = new ManualClock();
  const sockets: Socket[] = [];
  let asked: () => void;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (bytes) => {
      const kind = bytes[0]! >> 4;
      if (kind === 1) socket.write(Buffer.from([0x20, 2, 0, 0]));
      if (kind === 8) asked();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const devices: Devices = { a: { device: { topic: 'a' }, tags: { v: { path: 'v' } } } };
  const { driver, tables, ear } = await createJson({ broker: `mqtt://127.0.0.1:${port}` }, devices, clock);
  await driver.connect(never);
  const refused = driver.subscribe(tables, ear, never).catch((error: unknown) => error);
  await isAsked;
  await clock.advance(10_000);
  const error = await refused;
  expect(error).toBeInstanceOf(NotConnected);
  expect((error as Error).message).toBe(
    `cannot subscribe at mqtt://127.0.0.1:${port}: it gives no answer to our subscription within 10 s; check its load and its log`,
  );
  for (const socket of sockets) socket.destroy();
  await driver.close();
  expect(clock.waiting).toBe(0);
  server.close();
});
