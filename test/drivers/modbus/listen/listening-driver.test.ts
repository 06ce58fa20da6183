import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isSubscribed, NotConnected } from '../../../../gateway/contract/index.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { exceptionReply, readRequest, registersReply, rtu } from './bus-script.js';
import {
  contextOf,
  createListener,
  type ListenedBus,
  listenLink,
  Listener,
  type ListenUnderTest,
  type Said,
  startListenedBus,
  tablesOf,
} from './listened-bus.js';

const never = new AbortController().signal;

let bus: ListenedBus;
let driver: ListenUnderTest;
let clock: ManualClock;
let ears: Listener;
let warnings: Said[];

beforeEach(async () => {
  bus = await startListenedBus();
  clock = new ManualClock();
  ears = new Listener();
  warnings = [];
});

afterEach(async () => {
  await driver.close();
  // Whatever happened: not one byte was sent, and no connection is left.
  expect(bus.sent).toBe(0);
  await ears.until(() => bus.connections === 0);
  await bus.stop();
});

const tag = (register: string, of: Record<string, unknown> = {}) => ({ register, ...of });

async function listen(
  devices: Parameters<typeof listenLink>[1],
  of: Record<string, unknown> = {},
): Promise<ListenUnderTest> {
  const link = listenLink(bus.port, devices, of);
  driver = await createListener(link, contextOf(clock, warnings));
  expect(isSubscribed(driver)).toBe(true);
  await driver.connect(never);
  await driver.subscribe(tablesOf(link), ears.told, never);
  await ears.until(() => bus.connections === 1);
  return driver;
}

/** Says it and waits until as many frames were understood in all. */
async function say(frames: number, ...bytes: readonly Uint8Array[]): Promise<void> {
  const total = (): number => {
    const { requests = 0, answers = 0, exceptions = 0, strays = 0, ambiguous = 0 } = driver.counters();
    return requests + answers + exceptions + strays + ambiguous;
  };
  const before = total();
  bus.say(...bytes);
  await ears.until(() => total() >= before + frames);
}

const pump = {
  settings: { unit: 1 },
  groups: { main: [tag('holding 0'), tag('holding 1', { type: 'int32' }), tag('input 5')] },
};

