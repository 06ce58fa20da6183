import { Dlt645Simulator } from '../../../firmware-sim/meters/index.js';
import { describeDriverContract, type DriverStage } from '../../contracts/driver.js';
import { Cuttable } from '../../support/cuttable.js';
import { createDriver, linkOf, meterSpec, tableOf } from './meter-link.js';

const address = '000000000001';

async function stage(): Promise<DriverStage> {
  const simulator = new Dlt645Simulator({ transport: { kind: 'tcp', port: 0 }, meters: [meterSpec(1, address)] });
  await simulator.start();
  const road = await Cuttable.to(Number(new URL(simulator.address).port));
  const link = linkOf(
    { address: `tcp://127.0.0.1:${road.port}`, timeout: '150ms' },
    { m1: { address, tags: [{ quantity: 'voltage-a' }, { quantity: 'power' }, { quantity: 'energy-import' }] } },
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

describeDriverContract('dlt645', stage);
