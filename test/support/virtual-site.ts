import { type Registries, registries, type SiteConfig, siteLoader } from '../../config/index.js';
import { type Entry, silentLog } from '../../gateway/contract/index.js';
import { buildDate, Gateway, GatewayActs, GatewayView } from '../../gateway/runtime/index.js';
import { countingDriver, type FillReading } from '../prove/counting-driver.js';
import { ManualClock } from './manual-clock.js';
import { MemoryDisk } from './memory-disk.js';
import { readLane } from './read-lane.js';

export interface VirtualSiteOptions {
  /** Fills each reading; throws what a driver may throw. */
  readonly fill: FillReading;
  /** ms UTC at the first boot. */
  readonly startUtc?: number;
  /** Destinations beside those that ship. */
  readonly sinks?: Registries['sinks'];
}

/** How long the machine is given for its own work before the site's time goes on: some ten ms. */
const machineTurns = 5;
const machineTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

/** A day after the release was built: a clock the gateway believes. */
const tomorrow = buildDate + 86_400_000;

/**
 * The gateway as it ships on a clock moved by hand and a disk in memory: hours in seconds, restarts and kills at will.
 * Devices are of the driver `counting`, whose readings the test fills.
 */
export class VirtualSite {
  readonly #options: VirtualSiteOptions;
  #clock: ManualClock;
  #disk = new MemoryDisk();
  #gateway: Gateway | undefined;

  constructor(options: VirtualSiteOptions) {
    this.#options = options;
    this.#clock = new ManualClock(options.startUtc ?? tomorrow);
  }

  get gateway(): Gateway {
    if (!this.#gateway) throw new Error('no gateway runs');
    return this.#gateway;
  }

  get isRunning(): boolean {
    return this.#gateway !== undefined;
  }

  get view(): GatewayView {
    return new GatewayView(this.gateway);
  }

  get acts(): GatewayActs {
    return new GatewayActs(this.gateway);
  }

  get clock(): ManualClock {
    return this.#clock;
  }

  get disk(): MemoryDisk {
    return this.#disk;
  }

  get registries(): Registries {
    const { fill, sinks } = this.#options;
    const counting = countingDriver(fill);
    const drivers = { ...registries.drivers, counting };
    return { ...registries, drivers, sinks: { ...registries.sinks, ...sinks } } as unknown as Registries;
  }

  /** `profiles`: files beside the site file, by the names it gives them. */
  async boot(text: string, profiles: Readonly<Record<string, string>> = {}): Promise<void> {
    const site = await this.#load({ 'site.yaml': text, ...profiles });
    this.#gateway = await Gateway.start({
      site,
      registries: this.registries,
      clock: this.#clock,
      log: silentLog,
      version: 'test',
      disk: this.#disk,
    });
  }

  pass(ms: number): Promise<void> {
    return this.#clock.advance(ms);
  }

  /** Stops in order; the box is then off for `offMs`. */
  async stop(offMs = 0): Promise<void> {
    await this.settle(this.gateway.stop());
    this.#gateway = undefined;
    await this.#clock.advance(offMs);
  }

  /** kill -9: what was written stays. */
  kill(offMs = 0): void {
    this.#disk = this.#disk.killed();
    this.#gateway = undefined;
    // The gateway that was killed still waits on its clock, which stands still from now on.
    this.#clock = new ManualClock(this.#clock.utc() + offMs);
  }

  /** Lets time pass until a promise has settled. */
  async settle<Result>(promise: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = promise.finally(() => (isDone = true));
    done.catch(() => undefined);
    while (!isDone) {
      // What waits for the machine itself, such as the box's own readings, takes none of the site's time.
      for (let turn = 0; turn < machineTurns && !isDone; turn += 1) await machineTurn();
      if (!isDone) await this.#clock.advance(10);
    }
    return done;
  }

  /** Everything the alarms lane holds. */
  async entries(): Promise<Entry[]> {
    await this.settle(this.gateway.journal.committed());
    return (await readLane(this.gateway.journal.alarms)).map(({ record }) => record);
  }

  async #load(files: Readonly<Record<string, string>>): Promise<SiteConfig> {
    const read = async (path: string): Promise<Uint8Array> => {
      const text = files[path];
      if (text === undefined) throw new Error(path);
      return Buffer.from(text);
    };
    const io = { read, list: async () => [], shippedProfiles: '' };
    const { site, problems } = await siteLoader(this.registries)('site.yaml', io);
    if (!site) throw new Error(JSON.stringify(problems, null, 1));
    return site;
  }
}
