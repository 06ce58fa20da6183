import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DeviceFault, FrameBuilder, NotConnected, Quality } from '../../../gateway/contract/index.js';
import { ManualClock, settle } from '../../support/manual-clock.js';
import { createDriver, type DeclaredUnderTest, type DeviceSpec, linkOf, readAll, tableOf } from './declared-link.js';
import { InstrumentPeer } from './instrument-peer.js';

const never = new AbortController().signal;

const scale: DeviceSpec = {
  device: {
    maxAge: '5s',
    messages: { gross: { kind: 'text', pattern: 'G{w}' }, net: { kind: 'text', pattern: 'N{w}' } },
  },
  tags: { gross: { message: 'gross', field: 'w' }, net: { message: 'net', field: 'w' } },
};

let instrument: InstrumentPeer;
let clock: ManualClock;
let driver: DeclaredUnderTest;

beforeEach(async () => {
  instrument = await InstrumentPeer.start();
  clock = new ManualClock();
});

afterEach(async () => {
  await driver.close();
  await instrument.stop();
});

/** A connected driver whose instrument has ended the line that was cut. */
async function listenTo(devices: Readonly<Record<string, DeviceSpec>>) {
  const link = linkOf({ address: instrument.address }, devices);
  driver = await createDriver(link, clock);
  await driver.connect(never);
  await instrument.say('\r\n');
  return link;
}

/** Until the driver has heard so many messages. */
async function heard(messages: number): Promise<void> {
  while ((driver.counters()['messages'] ?? 0) < messages) await settle();
}

/** The fault of a read that waits as long as it may. */
async function silentRead(link: Parameters<typeof readAll>[1]): Promise<unknown> {
  const reading = readAll(driver, link, 'd').catch((error: unknown) => error);
  while (clock.waiting === 0) await settle();
  await clock.advance(5000);
  return reading;
}

