import { describeSubscribedDriverContract, type SubscribedStage } from '../../contracts/subscribed-driver.js';
import { Szy206Simulator } from '../../../firmware-sim/hydrology/index.js';
import { szy206 } from '../../../drivers/szy206/index.js';
import { type SubscribedDriver, silentLog } from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { freePort } from '../../support/free-port.js';
import { linkOf, stationSpec, tablesOf } from './centre-link.js';

async function stage(): Promise<SubscribedStage> {
  const port = await freePort();
  const link = linkOf(port, { meter: { station: '110108-1284' } });
  const learned = { get: () => undefined, set: () => undefined };
  const driver = (await szy206.create(link, {
    log: silentLog,
    clock: systemClock,
    learned,
    secret: resolveSecret,
  })) as SubscribedDriver;
  const spec = stationSpec();
  const simulator = new Szy206Simulator({ port, stations: [spec], resendAfterMs: 500 });
  const [station] = simulator.stations;
  return {
    driver,
    tables: tablesOf(link),
    async speak() {
      spec.model.command('levelM', Number(spec.model.values['levelM']) + 0.001);
      for (const kind of ['level', 'rain', 'flow', 'voltage'] as const) await station?.report(kind);
    },
    async report() {
      spec.model.command('levelM', Number(spec.model.values['levelM']) + 0.001);
      return (await station?.report('level')) !== undefined;
    },
    cut: undefined,
    async close() {
      await driver.close();
      await station?.ended();
      const left = station?.isConnected ? 1 : 0;
      await simulator.stop();
      return left;
    },
  };
}

describeSubscribedDriverContract('szy206', stage);
