import { Cjt188Simulator } from '../../../firmware-sim/meters/index.js';
import { describeDriverContract, type DriverStage } from '../../contracts/driver.js';
import { Cuttable } from '../../support/cuttable.js';
import { createDriver, linkOf, tableOf, waterAddress, waterSpec } from './meter-link.js';

async function stage(): Promise<DriverStage> {
  const simulator = new Cjt188Simulator({ transport: { kind: 'tcp', port: 0 }, meters: [waterSpec()] });
  await simulator.start();
  const road = await Cuttable.to(Number(new URL(simulator.address).port));
  const link = linkOf(
    { address: `tcp://127.0.0.1:${road.port}`, timeout: '150ms' },
    {
      m1: { settings: { address: waterAddress, meter: 'water' }, quantities: ['volume', 'settled-volume', 'status-1'] },
    },
  );
  return {
    driver: await createDriver(link),
    table: tableOf(link, 'm1'),
    fallSilent: () => simulator.inject({ kind: 'dead', unit: 1 }),
    answer: () => simulator.heal(),
    cut: () => road.cut(),
    async close() {
      const left = await road.close();
      await simulator.stop();
      return left;
    },
  };
}

describeDriverContract('cjt188', stage);
