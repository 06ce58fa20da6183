import { Hj212Station, type Hj212StationOptions } from '../../../firmware-sim/hj212/index.js';
import type { Clock } from '../../../gateway/contract/index.js';
import { systemClock } from '../../../gateway/runtime/index.js';
import { freePort } from '../../support/free-port.js';
import type { ManualClock } from '../../support/manual-clock.js';
import { airFactors, airModel, airTags, linkOf, run, type Running, type Stations } from './station-link.js';

export const mn = '010000A8900016F000169DC0';
export const never: AbortSignal = new AbortController().signal;
export const airValues = [18.4, 1.2, 23.6, 71];

/** What is to be taken down, the last first. */
export const ends: (() => Promise<void>)[] = [];

/** For `afterEach`. */
export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).toReversed()) await end();
}

export interface Scene extends Running {
  readonly port: number;
  readonly station: (options?: Partial<Hj212StationOptions>) => Promise<Hj212Station>;
}

export const airStation: Stations = { air: { mn, groups: { main: { tags: airTags } } } };

/** A driver that listens, and stations to dial in; all of it is taken down by `endAll`. */
export async function scene(
  stations: Stations = airStation,
  settings: Readonly<Record<string, unknown>> = {},
  ports: Parameters<typeof run>[1] = {},
): Promise<Scene> {
  const port = await freePort();
  const running = await run(linkOf({ address: `tcp-listen://127.0.0.1:${port}`, ...settings }, stations), ports);
  ends.push(() => running.driver.close());
  return {
    ...running,
    port,
    async station(options = {}) {
      const gateway = { host: '127.0.0.1', port };
      const station = new Hj212Station({ gateway, mn, factors: airFactors, model: airModel(), ...options });
      ends.push(() => station.stop());
      await station.start();
      return station;
    },
  };
}

/** Time moved by hand, and timers that wait as ever: for a station whose driver has a clock moved by hand. */
export const stationClock = (clock: ManualClock): Clock => ({ ...systemClock, utc: () => clock.utc() });
