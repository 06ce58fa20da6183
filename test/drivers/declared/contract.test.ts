import type { Instrument, InstrumentFault } from '../../../firmware-sim/instruments/index.js';
import {
  DensityMeter,
  InstrumentSimulator,
  WeatherStation,
  Weighbridge,
} from '../../../firmware-sim/instruments/index.js';
import { describeDriverContract, type DriverStage } from '../../contracts/driver.js';
import { Cuttable } from '../../support/cuttable.js';
import { createDriver, type DeviceSpec, linkOf, profileOf, tableOf } from './declared-link.js';

const silence: InstrumentFault = { kind: 'dead', unit: 1 };

async function stage(instrument: Instrument, { device, tags }: DeviceSpec): Promise<DriverStage> {
  const simulator = new InstrumentSimulator({ instrument, at: { port: 0 } });
  await simulator.start();
  const road = await Cuttable.to(Number(new URL(simulator.address).port));
  const settings = { address: `tcp://127.0.0.1:${road.port}`, timeout: '150ms', lateness: '160ms' };
  const link = linkOf(settings, { d1: { device, tags } });
  return {
    driver: await createDriver(link),
    table: tableOf(link, 'd1'),
    fallSilent: () => simulator.inject(silence),
    answer: () => simulator.heal(),
    cut: () => road.cut(),
    async close() {
      const left = await road.close();
      await simulator.stop();
      return left;
    },
  };
}

/** Only the tags that are good from the first message on. */
const withTags = ({ device, tags }: DeviceSpec, maxAge: string, ...names: readonly string[]): DeviceSpec => ({
  device: { ...device, maxAge },
  tags: Object.fromEntries(names.map((name) => [name, tags[name] ?? {}])),
});

describeDriverContract('declared, asked', () => stage(new DensityMeter(), profileOf('density-meter')));
describeDriverContract('declared, text heard', () =>
  stage(new Weighbridge(20), withTags(profileOf('weighbridge'), '200ms', 'gross', 'standing')),
);
describeDriverContract('declared, NMEA heard', () =>
  stage(new WeatherStation(20), withTags(profileOf('weather-station'), '200ms', 'angle', 'speed')),
);
