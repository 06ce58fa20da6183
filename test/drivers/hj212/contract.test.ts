import { Hj212Station } from '../../../firmware-sim/hj212/index.js';
import { hj212 } from '../../../drivers/hj212/index.js';
import { silentLog, type SubscribedDriver } from '../../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../../gateway/runtime/index.js';
import { describeSubscribedDriverContract, type SubscribedStage } from '../../contracts/subscribed-driver.js';
import { freePort } from '../../support/free-port.js';
import { airFactors, airModel, airTags, linkOf, tablesOf } from './station-link.js';
import { mn } from './station-scene.js';

async function stage(): Promise<SubscribedStage> {
  const port = await freePort();
  const link = linkOf(
    { address: `tcp-listen://127.0.0.1:${port}` },
    { air: { mn, groups: { main: { tags: airTags } } } },
  );
  const context = {
    log: silentLog,
    clock: systemClock,
    learned: { get: () => undefined, set: () => undefined },
    secret: resolveSecret,
  };
  const driver = (await hj212.create(link, context)) as SubscribedDriver;
  const gateway = { host: '127.0.0.1', port };
  const station = new Hj212Station({ gateway, mn, factors: airFactors, model: airModel(), answerWithinMs: 200 });
  let isStarted = false;
  const report = async (): Promise<boolean> => {
    if (!isStarted) await station.start();
    isStarted = true;
    return (await station.sendRealtime()) === 'acknowledged';
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
      await station.until(() => !station.isConnected);
      await station.stop();
      return 0;
    },
  };
}

describeSubscribedDriverContract('hj212', stage);
