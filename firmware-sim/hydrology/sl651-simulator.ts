import type { Clock, Simulator } from '../../gateway/contract/index.js';
import { FieldTime } from '../field-time.js';
import { Random } from '../random.js';
import { systemClock } from '../system-clock.js';
import { type HydrologyFault, HydrologyFaults } from './hydrology-faults.js';
import { Sl651Station, type Sl651StationSpec } from './sl651-station.js';

export interface Sl651SimulatorOptions {
  readonly host?: string;
  /** Port of the centre the stations dial. */
  readonly port: number;
  readonly stations: readonly Sl651StationSpec[];
  readonly seed?: number;
  readonly clock?: Clock;
  readonly time?: FieldTime;
  readonly resendAfterMs?: number;
  /** Minutes east of Greenwich. */
  readonly zoneMinutes?: number;
  /** Between keep-alives; without it stations send only what they are told to. */
  readonly everyMs?: number;
}

/** Keep-alives between timed reports, and timed reports between hourly ones. */
const [timedEach, hourlyEach] = [5, 12];

/** Stations of SL 651-2014 that dial their centre. */
export class Sl651Simulator implements Simulator {
  readonly address: string;
  readonly stations: readonly Sl651Station[];
  readonly #options: Sl651SimulatorOptions;
  readonly #faults: HydrologyFaults;
  readonly #clock: Clock;
  readonly #time: FieldTime;
  readonly #stopped = new AbortController();
  #running: readonly Promise<void>[] = [];

  constructor(options: Sl651SimulatorOptions) {
    const { host = '127.0.0.1', port, stations, seed = 1, clock = systemClock, time } = options;
    const random = new Random(seed);
    this.#options = options;
    this.#faults = new HydrologyFaults(random);
    this.#clock = clock;
    this.#time = time ?? new FieldTime(clock);
    this.address = `tcp://${host}:${port}`;
    for (const { model } of stations) this.#time.join(model);
    const { resendAfterMs = 20_000, zoneMinutes = 480 } = options;
    const common = {
      host,
      port,
      clock,
      random,
      faults: this.#faults,
      resendAfterMs,
      zoneMinutes,
      stopped: this.#stopped.signal,
    };
    this.stations = stations.map((spec) => new Sl651Station(spec, common));
  }

  start(): Promise<void> {
    const { everyMs } = this.#options;
    if (everyMs !== undefined) this.#running = this.stations.map((station) => this.#run(station, everyMs));
    return Promise.resolve();
  }

  inject(fault: HydrologyFault): void {
    this.#time.catchUp();
    this.#faults.inject(fault);
  }

  heal(): void {
    this.#faults.heal();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.stations.map((station) => station.hangUp()));
    await Promise.all(this.#running);
    await Promise.all(this.stations.map((station) => station.hangUp()));
  }

  /** Keep-alives, timed and hourly reports by the clock, and an extra one when it rains hard. */
  async #run(station: Sl651Station, everyMs: number): Promise<void> {
    for (let round = 1; !this.#stopped.signal.aborted; round += 1) {
      this.#time.catchUp();
      if (round % timedEach === 0) station.sample();
      const isHour = round % (timedEach * hourlyEach) === 0;
      const kind = isHour ? 'hourly' : round % timedEach === 0 ? 'timed' : station.isStorm ? 'extra' : 'keep-alive';
      // A centre that is away is tried again next time.
      await station.report(kind).catch(() => undefined);
      await this.#clock.wait(everyMs, this.#stopped.signal);
    }
  }
}