describe('an instrument that sends by itself', () => {
  test('is read at its newest message', async () => {
    const link = await listenTo({ d: scale });
    await instrument.say('G1\r\nN1\r\nG2\r\nN2\r\n');
    await heard(4);
    expect((await readAll(driver, link, 'd')).values).toEqual({ gross: 2, net: 2 });
    expect(driver.counters()).toMatchObject({ messages: 4, unread: 2, damaged: 0 });
  });

  test('gives a message once: what has not come again is left out, and is no answer when its age is over', async () => {
    const link = await listenTo({ d: scale });
    await instrument.say('G1\r\nN1\r\n');
    await heard(2);
    await readAll(driver, link, 'd');
    const reading = readAll(driver, link, 'd');
    await instrument.say('G2\r\n');
    expect(await reading).toMatchObject({ qualities: { gross: 'good', net: 'absent' }, values: { gross: 2 } });
    await clock.advance(5000);
    const later = readAll(driver, link, 'd');
    await instrument.say('G3\r\n');
    expect(await later).toMatchObject({ qualities: { gross: 'good', net: 'bad-no-answer' }, values: { gross: 3 } });
  });

  test('a message that is too old when it is asked for is not read', async () => {
    const link = await listenTo({ d: scale });
    await instrument.say('G1\r\nN1\r\n');
    await heard(2);
    await clock.advance(5000);
    const fault = (await silentRead(link)) as DeviceFault;
    expect(fault).toBeInstanceOf(DeviceFault);
    expect(fault.quality).toBe(Quality['bad-no-answer']);
    expect(fault.message).toMatch(/no message gross of d within 5000 ms; nothing came at all/);
  });

  test('says whether what came was damaged, or of another kind', async () => {
    const summed = { kind: 'text', pattern: 'G{w}', checksum: { name: 'sum8' } };
    const link = await listenTo({
      d: { device: { maxAge: '5s', messages: { m: summed } }, tags: { w: { field: 'w' } } },
    });
    const after = async (text: string, counter: string): Promise<DeviceFault> => {
      const before = driver.counters()[counter];
      const reading = readAll(driver, link, 'd').catch((error: unknown) => error as DeviceFault);
      await instrument.say(text);
      while (driver.counters()[counter] === before) await settle();
      await clock.advance(5000);
      return (await reading) as DeviceFault;
    };
    const damaged = await after('G1FF\r\n', 'damaged');
    expect([damaged.quality, damaged.answered]).toEqual([Quality['bad-frame'], false]);
    // 58 + 31 = 89: a right line that is no weight.
    const other = await after('X189\r\n', 'bytes');
    expect(other.quality).toBe(Quality['bad-no-answer']);
    expect(other.message).toMatch(/what came is no such message: compare its declaration/);
  });

  test('one that is silent does not hide another on the line, and all silent makes the connection anew', async () => {
    const device = (unit: number) => ({
      device: { unit, maxAge: '5s', messages: { m: { kind: 'text', pattern: '{unit}={w}' } } },
      tags: { w: { field: 'w' } },
    });
    const link = await listenTo({ d: device(1), e: device(2) });
    await instrument.say('2=7\r\n');
    await heard(1);
    expect((await readAll(driver, link, 'e')).values).toEqual({ w: 7 });
    for (let n = 0; n < 4; n += 1) expect(await silentRead(link)).toBeInstanceOf(DeviceFault);
    const last = readAll(driver, link, 'e').catch((error: unknown) => error);
    while (clock.waiting === 0) await settle();
    await clock.advance(5000);
    expect(await last).toBeInstanceOf(NotConnected);
  });

  test('keeps the bytes of statutory tags as received', async () => {
    const link = await listenTo({
      d: { ...scale, tags: { gross: { message: 'gross', field: 'w', statutory: true } } },
    });
    await instrument.say('G12\r\n');
    const { raw } = await readAll(driver, link, 'd');
    expect(Buffer.from(raw ?? []).toString()).toBe('G12\r\n');
  });

  test('a read that is ended leaves no timer', async () => {
    const link = await listenTo({ d: scale });
    const ending = new AbortController();
    const into = new FrameBuilder(tableOf(link, 'd'));
    const reading = driver.read({ device: 'd', group: 'main' }, into, ending.signal);
    while (clock.waiting === 0) await settle();
    ending.abort();
    await expect(reading).rejects.toThrow();
    expect(clock.waiting).toBe(0);
  });

  test('says in words what it hears', async () => {
    await listenTo({ d: { ...scale, tags: { gross: { message: 'gross', field: 'w' } } } });
    await instrument.say('G12.5\r\n');
    await heard(1);
    const { en, zh } = await driver.probe(never);
    expect(en).toBe(`${instrument.address} is connected\nd · gross: w = 12.5`);
    expect(zh).toBe(`${instrument.address} 已连接\nd · gross：w = 12.5`);
  });
});

describe('a weight', () => {
  const weighing = (stable: object): DeviceSpec => ({
    device: { maxAge: '2s', messages: { m: { kind: 'text', pattern: '{s:text:2},{w}' } } },
    tags: { w: { field: 'w', stable } },
  });

  async function qualitiesAt(lines: readonly (readonly [number, string])[], stable: object): Promise<string[]> {
    const link = await listenTo({ d: weighing(stable) });
    const qualities: string[] = [];
    for (const [n, [ms, line]] of lines.entries()) {
      await clock.advance(ms - clock.monotonic());
      await instrument.say(`${line}\r\n`);
      await heard(n + 1);
      qualities.push((await readAll(driver, link, 'd')).qualities['w'] ?? '');
    }
    return qualities;
  }

  test('is stable within a band for a time; a jump, or a pause, begins anew', async () => {
    const stable = { within: 20, for: '1s' };
    const lines = [
      [0, 'US,1000'],
      [500, 'US,1010'],
      [1000, 'US,990'],
      [1500, 'US,1011'],
      [2000, 'US,1000'],
      [2500, 'US,1020'],
      [5000, 'US,1020'],
      [6000, 'US,1020'],
    ] as const;
    expect(await qualitiesAt(lines, stable)).toEqual([
      'uncertain',
      'uncertain',
      'good',
      'uncertain',
      'uncertain',
      'good',
      'uncertain',
      'good',
    ]);
  });

  test('is stable when the instrument says so', async () => {
    const lines = [
      [0, 'US,10'],
      [1, 'ST,10'],
      [2, 'US,10'],
    ] as const;
    expect(await qualitiesAt(lines, { flag: 's', is: 'ST' })).toEqual(['uncertain', 'good', 'uncertain']);
  });
});
