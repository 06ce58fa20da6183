import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { retainedMax } from '../../../gateway/console/broker-devices.js';
import { type Broker, type BrokerOptions, startBroker, Users } from '../../../gateway/console/index.js';
import { systemClock } from '../../../gateway/runtime/system-clock.js';
import { listenMqtt } from '../../support/mqtt-listener.js';
import { peer } from '../../support/peers.js';
import { selfSigned } from '../../support/self-signed.js';
import { recordingLog, scratchFolder, usersOfEveryRole } from './console-kit.js';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const limits = { clientsMax: 100, packetBytesMax: 256 * 1024, packetsPerSecondMax: 100 };
const plain = { host: '127.0.0.1', port: 0, devices: [], limits, clock: systemClock } as const;

async function openBroker(host = '127.0.0.1', more: Partial<BrokerOptions> = {}) {
  const { log, lines } = recordingLog();
  const { users, tokens } = usersOfEveryRole(log);
  const broker = await startBroker({ ...plain, host, users, log, ...more });
  closing.push(() => broker.close());
  return { broker, tokens, lines, port: Number(new URL(broker.url).port) };
}

async function client(port: number, options: IClientOptions = {}): Promise<MqttClient> {
  const connected = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options });
  connected.on('error', () => undefined);
  closing.push(() => connected.endAsync(true));
  return connected;
}

const closed = (one: MqttClient) => new Promise<void>((resolve) => one.once('close', resolve));

const publisher = ({ publisher: { user, password } }: Broker, port: number, more: IClientOptions = {}) =>
  client(port, { username: user, password, ...more });

const listener = async (port: number, topic: string, login = {}) => {
  const listening = await listenMqtt(port, topic, login);
  closing.push(() => listening.stop());
  return listening;
};

