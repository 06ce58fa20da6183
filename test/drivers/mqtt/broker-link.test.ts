import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { NotConnected } from '../../../gateway/contract/index.js';
import { Cuttable } from '../../support/cuttable.js';
import { startMosquitto } from '../../support/mosquitto.js';
import { peer } from '../../support/peers.js';
import { scratchFolder } from '../../support/scratch.js';
import { mosquittoPub } from './mosquitto-pub.js';
import { createJson, createSparkplug, type Devices, listen, said, type Started } from './mqtt-link.js';
import { startTlsBroker } from './tls-broker.js';

const withBroker = peer('mosquitto', 'mosquitto_sub');
const never = new AbortController().signal;
const level: Devices = { a: { device: { topic: 'a' }, tags: { v: { path: 'v' } } } };

let ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.toReversed()) await end();
  ending = [];
});

async function broker(options: Parameters<typeof startMosquitto>[0] = {}): Promise<number> {
  const one = await startMosquitto(options);
  ending.push(() => one.stop());
  return one.port;
}

async function driverAt(port: number, settings: Record<string, unknown> = {}, devices = level): Promise<Started> {
  const one = await createJson({ broker: `mqtt://127.0.0.1:${port}`, ...settings }, devices);
  ending.push(() => one.driver.close());
  return one;
}

const refusal = async (run: Promise<unknown>): Promise<string> => {
  const error = await run.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(NotConnected);
  return (error as Error).message;
};

