import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cjt188 } from '../../../drivers/cjt188/index.js';
import { Cjt188Simulator } from '../../../firmware-sim/meters/index.js';
import {
  DeviceFault,
  type PolledDriver,
  type Probeable,
  Quality,
  qualityName,
} from '../../../gateway/contract/index.js';
import { peer } from '../../support/peers.js';
import {
  createDriver,
  heatAddress,
  heatSpec,
  linkOf,
  type Meter,
  readMeter,
  waterAddress,
  waterSpec,
} from './meter-link.js';

const never = new AbortController().signal;
const heatQuantities = {
  heat: 123.45,
  'settled-heat': 100,
  power: 7.5,
  flow: 0.4321,
  volume: 88.01,
  'supply-temperature': 55.25,
  'return-temperature': 41.5,
  'working-hours': 1234,
};
const meters: Readonly<Record<string, Meter>> = {
  water: { settings: { address: waterAddress, meter: 'water' }, quantities: ['volume', 'settled-volume', 'status-1'] },
  heat: {
    settings: { address: heatAddress, meter: 'heat', identifier: '90 1F' },
    quantities: Object.keys(heatQuantities),
  },
};

describe('meters over TCP', () => {
  let simulator: Cjt188Simulator;
  let driver: PolledDriver & Probeable;
  const link = (of: Readonly<Record<string, Meter>> = meters) =>
    linkOf({ address: simulator.address, timeout: '200ms' }, of);

  beforeEach(async () => {
    simulator = new Cjt188Simulator({
      transport: { kind: 'tcp', port: 0 },
      meters: [waterSpec(), heatSpec()],
      seed: 3,
    });
    await simulator.start();
    driver = await createDriver(link());
    await driver.connect(never);
  });

  afterEach(async () => {
    await driver.close();
    await simulator.stop();
  });

  test('a water meter and a heat meter give their current data, by one request each', async () => {
    expect([...(await readMeter(driver, link(), 'water')).into.values]).toEqual([1234.56, 1200, 0x21]);
    expect([...(await readMeter(driver, link(), 'heat')).into.values]).toEqual(Object.values(heatQuantities));
    expect(simulator.requests).toBe(2);
  });

  test.each([
    ['wrong-checksum', /^meter 78330011223344: a reply with a wrong checksum came/],
    ['foreign-frame', /^meter 78330011223344: a reply of meter 78330011223345 came instead/],
    ['dropped', /^meter 78330011223344: .* gave no answer within 200 ms; nothing came/],
    ['truncated', /bytes are missing|nothing came|instead came/],
  ] as const)('%s: no value, and what came instead is told', async (kind, sentence) => {
    simulator.inject({ kind, share: 1 });
    const { into, error } = await readMeter(driver, link(), 'water');
    expect(error).toBeInstanceOf(DeviceFault);
    expect((error as DeviceFault).message).toMatch(sentence);
    expect([...into.values].every(Number.isNaN)).toBe(true);
  });

  test.each(['garbage', 'split', 'merged', 'duplicated'] as const)('%s answers are read all the same', async (kind) => {
    simulator.inject({ kind, share: 1 });
    expect([...(await readMeter(driver, link(), 'water')).into.values]).toEqual([1234.56, 1200, 0x21]);
  });

  test('a refusal is said, with what to check', async () => {
    const wrong = { heat: { settings: { address: heatAddress, meter: 'heat' }, quantities: ['heat'] } };
    const one = await createDriver(link(wrong));
    await one.connect(never);
    const { error } = await readMeter(one, link(wrong), 'heat');
    expect(error).toMatchObject({ answered: true, quality: Quality['bad-configuration'] });
    expect((error as DeviceFault).message).toContain('check `meter` and `identifier`');
    await one.close();
  });

  test('what a sort of meter does not have is a problem of the plan, and bad when read', async () => {
    const odd = { water: { settings: { address: waterAddress, meter: 'water' }, quantities: ['volume', 'heat'] } };
    const { problems, requests } = cjt188.plan(link(odd));
    expect(problems.map(({ path, what }) => [path.join('.'), what.en])).toEqual([
      ['devices.water.tags.heat.quantity', 'a water meter has no heat'],
    ]);
    expect(requests).toHaveLength(1);
    const one = await createDriver(link(odd));
    await one.connect(never);
    expect([...(await readMeter(one, link(odd), 'water')).into.quality].map(qualityName)).toEqual([
      'good',
      'bad-configuration',
    ]);
    await one.close();
  });

  test('is tested in words, without having been connected', async () => {
    simulator.inject({ kind: 'dead', unit: 2 });
    await driver.close();
    const { en } = await driver.probe(never);
    expect(en).toContain(`a meter tells its address: ${waterAddress}`);
    expect(en).toMatch(
      /water \(meter 78330011223344\): answers in \d+ ms\nheat \(meter 11110000000002\): .*nothing came/,
    );
  });
});

test('an address that is none, and a setting that cannot be, are refused with a remedy', () => {
  const [issue] = cjt188.device.safeParse({ address: 11223344, meter: 'water' }).error?.issues ?? [];
  expect(issue?.message).toBe('`11223344` is no meter address');
  const of7 = { address: 'tcp://box:1', serial: { dataBits: 7 } };
  expect(cjt188.link.safeParse(of7).error?.issues[0]?.path).toEqual(['serial', 'dataBits']);
});

/** socat says so when data can pass. */
async function started(socat: ChildProcess): Promise<void> {
  let said = '';
  for await (const chunk of socat.stderr ?? []) {
    said += String(chunk);
    if (said.includes('starting data transfer loop')) return;
  }
  throw new Error(`socat ended: ${said}`);
}

peer('socat')('two meters on a serial line are read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-meters-'));
  const [near, far] = [join(folder, 'near'), join(folder, 'far')];
  const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`]);
  await started(socat);
  const simulator = new Cjt188Simulator({
    transport: { kind: 'serial', path: far },
    meters: [waterSpec(), heatSpec()],
  });
  await simulator.start();
  const link = linkOf({ address: `serial:${near}`, timeout: '500ms' }, meters);
  const driver = await createDriver(link);
  await driver.connect(never);
  expect([...(await readMeter(driver, link, 'water')).into.values]).toEqual([1234.56, 1200, 0x21]);
  expect([...(await readMeter(driver, link, 'heat')).into.values]).toEqual(Object.values(heatQuantities));
  await driver.close();
  await simulator.stop();
  const ended = once(socat, 'exit');
  socat.kill();
  await ended;
  await rm(folder, { recursive: true, force: true });
});
