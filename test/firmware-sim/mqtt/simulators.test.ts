import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { get } from 'sparkplug-payload';
import { HeldValues } from '../../../firmware-sim/index.js';
import {
  asksRebirth,
  EdgeNodeSimulator,
  JsonDeviceSimulator,
  writeSparkplug,
} from '../../../firmware-sim/mqtt/index.js';
import { connectAsync, type MqttClient } from 'mqtt';

const tahu = get('spBv1.0');
if (!tahu) throw new Error('sparkplug-payload does not know spBv1.0');

interface Message {
  readonly topic: string;
  readonly payload: Buffer;
}

let aedes: Aedes;
let server: Server;
let client: MqttClient;
let heard: Message[];
let wake: () => void = () => undefined;

beforeEach(async () => {
  aedes = await Aedes.createBroker();
  server = createServer(aedes.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = await connectAsync(broker(), { reconnectPeriod: 0 });
  heard = [];
  client.on('message', (topic, payload) => {
    heard.push({ topic, payload });
    wake();
  });
  await client.subscribeAsync('#', { qos: 1 });
});

afterEach(async () => {
  await client.endAsync();
  server.close();
  await new Promise<void>((resolve) => aedes.close(resolve));
});

const broker = (): string => `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function until(count: number): Promise<Message[]> {
  while (heard.length < count) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  return heard;
}

/** What Tahu reads in a message: kind, number and metrics. */
function read({ topic, payload }: Message) {
  const { seq, metrics } = (tahu as NonNullable<typeof tahu>).decodePayload(payload);
  const told = metrics?.map(({ name, alias, value }) => [
    name || Number(alias),
    typeof value === 'object' ? Number(value) : value,
  ]);
  return [topic.split('/').slice(2).join('/'), seq === undefined || seq === null ? undefined : Number(seq), told];
}

test('the codec writes what Tahu reads', () => {
  const metrics = [
    { name: 'i8', alias: 1, timestamp: 5, type: 'Int8', value: -5 },
    { name: 'i64', type: 'Int64', value: -(2n ** 60n) },
    { name: 'u64', type: 'UInt64', value: 2n ** 63n },
    { name: 'f', type: 'Float', value: 1.5, isHistorical: true },
    { name: 'd', type: 'Double', value: 0.1, quality: 192 },
    { name: 'b', type: 'Boolean', value: true },
    { name: 's', type: 'String', value: '泵' },
    { name: 'n', type: 'Int32', value: null },
  ] as const;
  const payload = (tahu as NonNullable<typeof tahu>).decodePayload(writeSparkplug({ timestamp: 7, seq: 3, metrics }));
  expect([Number(payload.timestamp), Number(payload.seq), payload.metrics?.length]).toEqual([7, 3, 8]);
  const told = payload.metrics?.map(({ name, type, value }) => {
    // Tahu gives 64 bits as an object, of an Int64 too without its sign.
    if (type !== 'Int64' && type !== 'UInt64') return [name, type, value];
    const bits = BigInt((value as { toString(): string }).toString());
    return [name, type, type === 'Int64' ? BigInt.asIntN(64, bits) : bits];
  });
  expect(told).toEqual([
    ['i8', 'Int8', -5],
    ['i64', 'Int64', -(2n ** 60n)],
    ['u64', 'UInt64', 2n ** 63n],
    ['f', 'Float', 1.5],
    ['d', 'Double', 0.1],
    ['b', 'Boolean', true],
    ['s', 'String', '泵'],
    ['n', 'Int32', null],
  ]);
  expect(payload.metrics?.[3]?.isHistorical).toBe(true);
  expect(payload.metrics?.[4]?.properties?.['Quality']?.value).toBe(192);
});

describe('an edge node', () => {
  test('is born, says what has changed, is born again when asked, and dies by its will', async () => {
    const model = new HeldValues({ level: 1.5, count: 2 });
    const simulator = new EdgeNodeSimulator({
      broker: broker(),
      group: 'G',
      node: 'N',
      devices: [{ name: 'D', model, types: { level: 'Float', count: 'Int32' } }],
    });
    await simulator.start();
    await simulator.say();
    model.command('count', 3);
    await simulator.say();
    const births = [
      [
        'NBIRTH/N',
        0,
        [
          ['bdSeq', 0],
          ['Node Control/Rebirth', false],
        ],
      ],
      [
        'DBIRTH/N/D',
        1,
        [
          ['level', 1.5],
          ['count', 2],
        ],
      ],
    ];
    expect((await until(3)).map(read)).toEqual([...births, ['DDATA/N/D', 2, [[1, 3]]]]);
    const metrics = [{ name: 'Node Control/Rebirth', type: 'Boolean' as const, value: true }];
    const command = Buffer.from((tahu as NonNullable<typeof tahu>).encodePayload({ timestamp: 1, metrics }));
    expect(asksRebirth(command)).toBe(true);
    await client.publishAsync('spBv1.0/G/NCMD/N', command);
    expect((await until(6)).slice(4).map(read)).toEqual([
      births[0],
      [
        'DBIRTH/N/D',
        1,
        [
          ['level', 1.5],
          ['count', 3],
        ],
      ],
    ]);
    expect(simulator.rebirths).toBe(1);
    await simulator.crash();
    expect((await until(7)).slice(6).map(read)).toEqual([['NDEATH/N', undefined, [['bdSeq', 0]]]]);
    await simulator.start();
    expect((await until(8)).slice(7).map(read)).toEqual([
      [
        'NBIRTH/N',
        0,
        [
          ['bdSeq', 1],
          ['Node Control/Rebirth', false],
        ],
      ],
    ]);
    await simulator.stop();
  });

  test('loses messages without losing their numbers', async () => {
    const model = new HeldValues({ level: 0 });
    const simulator = new EdgeNodeSimulator({
      broker: broker(),
      group: 'G',
      node: 'N',
      devices: [{ model, types: { level: 'Float' } }],
    });
    await simulator.start();
    simulator.inject({ kind: 'dropped', share: 1 });
    model.command('level', 1);
    await simulator.say();
    simulator.heal();
    model.command('level', 2);
    await simulator.say();
    await simulator.history(undefined, 'level', [[100, 7]]);
    expect((await until(3)).slice(1).map(read)).toEqual([
      ['NDATA/N', 2, [[0, 2]]],
      ['NDATA/N', 3, [[0, 7]]],
    ]);
    await simulator.stop();
  });
});

test('a JSON device says its values, and its will when its power fails', async () => {
  const model = new HeldValues({ level: 1.5, on: true });
  const simulator = new JsonDeviceSimulator({ broker: broker(), topic: 't', model, availability: 't/LWT' });
  await simulator.start();
  await simulator.say();
  simulator.inject({ kind: 'dead', unit: 1 });
  await simulator.say();
  await simulator.crash();
  const [online, message, offline] = await until(3);
  expect([online?.payload.toString(), offline?.payload.toString()]).toEqual(['online', 'offline']);
  expect(JSON.parse(message?.payload.toString() ?? '')).toEqual({ time: expect.any(Number), level: 1.5, on: true });
  expect(heard).toHaveLength(3);
});