describe('a listen link', () => {
  test('gives what the master was told to the tags it is about', async () => {
    await listen({ pump, fan: { settings: { unit: 2 }, groups: { main: [tag('coil 3')] } } });
    await say(2, readRequest(1, 3, 0, 4), registersReply(1, 3, [7, 0xffff, 0xfffe, 9]));
    expect(ears.take()).toEqual(['pump: 7 -2 -']);
    await say(2, readRequest(1, 4, 5, 1), registersReply(1, 4, [300]));
    expect(ears.take()).toEqual(['pump: - - 300']);
    await say(2, readRequest(2, 1, 0, 8), rtu(2, 1, 1, 0b1000));
    expect(ears.take()).toEqual(['fan: 1']);
    await say(2, readRequest(3, 3, 0, 1), registersReply(3, 3, [1]));
    expect(ears.take()).toEqual([]);
    expect(driver.counters()).toMatchObject({ requests: 4, answers: 4, unanswered: 0, damaged: 0 });
  });

  test('puts a value that the master reads in two pieces together, from one round alone', async () => {
    await listen({ pump: { settings: { unit: 1 }, groups: { main: [tag('holding 9', { type: 'int32' })] } } });
    const low = (word: number) => [readRequest(1, 3, 0, 10), registersReply(1, 3, [...Array<number>(9).fill(0), word])];
    const high = (word: number) => [readRequest(1, 3, 10, 5), registersReply(1, 3, [word, 0, 0, 0, 0])];
    await say(4, ...low(1), ...high(2));
    expect(ears.take()).toEqual([`pump: ${0x1_0002}`]);
    await say(6, ...low(3), ...low(4), ...high(5));
    expect(ears.take()).toEqual([`pump: ${0x4_0005}`]);
    // The second piece of this round, and the first of the next, are of two rounds.
    const { unanswered = 0 } = driver.counters();
    await say(4, ...low(6), readRequest(1, 3, 10, 5), readRequest(1, 3, 0, 10));
    await say(2, ...high(7));
    expect(driver.counters()['unanswered']).toBe(unanswered + 2);
    expect(ears.take()).toEqual(['pump: bad-no-answer']);
  });

  test('keeps the answer of a group with statutory tags as it came', async () => {
    await listen({ flow: { settings: { unit: 1 }, groups: { main: [tag('holding 0', { statutory: true })] } } });
    await say(2, readRequest(1, 3, 0, 2), registersReply(1, 3, [7, 8]));
    expect(Buffer.from(ears.readings[0]?.raw ?? []).toString('hex')).toBe('030400070008');
  });

  test('tells what the master was refused, and only of tags it asked for', async () => {
    await listen({ pump });
    await say(2, readRequest(1, 3, 0, 1), exceptionReply(1, 3, 2));
    await say(2, readRequest(1, 3, 0, 1), exceptionReply(1, 3, 4));
    expect(ears.take()).toEqual(['pump: bad-configuration - -', 'pump: bad-device-failure - -']);
  });

  test('tells once that a device does not answer twice running, and again after it did', async () => {
    await listen({ pump });
    const ask = readRequest(1, 3, 0, 1);
    await say(2, ask, ask);
    expect(ears.take()).toEqual([]);
    await say(3, ask, ask, ask);
    expect(ears.take()).toEqual(['pump: bad-no-answer bad-no-answer bad-no-answer']);
    await say(1, registersReply(1, 3, [5]));
    expect(ears.take()).toEqual(['pump: 5 - -']);
    const bad = registersReply(1, 3, [5]).map((byte, n) => (n === 4 ? byte ^ 1 : byte));
    bus.say(ask, bad, ask, bad, ask);
    await ears.until(() => driver.counters()['requests'] === 6);
    // Damage may look like the beginning of a long frame: silence decides.
    await clock.advance(600);
    expect(ears.take()).toEqual(['pump: bad-frame bad-frame bad-frame']);
  });

  test('gives no value that may belong to another request as a good one', async () => {
    await listen({ pump });
    const [a, b] = [readRequest(1, 3, 0, 1), readRequest(1, 3, 40, 1)];
    await say(3, b, a, registersReply(1, 3, [5]));
    expect(ears.take()).toEqual(['pump: 5 (uncertain-resync) - -']);
  });

  test('tells what the master writes, and what became of it', async () => {
    await listen({ pump, fan: { settings: { unit: 2 }, groups: { main: [tag('coil 3')] } } });
    const write = rtu(1, 16, 0, 4, 0, 2, 4, 0, 7, 1, 0);
    await say(2, write, rtu(1, 16, 0, 4, 0, 2));
    await say(2, rtu(2, 5, 0, 3, 0xff, 0), exceptionReply(2, 5, 3));
    await say(2, rtu(2, 6, 0, 3, 0, 1), readRequest(1, 3, 0, 1));
    await say(2, registersReply(1, 3, [1]), rtu(0, 6, 0, 9, 0, 2));
    const two = { unit: 2, table: 'coil', address: 3 };
    expect(ears.takeWrites()).toEqual([
      { device: 'pump', unit: 1, functionCode: 16, table: 'holding', address: 4, values: [7, 256], outcome: 'done' },
      { device: 'fan', ...two, functionCode: 5, values: [1], outcome: 'refused', exception: 3 },
      { device: 'fan', ...two, table: 'holding', functionCode: 6, values: [1], outcome: 'unanswered' },
      { device: 'pump', unit: 0, functionCode: 6, table: 'holding', address: 9, values: [2], outcome: 'broadcast' },
      { device: 'fan', unit: 0, functionCode: 6, table: 'holding', address: 9, values: [2], outcome: 'broadcast' },
    ]);
  });

  test('says that the bus is silent, and hears it again', async () => {
    await listen(
      { pump, fan: { settings: { unit: 2 }, groups: { main: [tag('holding 3')] } } },
      { silentAfter: '10s' },
    );
    await say(2, readRequest(1, 3, 0, 1), registersReply(1, 3, [5]));
    expect(ears.take()).toEqual(['pump: 5 - -']);
    await clock.advance(10_000);
    expect(ears.take().sort()).toEqual(['fan: bad-no-answer', 'pump: bad-no-answer bad-no-answer bad-no-answer']);
    expect(warnings.map(({ message }) => message)).toEqual([
      'nothing is heard on the bus: check that its master runs, and A and B where this box listens',
    ]);
    await clock.advance(60_000);
    expect(ears.take()).toEqual([]);
    await say(2, readRequest(1, 3, 0, 1), registersReply(1, 3, [6]));
    expect(ears.take()).toEqual(['pump: 6 - -']);
  });

  test('says which device the master does not ask, and which tags it does not read', async () => {
    await listen(
      { pump, fan: { settings: { unit: 2 }, groups: { main: [tag('holding 3')] } } },
      { silentAfter: '10s' },
    );
    for (let second = 0; second < 3; second += 1) {
      await say(2, readRequest(1, 3, 0, 1), registersReply(1, 3, [5]));
      await clock.advance(5000);
    }
    expect(ears.take()).toEqual(['pump: 5 - -', 'pump: 5 - -', 'fan: bad-no-answer', 'pump: 5 - -']);
    expect(warnings).toEqual([
      {
        message: 'the master of the bus gets no answer from this device, or does not ask it: check its unit id',
        fields: { link: 'line-1', device: 'fan', unit: 2, silentMs: 10_000 },
      },
      {
        message: 'the master of the bus has not read these tags so far: they have no value until it does',
        fields: { link: 'line-1', device: 'pump', count: 2, tags: ['t1', 't2'] },
      },
      {
        message: 'the master of the bus has not read these tags so far: they have no value until it does',
        fields: { link: 'line-1', device: 'fan', count: 1, tags: ['t0'] },
      },
    ]);
  });

  test('a tag that the master no longer reads is bad, said once until it is read again', async () => {
    await listen({ pump }, { silentAfter: '10s' });
    const page = (start: number, word: number) => [readRequest(1, 3, start, 1), registersReply(1, 3, [word])];
    const other = [readRequest(1, 4, 5, 1), registersReply(1, 4, [300])];
    const minute = async (): Promise<string[]> => {
      for (let second = 0; second < 60; second += 5) {
        await say(2, ...other);
        await clock.advance(5000);
      }
      return ears.take().filter((reading) => reading !== 'pump: - - 300');
    };
    const gone = {
      message: 'the master of the bus no longer reads these tags: they are bad until it does',
      fields: { link: 'line-1', device: 'pump', silentMs: 10_000, count: 1, tags: ['t0'] },
    };
    const told = (): Said[] => warnings.filter(({ message }) => message === gone.message);
    await say(2, ...page(0, 5));
    expect(await minute()).toEqual(['pump: 5 - -', 'pump: bad-no-answer - -']);
    expect(told()).toEqual([gone]);
    await say(2, ...page(0, 6));
    expect(ears.take()).toEqual(['pump: 6 - -']);
    await clock.advance(4000);
    await say(2, ...other);
    expect(ears.take()).toEqual(['pump: - - 300']);
    expect(await minute()).toEqual(['pump: bad-no-answer - -']);
    expect(told()).toEqual([gone, gone]);
  });

  test('a tag the device refuses, and one of a silent device, is told once', async () => {
    await listen({ pump }, { silentAfter: '10s' });
    await say(4, readRequest(1, 3, 0, 1), registersReply(1, 3, [5]), readRequest(1, 3, 0, 1), exceptionReply(1, 3, 2));
    expect(ears.take()).toEqual(['pump: 5 - -', 'pump: bad-configuration - -']);
    await say(2, readRequest(1, 3, 0, 1), registersReply(1, 3, [5]));
    await clock.advance(60_000);
    expect(ears.take()).toEqual(['pump: 5 - -', 'pump: bad-no-answer bad-no-answer bad-no-answer']);
    expect(warnings).toHaveLength(1);
  });

  test('says that the connection is lost, and hears again after connecting', async () => {
    await listen({ pump });
    bus.cut();
    await ears.until(() => ears.lostWith.length > 0);
    expect(ears.lostWith).toHaveLength(1);
    expect(ears.lostWith[0]).toBeInstanceOf(NotConnected);
    await driver.connect(never);
    await driver.subscribe(tablesOf(listenLink(bus.port, { pump })), ears.told, never);
    await ears.until(() => bus.connections === 1);
    await say(2, readRequest(1, 3, 0, 1), registersReply(1, 3, [5]));
    expect(ears.take()).toEqual(['pump: 5 - -']);
  });

  test('tells nothing before it is subscribed to, and nothing after it was closed', async () => {
    const link = listenLink(bus.port, { pump });
    driver = await createListener(link, contextOf(clock));
    await driver.connect(never);
    await ears.until(() => bus.connections === 1);
    await say(2, readRequest(1, 3, 0, 1), registersReply(1, 3, [5]));
    await driver.subscribe(tablesOf(link), ears.told, never);
    await say(2, readRequest(1, 3, 0, 1), registersReply(1, 3, [6]));
    expect(ears.take()).toEqual(['pump: 6 - -']);
    bus.say(readRequest(1, 3, 0, 1), registersReply(1, 3, [7]));
    await driver.close();
    expect([ears.readings, ears.lostWith]).toEqual([[], []]);
    expect(clock.waiting).toBe(0);
  });

  test('nobody at the address is NotConnected', async () => {
    const other = await startListenedBus();
    driver = await createListener(listenLink(other.port, { pump }), contextOf(clock));
    await other.stop();
    await expect(driver.connect(never)).rejects.toBeInstanceOf(NotConnected);
  });

  test('tests the connection in words', async () => {
    await listen({ pump });
    const probing = driver.probe(never);
    await say(3, readRequest(1, 3, 0, 1), registersReply(1, 3, [5]), readRequest(2, 3, 0, 1));
    await clock.advance(5000);
    expect((await probing).en).toBe(
      `tcp://127.0.0.1:${bus.port} is listened to; nothing is sent\na master asks there; heard within 5 s:\nunit 1: asked 1 times, answered 1 times\nunit 2: asked 1 times, answered 0 times`,
    );
    const silent = driver.probe(never);
    await clock.advance(5000);
    expect((await silent).zh).toContain('什么也没有:请检查 A、B 线');
  });
});
