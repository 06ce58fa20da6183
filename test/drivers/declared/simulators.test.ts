import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DeviceFault } from '../../../gateway/contract/index.js';
import {
  DensityMeter,
  type Instrument,
  InstrumentSimulator,
  WeatherStation,
  Weighbridge,
} from '../../../firmware-sim/instruments/index.js';
import { peer } from '../../support/peers.js';
import {
  createDriver,
  type DeclaredUnderTest,
  type DeviceSpec,
  type Got,
  linkOf,
  profileOf,
  readAll,
} from './declared-link.js';

const never = new AbortController().signal;

let simulator: InstrumentSimulator;
let driver: DeclaredUnderTest;

afterEach(async () => {
  await driver.close();
  await simulator.stop();
});

/** A driver on an instrument; gives the next reading, or the fault it met. */
async function meet(instrument: Instrument, spec: DeviceSpec, address?: string, path?: string) {
  simulator = new InstrumentSimulator({ instrument, at: path === undefined ? { port: 0 } : { path } });
  await simulator.start();
  const settings = { address: address ?? simulator.address, timeout: '60ms', lateness: '70ms', gap: '1ms' };
  const link = linkOf(settings, { d: spec });
  driver = await createDriver(link);
  await driver.connect(never);
  return async (): Promise<Got | DeviceFault> => {
    try {
      return await readAll(driver, link, 'd');
    } catch (error) {
      if (error instanceof DeviceFault) return error;
      throw error;
    }
  };
}

/** The first reading of which this holds. */
async function until(read: () => Promise<Got | DeviceFault>, holds: (got: Got) => boolean): Promise<Got> {
  for (;;) {
    const got = await read();
    if (!(got instanceof DeviceFault) && holds(got)) return got;
  }
}

describe('a weighbridge', () => {
  test('swings and comes to rest: by its own flag, and by the band', async () => {
    const bridge = new Weighbridge(20);
    const read = await meet(bridge, profileOf('weighbridge'));
    bridge.command('load', 38_400);
    const moving = await until(read, ({ values }) => values['standing'] === 0);
    expect(moving.qualities['gross']).toBe('uncertain');
    bridge.advance(10_000);
    const still = await until(
      read,
      ({ qualities }) => qualities['gross'] === 'good' && qualities['settled'] === 'good',
    );
    expect(still.values).toEqual({ gross: 38_400, settled: 38_400, standing: 1 });
  });

  test('in pieces and among garbage gives its own weights alone', async () => {
    const bridge = new Weighbridge(5);
    bridge.command('load', 0);
    const read = await meet(bridge, profileOf('weighbridge'));
    simulator.inject({ kind: 'garbage', share: 0.3 });
    simulator.inject({ kind: 'truncated', share: 0.3 });
    simulator.inject({ kind: 'split', bytes: 3 });
    const seen = new Set<unknown>();
    for (let n = 0; n < 50; n += 1) seen.add((await until(read, () => true)).values['gross']);
    expect([...seen]).toEqual([0]);
  });
});

describe('a density meter', () => {
  test('with half its answers damaged gives right values or none', async () => {
    const meter = new DensityMeter();
    const read = await meet(meter, profileOf('density-meter'));
    simulator.inject({ kind: 'wrong-checksum', share: 0.5 });
    simulator.inject({ kind: 'garbage', share: 0.3 });
    simulator.inject({ kind: 'split', bytes: 2 });
    let [good, faults] = [0, 0];
    for (let n = 0; n < 40; n += 1) {
      const got = await read();
      if (got instanceof DeviceFault) {
        faults += 1;
        expect(got.answered).toBe(false);
      } else {
        good += 1;
        expect(got.values).toEqual({ density: 1.25, temperature: 215, hours: 1234, fault: 0 });
      }
    }
    expect(good).toBeGreaterThan(0);
    expect(faults).toBeGreaterThan(0);
  });
});

describe('a weather station', () => {
  test('is read whole, and says when its wind does not hold', async () => {
    const station = new WeatherStation(20);
    const read = await meet(station, profileOf('weather-station'));
    const whole = await until(read, ({ qualities }) => Object.values(qualities).every((one) => one === 'good'));
    expect(whole.values).toMatchObject({ temperature: 23.5, humidity: 65.2, pressure: 1.01325, angle: 214.8 });
    expect(whole.values).toMatchObject({ speed: 0.1, reference: 'R', satellites: 8, altitude: 545.4 });
    expect(whole.values['latitude']).toBeCloseTo(48.1173, 6);
    expect(whole.values['longitude']).toBeCloseTo(11.516_667, 6);
    station.command('windValid', false);
    const becalmed = await until(read, ({ qualities }) => qualities['speed'] === 'bad-sensor-failure');
    expect(becalmed.qualities['angle']).toBe('bad-sensor-failure');
  });
});

describe('on a serial line', () => {
  /** Two pseudo terminals joined by socat. */
  async function withWire(run: (near: string, far: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-declared-'));
    const [near, far] = [join(folder, 'near'), join(folder, 'far')];
    const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`]);
    try {
      let said = '';
      for await (const chunk of socat.stderr) {
        said += String(chunk);
        if (said.includes('starting data transfer loop')) break;
      }
      await run(near, far);
      await driver.close();
      await simulator.stop();
    } finally {
      const ended = once(socat, 'exit');
      socat.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    }
  }

  peer('socat')('a weighbridge is heard', () =>
    withWire(async (near, far) => {
      const bridge = new Weighbridge(20);
      bridge.command('load', 12_340);
      bridge.advance(10_000);
      const read = await meet(bridge, profileOf('weighbridge'), `serial:${near}`, far);
      const still = await until(read, ({ qualities }) => qualities['gross'] === 'good');
      expect(still.values['gross']).toBe(12_340);
    }),
  );

  peer('socat')('a density meter is asked', () =>
    withWire(async (near, far) => {
      const read = await meet(new DensityMeter(), profileOf('density-meter'), `serial:${near}`, far);
      const got = await until(read, () => true);
      expect(got.values).toEqual({ density: 1.25, temperature: 215, hours: 1234, fault: 0 });
    }),
  );
});
