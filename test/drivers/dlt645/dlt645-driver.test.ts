import { afterEach, describe, expect, test } from '@jest/globals';
import { Dlt645Simulator, type Dlt645SimulatorOptions, threePhaseMap } from '../../../firmware-sim/meters/index.js';
import {
  DeviceFault,
  type FrameBuilder,
  NotConnected,
  type PolledDriver,
  Quality,
  qualityName,
} from '../../../gateway/contract/index.js';
import { createDriver, linkOf, type MeterLink, type Meters, meterSpec, readMeter } from './meter-link.js';

const never = new AbortController().signal;
const address = '000000000001';
const measured = ['voltage-a', 'current-b', 'power', 'power-factor', 'frequency', 'energy-import', 'energy-export'];
const measuredValues = [220.5, -1.2, -1.2345, -0.85, 49.98, 1206.42, 0.07];

let simulator: Dlt645Simulator;
let driver: PolledDriver | undefined;

afterEach(async () => {
  await driver?.close();
  await simulator.stop();
  driver = undefined;
});

async function start(
  meters: Meters,
  options: Partial<Dlt645SimulatorOptions> = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly link: MeterLink; readonly driver: Awaited<ReturnType<typeof createDriver>> }> {
  const specs = Object.values(meters).map((meter, n) => meterSpec(n + 1, meter.address));
  simulator = new Dlt645Simulator({ transport: { kind: 'tcp', port: 0 }, meters: specs, ...options });
  await simulator.start();
  const link = linkOf({ address: simulator.address, timeout: '200ms', ...settings }, meters);
  const created = await createDriver(link);
  driver = created;
  await created.connect(never);
  return { link, driver: created };
}

const oneMeter = (...tags: Readonly<Record<string, unknown>>[]): Meters => ({ m1: { address, tags } });
const qualitiesOf = ({ quality }: FrameBuilder): string[] => [...quality].map(qualityName);

