import { http } from '../../../drivers/http/index.js';
import type { HttpDriver } from '../../../drivers/http/http-driver.js';
import { Laboratory, WeatherService } from '../../../firmware-sim/http/index.js';
import { HeldValues } from '../../../firmware-sim/index.js';
import { silentLog } from '../../../gateway/contract/index.js';
import { systemClock } from '../../../gateway/runtime/index.js';
import { describeSubscribedDriverContract, type SubscribedStage } from '../../contracts/subscribed-driver.js';
import { KeptFacts } from '../files/files-link.js';
import { tablesOf } from '../files/told-log.js';
import { linkOf, type Devices } from './http-link.js';

const secret = (): string => 'token';

async function driverOf(settings: Readonly<Record<string, unknown>>, devices: Devices) {
  const link = linkOf(settings, devices);
  const context = { log: silentLog, clock: systemClock, learned: new KeptFacts(), secret };
  return { link, driver: (await http.create(link, context)) as HttpDriver };
}

async function polled(): Promise<SubscribedStage> {
  const model = new HeldValues({ temp: 20 });
  const service = new WeatherService({ model });
  await service.start();
  const tags = { temperature: { path: 'now.temp' }, code: { path: 'code', type: 'text' } };
  const settings = { url: service.address, every: '20ms' };
  const { link, driver } = await driverOf(settings, { sky: { path: '/now', tags }, sea: { path: '/now', tags } });
  return {
    driver,
    tables: tablesOf(link),
    speak: () => Promise.resolve(model.command('temp', Number(model.values['temp']) + 1)),
    cut: undefined,
    async close() {
      await driver.close();
      await service.stop();
      return 0;
    },
  };
}

async function pushed(): Promise<SubscribedStage> {
  const tags = { ash: { path: 'ash' }, ready: { path: 'ready', type: 'boolean' } };
  const settings = { listen: '127.0.0.1:0', token: { env: 'TOKEN' } };
  const { link, driver } = await driverOf(settings, { lab: { tags }, other: { tags } });
  let ash = 10;
  /** Whether a body was taken, by a sender of little patience. */
  const report = async (): Promise<boolean> => {
    ash += 1;
    const headers = { authorization: `Bearer ${secret()}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ ash, ready: true });
    const post = { method: 'POST', headers, body, signal: AbortSignal.timeout(300) };
    return await fetch(`http://127.0.0.1:${driver.port}/lab`, post).then(
      ({ status }) => status === 202,
      () => false,
    );
  };
  return {
    driver,
    tables: tablesOf(link),
    async speak() {
      ash += 1;
      const lab = new Laboratory({ address: `http://127.0.0.1:${driver.port}`, path: '/lab', token: secret() });
      for (const path of ['/lab', '/other']) await lab.send(JSON.stringify({ ash, ready: true }), { path });
    },
    report,
    cut: undefined,
    async close() {
      await driver.close();
      return 0;
    },
  };
}

describeSubscribedDriverContract('http, asked', polled);
describeSubscribedDriverContract('http, posted to', pushed);