describe('on loopback', () => {
  test('anyone hears what the gateway publishes; who comes later gets the newest of what is retained', async () => {
    const { broker, port } = await openBroker();
    const early = await listener(port, 'sluice/#');
    const gateway = await publisher(broker, port);
    await gateway.publishAsync('sluice/farm/status', 'online', { qos: 1, retain: true });
    await gateway.publishAsync('sluice/farm/house-bus/climate-1/main', '{"t":1}', { qos: 1, retain: true });
    await gateway.publishAsync('sluice/farm/house-bus/climate-1/main', '{"t":2}', { qos: 1, retain: true });
    await early.until(({ text }) => text === '{"t":2}');
    expect(early.heard.map(({ text }) => text)).toEqual(['online', '{"t":1}', '{"t":2}']);
    const late = await listener(port, 'sluice/#');
    await late.until(({ topic }) => topic.endsWith('/main'));
    await late.until(({ topic }) => topic.endsWith('/status'));
    expect(late.heard).toHaveLength(2);
    expect(late.heard.every(({ retain }) => retain)).toBe(true);
    expect(late.heard.map(({ text }) => text)).toContain('{"t":2}');
  });

  test.each(['nobody', 'administrator'])(
    'nobody but the gateway publishes: %s is dropped, nothing is heard',
    async (who) => {
      const { broker, port, tokens } = await openBroker();
      const heard = await listener(port, '#');
      const login = who === 'nobody' ? {} : { username: who, password: tokens.administrator };
      const stranger = await client(port, login);
      const dropped = closed(stranger);
      stranger.publish('sluice/farm/house-bus/climate-1/main', 'forged', { qos: 0, retain: true });
      await dropped;
      const gateway = await publisher(broker, port);
      await gateway.publishAsync('sluice/farm/status', 'online', { qos: 1 });
      await heard.until(({ text }) => text === 'online');
      expect(heard.heard.map(({ text }) => text)).toEqual(['online']);
    },
  );

  test("a stranger's last will is not published either, the gateway's is", async () => {
    const { broker, port } = await openBroker();
    const heard = await listener(port, '#');
    const will = (payload: string) => ({
      will: { topic: 'sluice/farm/status', payload: Buffer.from(payload), qos: 1 as const, retain: true },
    });
    const stranger = await client(port, will('forged'));
    (stranger.stream as Socket).destroy();
    await closed(stranger);
    const gateway = await publisher(broker, port, will('offline'));
    (gateway.stream as Socket).destroy();
    await heard.until(({ text }) => text === 'offline');
    expect(heard.heard.map(({ text }) => text)).toEqual(['offline']);
  });

  test('a name that is shown must be right, the name of the gateway above all', async () => {
    const { port, tokens } = await openBroker();
    for (const [username, password] of [
      ['gateway', 'guessed'],
      ['gateway', tokens.administrator],
      ['viewer', tokens.operator],
      ['viewer', ''],
    ] as const) {
      await expect(client(port, { username, password })).rejects.toThrow(/Bad username or password/);
    }
    await client(port, { username: 'viewer', password: tokens.viewer });
  });

  test('nobody pushes the gateway out by taking its client id', async () => {
    const { broker, port } = await openBroker();
    const gateway = await publisher(broker, port, { clientId: 'sluice-farm' });
    await expect(client(port, { clientId: 'sluice-farm' })).rejects.toThrow(/Identifier rejected/);
    await gateway.publishAsync('still', 'here', { qos: 1 });
    expect(gateway.connected).toBe(true);
  });

  test('what a client missed is not kept for it in memory', async () => {
    const { broker, port } = await openBroker();
    const first = await client(port, { clientId: 'screen', clean: false });
    await first.subscribeAsync('live', { qos: 1 });
    await first.endAsync();
    const gateway = await publisher(broker, port);
    await gateway.publishAsync('live', 'missed', { qos: 1 });
    const again = await client(port, { clientId: 'screen', clean: false });
    const heard: string[] = [];
    again.on('message', (_topic, payload) => heard.push(payload.toString()));
    await again.subscribeAsync('live', { qos: 1 });
    const told = new Promise((resolve) => again.once('message', resolve));
    await gateway.publishAsync('live', 'now', { qos: 1 });
    await told;
    expect(heard).toEqual(['now']);
  });

  test('who sends too large a packet or too many is dropped; the gateway may', async () => {
    const { broker, port, lines } = await openBroker();
    const hostile = connectTcp(port, '127.0.0.1');
    hostile.on('error', () => undefined);
    const ended = once(hostile, 'close');
    hostile.write(Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x03));
    await ended;
    const busy = await client(port);
    const dropped = closed(busy);
    for (let count = 0; count < 200; count++) busy.subscribe(`topic/${count}`);
    await dropped;
    const gateway = await publisher(broker, port);
    const heard = await listener(port, 'big');
    for (let count = 0; count < 200; count++) gateway.publish('small', 'x', { qos: 0 });
    await gateway.publishAsync('big', 'x'.repeat(100_000), { qos: 1 });
    expect((await heard.until(() => true)).text).toHaveLength(100_000);
    expect(lines).toMatchObject([
      { level: 'warn', fields: { client: 'not signed in', why: expect.stringContaining('262144 bytes') } },
      { level: 'warn', fields: { client: 'subscriber', why: 'more than 100 packets a second' } },
    ]);
  });

  test('a screen that froze is dropped, and the others go on hearing', async () => {
    const { broker, port, lines } = await openBroker();
    const frozen = connectTcp(port, '127.0.0.1');
    frozen.on('error', () => undefined);
    const dropped = once(frozen, 'close');
    // CONNECT of a client "f", then SUBSCRIBE to "#" at QoS 0; nothing is ever read from here on.
    frozen.write(Uint8Array.of(0x10, 13, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 1, 102));
    await once(frozen, 'readable');
    frozen.read();
    frozen.write(Uint8Array.of(0x82, 6, 0, 1, 0, 1, 35, 0));
    await once(frozen, 'readable');
    const heard = await listener(port, '#');
    const gateway = await publisher(broker, port);
    // More than the broker delivers side by side: what comes behind waits until the frozen one is gone.
    const block = 'x'.repeat(2 ** 18);
    for (let count = 0; count < 150; count++) gateway.publish('block', block, { qos: 0 });
    await gateway.publishAsync('last', 'word', { qos: 1 });
    await heard.until(({ topic }) => topic === 'last');
    frozen.resume();
    await dropped;
    expect(lines).toMatchObject([{ level: 'warn', fields: { client: 'subscriber', why: 'took nothing for 1000 ms' } }]);
  });

  test('topics of the broker itself are not told', async () => {
    const { port } = await openBroker();
    const nosy = await client(port);
    await expect(nosy.subscribeAsync('$SYS/#')).rejects.toThrow(/Unspecified error/);
  });

  test('it closes at once, with silent connections open', async () => {
    const { log } = recordingLog();
    const { users } = usersOfEveryRole(log);
    const broker = await startBroker({ ...plain, users, log });
    const silent = connectTcp(Number(new URL(broker.url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    await broker.close();
    await ended;
  });
});

describe('beyond loopback', () => {
  test('without users it refuses to start and says what to do', async () => {
    const { log } = recordingLog();
    const users = new Users(join(scratchFolder(), 'users.json'), log);
    await expect(startBroker({ ...plain, host: '0.0.0.0', users, log })).rejects.toThrow(
      'the MQTT broker on 0.0.0.0 can be reached from outside and there are no users: sluice user add NAME',
    );
  });

  test('nobody comes in without name and token; every role may listen', async () => {
    const { broker, port, tokens } = await openBroker('0.0.0.0');
    await expect(client(port)).rejects.toThrow(/Bad username or password/);
    const heard = await listener(port, '#', { username: 'viewer', password: tokens.viewer });
    const gateway = await publisher(broker, port);
    await gateway.publishAsync('sluice/farm/status', 'online', { qos: 1 });
    await heard.until(({ text }) => text === 'online');
  });

  test('after five wrong tokens an address has to wait', async () => {
    const { port, tokens, lines } = await openBroker('0.0.0.0');
    for (let attempt = 0; attempt < 5; attempt++) {
      await expect(client(port, { username: 'viewer', password: 'wrong' })).rejects.toThrow();
    }
    await expect(client(port, { username: 'viewer', password: tokens.viewer })).rejects.toThrow(
      /Bad username or password/,
    );
    expect(lines).toMatchObject([{ level: 'warn', fields: { address: '127.0.0.1' } }]);
  });

  test('one device with an old password holds up neither the others behind its address nor the gateway', async () => {
    const devices = ['old', 'new'].map((name) => ({ name, password: name, publish: ['#'], subscribe: [] }));
    const { broker, port } = await openBroker('0.0.0.0', { devices });
    for (let attempt = 0; attempt < 8; attempt++)
      await expect(client(port, { username: 'old', password: 'wrong' })).rejects.toThrow();
    await client(port, { username: 'new', password: 'new' });
    await (await publisher(broker, port)).publishAsync('x', '1', { qos: 1 });
  });

  test('a client too many is turned away, and it is told', async () => {
    const { port, lines } = await openBroker('127.0.0.1', { limits: { ...limits, clientsMax: 1 } });
    await client(port);
    const second = connectTcp(port, '127.0.0.1');
    second.on('error', () => undefined);
    await once(second, 'close');
    expect(lines).toMatchObject([{ level: 'warn', fields: { clients: 1 } }]);
  });

  test('two starts have two secrets', async () => {
    const [one, other] = [await openBroker(), await openBroker()];
    expect(one.broker.publisher.password).not.toBe(other.broker.publisher.password);
    expect(Buffer.from(one.broker.publisher.password, 'base64url')).toHaveLength(32);
  });
});

describe('devices', () => {
  const devices = [
    { name: 'esp-1', password: 'one', publish: ['farm/esp-1/#'], subscribe: ['farm/esp-1/set'] },
    { name: 'esp-2', password: 'two', publish: ['farm/+/level'], subscribe: [] },
  ];
  const esp1 = { username: 'esp-1', password: 'one' };

  test('publish to their own topics; elsewhere they are dropped, nothing is heard, and it is told once', async () => {
    const { port, lines } = await openBroker('127.0.0.1', { devices });
    const heard = await listener(port, '#');
    const allowed = await client(port, esp1);
    await allowed.publishAsync('farm/esp-1/temperature', '21.5', { qos: 1, retain: true });
    for (let attempt = 0; attempt < 2; attempt++) {
      const stray = await client(port, { username: 'esp-2', password: 'two' });
      const dropped = closed(stray);
      stray.publish('farm/esp-1/temperature', 'forged', { qos: 0 });
      await dropped;
    }
    await allowed.publishAsync('farm/esp-1/last', 'word', { qos: 1 });
    await heard.until(({ text }) => text === 'word');
    expect(heard.heard.map(({ text }) => text)).toEqual(['21.5', 'word']);
    expect(lines).toMatchObject([{ level: 'warn', fields: { device: 'esp-2', topic: 'farm/esp-1/temperature' } }]);
  });

  test('listen to what they are allowed, and to no filter that reaches further', async () => {
    const { broker, port } = await openBroker('127.0.0.1', { devices });
    const device = await client(port, esp1);
    for (const filter of ['#', 'farm/#', 'farm/esp-1/+', '+/esp-1/set'])
      await expect(device.subscribeAsync(filter)).rejects.toThrow(/Unspecified error/);
    await device.subscribeAsync('farm/esp-1/set', { qos: 1 });
    const told = new Promise<string>((resolve) => device.once('message', (topic) => resolve(topic)));
    const gateway = await publisher(broker, port);
    await gateway.publishAsync('farm/esp-1/set', '22', { qos: 1 });
    expect(await told).toBe('farm/esp-1/set');
  });

  test('nobody pushes a device out by taking its client id; it itself may come anew', async () => {
    const { port } = await openBroker('127.0.0.1', { devices });
    const device = await client(port, { ...esp1, clientId: 'esp' });
    await expect(client(port, { clientId: 'esp' })).rejects.toThrow(/Identifier rejected/);
    await expect(client(port, { username: 'esp-2', password: 'two', clientId: 'esp' })).rejects.toThrow(
      /Identifier rejected/,
    );
    expect(device.connected).toBe(true);
    const pushedOut = closed(device);
    const again = await client(port, { ...esp1, clientId: 'esp' });
    await pushedOut;
    await again.publishAsync('farm/esp-1/x', '1', { qos: 1 });
  });

  test('need their own password, and are enough to open the broker beyond loopback', async () => {
    const { log } = recordingLog();
    const users = new Users(join(scratchFolder(), 'users.json'), log);
    const broker = await startBroker({ ...plain, host: '0.0.0.0', devices, users, log });
    closing.push(() => broker.close());
    const port = Number(new URL(broker.url).port);
    for (const password of ['two', ''])
      await expect(client(port, { ...esp1, password })).rejects.toThrow(/Bad username or password/);
    await expect(client(port)).rejects.toThrow(/Bad username or password/);
    await (await client(port, esp1)).publishAsync('farm/esp-1/x', '1', { qos: 1 });
  });

  test('keep no more retained messages than they are allowed', async () => {
    const limitless = { ...limits, packetsPerSecondMax: 100_000 };
    const { port, lines } = await openBroker('127.0.0.1', { devices, limits: limitless });
    const device = await client(port, esp1);
    for (let count = 0; count <= retainedMax; count++)
      device.publish(`farm/esp-1/${count}`, 'x', { qos: 0, retain: true });
    await device.publishAsync('farm/esp-1/0', 'newer', { qos: 1, retain: true });
    const late = await listener(port, 'farm/#');
    await late.until(() => late.heard.length === retainedMax);
    expect(late.heard.find(({ topic }) => topic === 'farm/esp-1/0')?.text).toBe('newer');
    expect(lines).toMatchObject([{ level: 'warn', fields: { device: 'esp-1' } }]);
  });

  peer('openssl')('speak over TLS where the broker has a certificate, and only so', async () => {
    const tls = selfSigned(scratchFolder());
    const { broker, port } = await openBroker('127.0.0.1', { devices, tls });
    expect(broker.url).toMatch(/^mqtts:/);
    const device = await connectAsync(`mqtts://localhost:${port}`, {
      ...esp1,
      ca: tls.certificate,
      reconnectPeriod: 0,
    });
    closing.push(() => device.endAsync(true));
    await device.publishAsync('farm/esp-1/x', '1', { qos: 1 });
    const plainly = connectTcp(port, '127.0.0.1');
    plainly.on('error', () => undefined);
    const dropped = once(plainly, 'close');
    plainly.write(Uint8Array.of(0x10, 13, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 1, 102));
    await dropped;
  });
});