describe('a meter over TCP', () => {
  test('gives every quantity asked for, with its sign and decimals', async () => {
    const { link, driver: one } = await start(oneMeter(...measured.map((quantity) => ({ quantity }))));
    const { into, error } = await readMeter(one, link, 'm1');
    expect(error).toBeUndefined();
    expect([...into.values]).toEqual(measuredValues);
    expect(simulator.requests).toBe(measured.length);
  });

  test('gives the numbers of a block by one request; what the block does not have is bad alone', async () => {
    const block = { identifier: '02 01 FF 00', format: 'XXX.X' };
    const tags = [0, 1, 2, 3].map((element) => ({ ...block, element }));
    const { link, driver: one } = await start(oneMeter(...tags));
    const { into } = await readMeter(one, link, 'm1');
    expect([...into.values]).toEqual([220.5, 221.4, 219.9, Number.NaN]);
    expect(qualitiesOf(into)).toEqual(['good', 'good', 'good', 'bad-configuration']);
    expect(simulator.requests).toBe(1);
  });

  test('joins the frames that follow the first', async () => {
    const block = { identifier: '02 02 FF 00', format: 'XXX.XXX', signed: true };
    const meters = oneMeter(...[0, 1, 2].map((element) => ({ ...block, element, statutory: true })));
    const split = { ...meterSpec(1, address), bytesPerFrame: 4 };
    const { link, driver: one } = await start(meters, { meters: [split] });
    const { into } = await readMeter(one, link, 'm1');
    expect([...into.values]).toEqual([5.432, -1.2, 0]);
    expect(simulator.requests).toBe(3);
    expect(Buffer.from(into.build().raw ?? []).toString('hex')).toMatch(/^68010000000000.*16$/);
  });

  test('what a meter refuses is bad alone, and said in words when nothing else is asked', async () => {
    const unknown = { identifier: '0A0B0C0D', format: 'XX.XX' };
    const { link, driver: one } = await start({
      m1: { address, tags: [unknown, { quantity: 'voltage-a' }] },
      m2: { address: '000000000002', tags: [unknown] },
    });
    const { into, error } = await readMeter(one, link, 'm1');
    expect(error).toBeUndefined();
    expect(qualitiesOf(into)).toEqual(['bad-configuration', 'good']);
    const refused = (await readMeter(one, link, 'm2')).error as DeviceFault;
    expect(refused).toMatchObject({ answered: true, quality: Quality['bad-configuration'] });
    expect(refused.message).toBe(
      'meter 000000000002, reading 0A 0B 0C 0D: the meter refuses (error 02H: it has no such data)',
    );
  });

  test.each([
    ['wrong-checksum', /reading 02 01 01 00: a reply with a wrong checksum came \(..H, should be ..H\)/],
    ['foreign-frame', /a reply of meter 000000000002 came instead/],
    ['truncated', /bytes are missing|nothing came|instead came/],
    ['dropped', /gave no answer within 200 ms; nothing came/],
  ] as const)('%s: no value, and what came instead is told', async (kind, sentence) => {
    const { link, driver: one } = await start(oneMeter({ quantity: 'voltage-a' }));
    simulator.inject({ kind, share: 1 });
    const { into, error } = await readMeter(one, link, 'm1');
    expect(error).toBeInstanceOf(DeviceFault);
    expect(error).toMatchObject({ answered: false });
    expect((error as DeviceFault).message).toMatch(sentence);
    expect([...into.values]).toEqual([Number.NaN]);
    simulator.heal();
    expect([...(await readMeter(one, link, 'm1')).into.values]).toEqual([220.5]);
  });

  test.each(['garbage', 'split', 'merged', 'duplicated'] as const)('%s answers are read all the same', async (kind) => {
    const { link, driver: one } = await start(
      oneMeter(...measured.map((quantity) => ({ quantity }))),
      { preamble: 0 },
      { preamble: 0, timeout: '2s' },
    );
    simulator.inject({ kind, share: 1 });
    expect([...(await readMeter(one, link, 'm1')).into.values]).toEqual(measuredValues);
  });

  test('identifiers a meter is silent about hide the others for one poll at most', async () => {
    const unknown = ['0A 00 00 01', '0A 00 00 02', '0A 00 00 03'].map((identifier) => ({ identifier, format: 'XX' }));
    const meters = oneMeter(...unknown, { quantity: 'voltage-a' }, { quantity: 'frequency' });
    const taciturn = { ...meterSpec(1, address), isTaciturn: true };
    const { link, driver: one } = await start(meters, { meters: [taciturn] }, { timeout: '60ms' });
    expect((await readMeter(one, link, 'm1')).error).toMatchObject({ answered: false });
    for (let poll = 0; poll < 3; poll += 1) {
      const { into } = await readMeter(one, link, 'm1');
      expect(qualitiesOf(into)).toEqual(['bad-no-answer', 'bad-no-answer', 'bad-no-answer', 'good', 'good']);
    }
  });

  test('a connection behind which no meter answers is made anew', async () => {
    const { link, driver: one } = await start(oneMeter({ quantity: 'power' }), {}, { timeout: '50ms' });
    simulator.inject({ kind: 'half-open' });
    const errors = [];
    for (let poll = 0; poll < 3; poll += 1) errors.push((await readMeter(one, link, 'm1')).error);
    expect(errors.map((error) => error instanceof NotConnected)).toEqual([false, false, true]);
  });

  test('is tested in words, without having been connected', async () => {
    const { driver: one } = await start({
      main: { address, tags: [{ quantity: 'energy-import' }] },
      gone: { address: '000000000009', tags: [{ quantity: 'energy-import' }] },
    });
    simulator.inject({ kind: 'dead', unit: 2 });
    await one.close();
    const { en, zh } = await one.probe(never);
    expect(en).toMatch(
      /^tcp:.* is connected\na meter tells its address: 000000000001\nmain \(meter 000000000001\): answers in \d+ ms\ngone \(meter 000000000009\): .*nothing came/,
    );
    expect(zh).toMatch(/有表计应答,表号 000000000001\nmain.表号 000000000001.:\d+ ms 内应答/);
  });

  test('any mixture of faults gives right values or none', async () => {
    const quantities = measured.map((quantity) => ({ quantity }));
    const { link, driver: one } = await start(oneMeter(...quantities), { seed: 7 }, { timeout: '40ms' });
    for (const kind of ['wrong-checksum', 'split', 'dropped', 'truncated', 'foreign-frame', 'garbage'] as const) {
      simulator.inject({ kind, share: 0.12 });
    }
    let good = 0;
    for (let poll = 0; poll < 25; poll += 1) {
      const { into } = await readMeter(one, link, 'm1');
      for (const [slot, value] of into.values.entries()) {
        if (Number.isNaN(value)) continue;
        good += 1;
        expect(value).toBe(measuredValues[slot]);
      }
    }
    expect(good).toBeGreaterThan(25);
  });
});

test('the simulator has every quantity its map names', () => {
  const { values } = meterSpec(1, address).model;
  expect(threePhaseMap.filter(({ tag }) => values[tag] === undefined)).toEqual([]);
});
