import { describeSubscribedDriverContract, type SubscribedStage } from '../../contracts/subscribed-driver.js';
import { Sl651Simulator } from '../../../firmware-sim/hydrology/index.js';
import { sl651 } from '../../../drivers/sl651/index.js';
import { type SubscribedDriver, silentLog } from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { freePort } from '../../support/free-port.js';
import { linkOf, stationSpec, tablesOf } from './station-link.js';

async function stage(): Promise<SubscribedStage> {
  const port = await freePort();
  const groups = { level: { level: { element: '3B' }, rain: { element: 20 } }, power: { battery: { element: 38 } } };
  const link = linkOf(port, { dam: { station: '0012345678', groups } });
  const learned = { get: () => undefined, set: () => undefined };
  const driver = (await sl651.create(link, {
    log: silentLog,
    clock: systemClock,
    learned,
    secret: resolveSecret,
  })) as SubscribedDriver;
  const spec = stationSpec();
  const simulator = new Sl651Simulator({ port, stations: [spec], resendAfterMs: 500 });
  const [station] = simulator.stations;
  const report = async (): Promise<boolean> => {
    spec.model.command('levelM', Number(spec.model.values['levelM']) + 0.001);
    return (await station?.report('timed')) !== undefined;
  };
  return {
    driver,
    tables: tablesOf(link),
    async speak() {
      await report();
    },
    report,
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

describeSubscribedDriverContract('sl651', stage);