describe('a link to a broker', () => {
  withBroker('tells once that it is lost, nothing after it, and is right again when it is made anew', async () => {
    const port = await broker();
    const road = await Cuttable.to(port);
    ending.push(() => road.close());
    const one = await driverAt(road.port);
    await listen(one);
    await mosquittoPub(port, 'a', '{"v":1}');
    await one.ear.until(() => one.ear.readings.length === 1);
    await road.cut();
    await one.ear.until(() => one.ear.errors.length === 1);
    expect(one.ear.errors[0]).toBeInstanceOf(NotConnected);
    expect(one.ear.errors[0]?.message).toMatch(/^no connection to mqtt:\/\/127\.0\.0\.1:\d+: /);
    await mosquittoPub(port, 'a', '{"v":2}');
    await listen(one);
    await mosquittoPub(port, 'a', '{"v":3}');
    await one.ear.until(() => one.ear.readings.length === 2);
    expect(one.ear.known('a')).toEqual({ v: [3, 'good'] });
    await one.driver.close();
    await one.driver.close();
    expect(one.ear.errors).toHaveLength(1);
    expect(await road.close()).toBe(0);
  });

  withBroker('can be closed unopened, and connected again and again', async () => {
    const port = await broker();
    const road = await Cuttable.to(port);
    const one = await driverAt(road.port);
    await one.driver.close();
    await one.driver.connect(never);
    await listen(one);
    expect(road.connections).toBe(1);
    await one.driver.close();
    expect(await road.close()).toBe(0);
    await expect(one.driver.subscribe(one.tables, one.ear, never)).rejects.toBeInstanceOf(NotConnected);
  });

  withBroker('tells nothing before it is subscribed, and nothing after it is closed', async () => {
    const port = await broker();
    for (const topic of ['a', 'b', 'c']) await mosquittoPub(port, topic, '{"v":1}', '-r');
    const devices = Object.fromEntries(
      ['a', 'b', 'c'].map((topic) => [topic, { device: { topic }, tags: { v: { path: 'v' } } }]),
    );
    const one = await driverAt(port, {}, devices);
    await one.driver.connect(never);
    await one.driver.subscribe(one.tables, one.ear, never);
    expect(one.ear.readings).toEqual([]);
    await one.ear.until(() => one.ear.readings.length === 3);
    await one.driver.close();
    await mosquittoPub(port, 'a', '{"v":2}');
    expect(one.ear.readings).toHaveLength(3);
  });

  withBroker('of a persistent session nothing said meanwhile is lost', async () => {
    const port = await broker();
    const devices: Devices = {
      a: { device: { topic: 'a', time: { path: 't' }, lateAfter: '1h' }, tags: { v: { path: 'v' } } },
    };
    for (const version of ['3.1.1', '5']) {
      const settings = { session: 'persistent', version, clientId: `box-${version}` };
      const first = await driverAt(port, settings, devices);
      await listen(first);
      await first.driver.close();
      for (let n = 1; n <= 20; n += 1) await mosquittoPub(port, 'a', `{"v":${n},"t":${n}}`);
      const second = await driverAt(port, settings, devices);
      await listen(second);
      await second.ear.until(() => second.ear.readings.length === 20);
      const values = second.ear.readings.map((one) => [said(one)['v']?.[0], one.times?.[0], one.late]);
      expect(values).toEqual(Array.from({ length: 20 }, (_, n) => [n + 1, n + 1, true]));
    }
  });

  withBroker('a message beyond the limit is not taken, and those beside it are', async () => {
    const port = await broker();
    const { folder, remove } = await scratchFolder();
    ending.push(remove);
    const long = join(folder, 'long');
    execFileSync('/bin/sh', ['-c', `printf '{"v":9,"x":"%0300000d"}' 0 > ${long}`]);
    for (const version of ['3.1.1', '5']) {
      const one = await driverAt(port, { version, payloadMax: '200kB', clientId: version });
      await listen(one);
      await mosquittoPub(port, 'a', '{"v":1}');
      execFileSync('mosquitto_pub', ['-p', String(port), '-q', '1', '-t', 'a', '-f', long]);
      await mosquittoPub(port, 'a', '{"v":2}');
      await one.ear.until(() => one.ear.known('a')['v']?.[0] === 2);
      const got = one.ear.readings.map((reading) => said(reading)['v']?.[1]);
      expect(got).toEqual(['good', 'good']);
      expect(one.driver.counters()['tooLong']).toBe(version === '5' ? 0 : 1);
      expect(one.driver.counters()['bytes']).toBeLessThan(100);
    }
    expect(readFileSync(long)).toHaveLength(300_014);
  });

  withBroker('says in words what a broker refuses', async () => {
    const port = await broker({ users: { box: 'right' }, access: ['user box', 'topic read a'] });
    const wrong = await driverAt(port, { user: 'box', password: { env: 'SLUICE_TEST_MQTT_PASSWORD' } });
    expect(await refusal(wrong.driver.connect(never))).toBe(
      'the environment variable SLUICE_TEST_MQTT_PASSWORD is not set; it should hold a secret',
    );
    process.env['SLUICE_TEST_MQTT_PASSWORD'] = 'wrong';
    expect(await refusal(wrong.driver.connect(never))).toMatch(/does not take us: .*(user|password)/);
    process.env['SLUICE_TEST_MQTT_PASSWORD'] = 'right';
    await listen(wrong);
    delete process.env['SLUICE_TEST_MQTT_PASSWORD'];
    const stranger = await driverAt(port);
    expect(await refusal(stranger.driver.connect(never))).toMatch(/does not allow this user|wrong user/);
    const missing = await driverAt(port, { user: 'box', password: { file: '/nowhere/secret' } });
    expect(await refusal(missing.driver.connect(never))).toMatch(
      /^the file \/nowhere\/secret, which should hold a secret/,
    );
  });

  withBroker('of two with one client id the older says why it is lost', async () => {
    const port = await broker();
    const [first, second] = [await driverAt(port), await driverAt(port)];
    await listen(first);
    await listen(second);
    await first.ear.until(() => first.ear.errors.length === 1);
    expect(first.ear.errors[0]?.message).toMatch(/another client has the same `clientId`/);
  });

  test('is no broker: nothing there, one that says nothing, one that closes', async () => {
    const servers = [createServer(() => undefined), createServer((socket) => socket.end('HTTP/1.1 400\r\n\r\n'))];
    const ports = await Promise.all(
      servers.map(
        (server) =>
          new Promise<number>((resolve) => {
            server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
          }),
      ),
    );
    const closed = await driverAt(ports[1] as number);
    expect(await refusal(closed.driver.connect(never))).toMatch(/does not take us/);
    const mute = await driverAt(ports[0] as number);
    const ended = new AbortController();
    const connecting = mute.driver.connect(ended.signal);
    ended.abort(new Error('told to stop'));
    await expect(connecting).rejects.toThrow('told to stop');
    for (const server of servers) server.close();
    const nobody = await driverAt(ports[1] as number);
    expect(await refusal(nobody.driver.connect(never))).toMatch(/ECONNREFUSED; check the port/);
  });

  withBroker('over TLS proves the broker, and itself', async () => {
    const tls = await startTlsBroker();
    ending.push(() => tls.stop());
    const at = (host: string) => ({ broker: `mqtts://${host}:${tls.port}` });
    const own = { ca: { file: tls.ca }, cert: { file: tls.cert }, key: { file: tls.key } };
    const one = await createJson({ ...at('localhost'), ...own }, level);
    ending.push(() => one.driver.close());
    await listen(one);
    await tls.publish('a', '{"v":5}');
    await one.ear.until(() => one.ear.readings.length === 1);
    expect(one.ear.known('a')).toEqual({ v: [5, 'good'] });
    const untrusting = await createJson(at('localhost'), level);
    expect(await refusal(untrusting.driver.connect(never))).toMatch(/no TLS with mqtts:.*as `ca`$/);
    const misnamed = await createJson({ ...at('127.0.0.1'), ...own }, level);
    expect(await refusal(misnamed.driver.connect(never))).toMatch(/under a name that stands in its certificate/);
    const nameless = await createJson({ ...at('localhost'), ca: own.ca }, level);
    expect(await refusal(nameless.driver.connect(never))).toMatch(/asks for `cert` and `key`|does not take us/);
    await untrusting.driver.close();
  });

  withBroker('is tested in words, whether open or not', async () => {
    const port = await broker();
    await mosquittoPub(port, 'farm/a', '{"v":1}', '-r');
    const device = (topic: string) => ({ device: { topic }, tags: { v: { path: 'v' }, w: { path: 'x.w' } } });
    const one = await driverAt(port, {}, { a: device('farm/{device}'), b: device('elsewhere') });
    const { en, zh } = await one.driver.probe(never);
    expect(en.split('\n')).toEqual([
      `mqtt://127.0.0.1:${port} takes us, 2 topics subscribed to; 1 messages within 5 s`,
      'a: 1 messages, such as farm/a; 1 tags found, 1 not: w',
      'b: nothing under elsewhere; check the topic, and that the device sends',
    ]);
    expect(zh).toMatch(/收到 1 条消息/);
    const edge = { device: { group: 'G', node: 'N', device: 'D' }, tags: { v: { metric: 'v' } } };
    const plug = await createSparkplug({ broker: `mqtt://127.0.0.1:${port}` }, { edge });
    const ended = new AbortController();
    const probing = plug.driver.probe(ended.signal);
    ended.abort(new Error('told to stop'));
    await expect(probing).rejects.toThrow('told to stop');
  });
});
