import { modbus } from '../../drivers/modbus/index.js';
import {
  type Counting,
  type Driver,
  FrameBuilder,
  type Log,
  NotConnected,
  type PolledDriver,
  type TagTable,
} from '../../gateway/contract/index.js';
import { resolveSecret, systemClock } from '../../gateway/runtime/index.js';
import { blocks, heartbeat, latencyMaxMs, nameOf, type Station, units } from './dtus-field.js';
import type { Judge, Slot } from './dtus-judge.js';

const timeoutMs = 1200;
/** Every answer of a DTU that is connected ends within it, on a machine that others use as well. */
const latenessMs = latencyMaxMs + 1000;
const pauseMs = 20;

const registersOf = ({ at, words }: { at: number; words: number }): number[] =>
  Array.from({ length: words }, (_, n) => at + n);

const groups: Readonly<Record<string, readonly Slot[]>> = {
  short: ['counter', 2, 3, 4],
  long: ['counter', ...registersOf(blocks.first)],
  plain: registersOf(blocks.second),
};

const addressOf = (slot: Slot) =>
  modbus.tag.parse(slot === 'counter' ? { register: 'holding 0', type: 'uint32' } : { register: `holding ${slot}` });

function driverOf(station: Station, port: number, log: Log): Promise<Driver> {
  const dialIn = { registration: nameOf(station.number), heartbeats: [heartbeat], registrationWithin: '2s' };
  const line = { address: `tcp-listen://127.0.0.1:${port}`, framing: 'rtu', serial: { baud: 115_200 } };
  const settings = modbus.link.parse({
    ...line,
    timeout: `${timeoutMs}ms`,
    lateness: `${latenessMs}ms`,
    dialIn: { ...dialIn, silentAfter: '20s' },
  });
  const devices = units.map((unit) => ({
    name: `u${unit}`,
    profile: 'p',
    settings: modbus.device.parse({ unit }),
    groups: Object.entries(groups).map(([name, slots]) => ({
      name,
      everyMs: 1000,
      tags: slots.map((slot) => ({
        name: `r${slot}`,
        type: 'number' as const,
        statutory: false,
        address: addressOf(slot),
      })),
    })),
  }));
  const learned = { get: () => undefined, set: () => undefined };
  return modbus.create(
    { name: nameOf(station.number), settings, devices },
    { clock: systemClock, log, learned, secret: resolveSecret },
  );
}

const tableOf = (group: string): TagTable => ({
  number: 1,
  site: 's',
  link: 'l',
  device: 'd',
  profile: 'p',
  group,
  configuration: 'c',
  tags: (groups[group] ?? []).map((slot) => ({ name: `r${slot}`, type: 'number', unit: '' })),
});

/** One link as a gateway keeps it: connected again whenever it is lost, its units polled one after the other. */
export class StationLink {
  readonly #station: Station;
  readonly #driver: PolledDriver & Counting;
  readonly #judge: Judge;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  private constructor(station: Station, driver: PolledDriver & Counting, judge: Judge) {
    this.#station = station;
    this.#driver = driver;
    this.#judge = judge;
  }

  static async start(station: Station, port: number, judge: Judge, log: Log): Promise<StationLink> {
    const driver = (await driverOf(station, port, log)) as PolledDriver & Counting;
    const link = new StationLink(station, driver, judge);
    link.#running = link.#run();
    return link;
  }

  counters(): Readonly<Record<string, number>> {
    return this.#driver.counters();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await this.#driver.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const asked = units.flatMap((unit) => Object.keys(groups).map((group) => ({ unit, group })));
    while (!signal.aborted) {
      try {
        await this.#driver.connect(signal);
        for (let n = 0; !signal.aborted; n += 1) {
          const { unit, group } = asked[n % asked.length] as (typeof asked)[number];
          await this.#poll(unit, group);
          await systemClock.wait(pauseMs, signal);
        }
      } catch (error) {
        if (!(error instanceof NotConnected) && !signal.aborted) throw error;
      }
    }
  }

  async #poll(unit: number, group: string): Promise<void> {
    const builder = new FrameBuilder(tableOf(group));
    const beganMs = systemClock.monotonic();
    try {
      await this.#driver.read({ device: `u${unit}`, group }, builder, this.#ending.signal);
    } catch (error) {
      if (error instanceof NotConnected || this.#ending.signal.aborted) throw error;
      this.#judge.reads.failed += 1;
      return;
    }
    this.#judge.judge(this.#station, unit, groups[group] as readonly Slot[], builder, beganMs);
  }
}
