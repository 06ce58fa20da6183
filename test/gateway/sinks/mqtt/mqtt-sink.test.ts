import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Sink, SinkContext } from '../../../../gateway/contract/index.js';
import { mqtt } from '../../../../gateway/sinks/mqtt/index.js';
import { sinkContext } from '../../../contracts/sink.js';
import { startMosquitto } from '../../../support/mosquitto.js';
import { startNarrowBroker } from '../../../support/narrow-broker.js';
import { listenMqtt, type MqttListener } from '../../../support/mqtt-listener.js';
import { peer } from '../../../support/peers.js';
import {
  alarms,
  eventEntry,
  frameOf,
  houseFrame,
  identity,
  samples,
  someTime,
  tableOf,
} from '../../../support/sink-records.js';
import { startWire } from '../../../support/wire.js';

const never = new AbortController().signal;
const state = `sluice/${identity.site}/rs485-1/猪舍-1/air`;
const status = `sluice/${identity.site}/status`;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startAedes(): Promise<{ port: number; broker: Aedes }> {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(async () => {
    server.close();
    await new Promise<void>((resolve) => broker.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, broker };
}

async function sinkOnto(port: number, settings: object = {}, context: Partial<SinkContext> = {}): Promise<Sink> {
  const config = mqtt.config.parse({ type: 'mqtt', url: `mqtt://127.0.0.1:${port}`, ...settings });
  const sink = await mqtt.create('broker', config, sinkContext(context));
  ends.push(() => sink.close());
  return sink;
}

async function listen(port: number, topic = '#'): Promise<MqttListener> {
  const listener = await listenMqtt(port, topic);
  ends.push(() => listener.stop());
  return listener;
}

describe('what a subscriber sees', () => {
  test('a frame by tag name, with units, and quality by name where it is not good', async () => {
    const { port } = await startAedes();
    const sink = await sinkOnto(port);
    await sink.connect(never);
    const frame = frameOf(tableOf(), 42, [
      { quality: 'uncertain-over-range', value: 50 },
      { quality: 'bad-no-answer' },
      true,
      null,
      'AB "12"',
    ]);
    await sink.write(samples([frame]), never);
    const { text, retain } = await (await listen(port)).until(({ topic }) => topic === state);
    expect(retain).toBe(true);
    expect(JSON.parse(text)).toEqual({
      time: someTime + 420,
      timeSpread: 5,
      sequence: 42,
      epoch: identity.epoch,
      values: { temperature: 50, fan: true, model: 'AB "12"' },
      units: { temperature: '°C' },
      quality: { temperature: 'uncertain-over-range', 氨气: 'bad-no-answer' },
    });
  });

  test('every frame live, and the newest when coming later; history never takes its place', async () => {
    const { port } = await startAedes();
    const sink = await sinkOnto(port);
    const live = await listen(port);
    await sink.connect(never);
    await sink.write(samples([houseFrame(tableOf(), 7), houseFrame(tableOf(), 8)]), never);
    await sink.write(samples([houseFrame(tableOf(), 3)], 3, true), never);
    await sink.write(samples([{ ...houseFrame(tableOf(), 9), late: true }]), never);
    await live.until(({ text }) => text.includes('"sequence":9'));
    const frames = live.heard.filter(({ topic }) => topic === state).map(({ text }) => JSON.parse(text) as object);
    expect(frames).toMatchObject([
      { sequence: 7 },
      { sequence: 8 },
      { sequence: 3, historical: true },
      { sequence: 9, historical: true },
    ]);
    expect(frames[0]).not.toHaveProperty('historical');
    const later = await listen(port);
    const { text } = await later.until(({ topic }) => topic === state);
    expect(JSON.parse(text)).toMatchObject({ sequence: 8 });
  });

  test('an event as it was journaled, not retained', async () => {
    const { port } = await startAedes();
    const sink = await sinkOnto(port);
    const live = await listen(port);
    await sink.connect(never);
    await sink.write(alarms([eventEntry(5, { limit: 25 })], 77), never);
    const { topic, text } = await live.until((message) => message.topic.endsWith('/events'));
    expect(topic).toBe(`sluice/${identity.site}/events`);
    expect(JSON.parse(text)).toMatchObject({
      id: `${identity.epoch}-77`,
      kind: 'event',
      device: '猪舍-1',
      tag: '氨气',
      limitKind: 'HH',
      state: 'active',
      value: 26.5,
      message: { zh: '氨气过高' },
    });
  });
});

describe('whether the gateway is there', () => {
  test('online from the birth message to the farewell', async () => {
    const { port } = await startAedes();
    const sink = await sinkOnto(port);
    await sink.connect(never);
    expect(await (await listen(port)).until(({ topic }) => topic === status)).toMatchObject({
      text: 'online',
      retain: true,
    });
    await sink.close();
    expect(await (await listen(port)).until(({ topic }) => topic === status)).toMatchObject({
      text: 'offline',
      retain: true,
    });
  });

  test('offline by its last will when the line is cut, online again afterwards', async () => {
    const { port } = await startAedes();
    const wire = await startWire(port);
    ends.push(() => wire.stop());
    const sink = await sinkOnto(wire.port);
    const live = await listen(port, status);
    await sink.connect(never);
    await live.until(({ text }) => text === 'online');
    wire.cut();
    await live.until(({ text }) => text === 'offline');
    wire.heal();
    await sink.connect(never);
    await live.until(() => live.heard.length === 3);
    expect(live.heard.map(({ text }) => text)).toEqual(['online', 'offline', 'online']);
  });
});

describe('acknowledgement', () => {
  test('a write waits for the last PUBACK, and gives up when none comes', async () => {
    const { port, broker } = await startAedes();
    let release: () => void = () => undefined;
    broker.authorizePublish = (_client, packet, done) => {
      if (packet.payload.toString().includes('"sequence":2')) release = () => done(null);
      else done(null);
    };
    const sink = await sinkOnto(port, { timeout: '100ms' });
    await sink.connect(never);
    const batch = samples([houseFrame(tableOf(), 1), houseFrame(tableOf(), 2), houseFrame(tableOf(), 3)]);
    await expect(sink.write(batch, never)).rejects.toThrow('no acknowledgement within 100 ms');
    release();
    broker.authorizePublish = (_client, _packet, done) => done(null);
    await sink.connect(never);
    await expect(sink.write(batch, never)).resolves.toEqual({});
  });

  test('a write without a session throws at once', async () => {
    const { port } = await startAedes();
    await expect((await sinkOnto(port)).write(samples([houseFrame(tableOf(), 1)]), never)).rejects.toThrow(
      'not connected',
    );
  });

  test('more messages than may be in flight all arrive, in order', async () => {
    const { port } = await startAedes();
    const sink = await sinkOnto(port);
    const live = await listen(port, 'sluice/+/+/+/+');
    await sink.connect(never);
    await sink.write(samples(Array.from({ length: 500 }, (_, n) => houseFrame(tableOf(), n))), never);
    await live.until(({ text }) => text.includes('"sequence":499'));
    const sequences = live.heard.map(({ text }) => (JSON.parse(text) as { sequence: number }).sequence);
    expect(sequences).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  test('a broker of version 5 that allows six in flight gets no more from both lanes', async () => {
    const broker = await startNarrowBroker(6);
    ends.push(() => broker.stop());
    const sink = await sinkOnto(broker.port, { version: '5' });
    await sink.connect(never);
    const frames = Array.from({ length: 60 }, (_, n) => houseFrame(tableOf(), n));
    const entries = Array.from({ length: 40 }, (_, n) => eventEntry(n));
    await Promise.all([sink.write(samples(frames), never), sink.write(alarms(entries), never)]);
    expect(broker.publications).toBe(101);
    expect(broker.mostWaiting).toBe(6);
  });

  peer('mosquitto')('survives a kill -9 of the broker', async () => {
    const broker = await startMosquitto();
    ends.push(() => broker.stop());
    const sink = await sinkOnto(broker.port);
    await sink.connect(never);
    const batch = samples([houseFrame(tableOf(), 1)]);
    await sink.write(batch, never);
    await broker.kill();
    await expect(sink.write(batch, never)).rejects.toThrow();
    await broker.restart();
    await sink.connect(never);
    await sink.write(batch, never);
    await (await listen(broker.port)).until(({ topic }) => topic === state);
  });
});

describe('logging in', () => {
  peer('mosquitto')('by user and password from a secret', async () => {
    const broker = await startMosquitto({ users: { gateway: 'right' } });
    ends.push(() => broker.stop());
    const settings = { user: 'gateway', password: { env: 'PASSWORD' } };
    await (await sinkOnto(broker.port, settings, { secret: () => 'right' })).connect(never);
    const wrong = await sinkOnto(broker.port, settings, { secret: () => 'wrong' });
    await expect(wrong.connect(never)).rejects.toThrow(/Connection refused: Not authorized/);
  });

  test('a connect ends when told to', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const sockets = once(silent, 'connection');
    const sink = await sinkOnto((silent.address() as AddressInfo).port);
    const stop = new AbortController();
    const connecting = sink.connect(stop.signal);
    connecting.catch(() => undefined);
    const [socket] = (await sockets) as [import('node:net').Socket];
    stop.abort(new Error('the gateway stops'));
    await expect(connecting).rejects.toThrow('the gateway stops');
    if (!socket.closed) await once(socket.resume(), 'close');
    silent.close();
  });
});
