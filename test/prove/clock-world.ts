import { z } from 'zod';
import { registries, siteLoader, type SiteConfig } from '../../config/index.js';
import { type Batch, type Frame, silentLog, type Sink, type SinkDefinition } from '../../gateway/contract/index.js';
import { Gateway } from '../../gateway/runtime/index.js';
import { frameLine } from '../support/frame-line.js';
import { ManualClock } from '../support/manual-clock.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { countingDriver } from './counting-driver.js';

/** A reading a device gave, and when that really was. */
export interface Taken {
  readonly device: string;
  readonly counter: number;
  readonly truth: number;
}

/** A frame as a destination first got it. */
export interface Got {
  readonly frame: Frame;
  readonly offset: number;
  readonly line: string;
  /** Which run of the gateway brought it. */
  readonly run: number;
}

/** What one destination holds, as an InfluxDB would: by line. */
export interface Destination {
  readonly frames: Map<string, Got>;
  /** Frames that came again with another line: they would be stored twice. */
  doubled: number;
  /** Frames that came again though nothing was killed in between. */
  unexplained: number;
}

export const devices = ['d1', 'd2'] as const;

const siteText = (deviceNames: readonly string[], boxEvery: string): string => `version: 1
site: { id: clocks, timezone: "+08:00" }
profiles:
  meter: { driver: counting, poll: 700ms, tags: { counter: { cell: 0, unit: "" }, level: { cell: 1, unit: m } } }
links:
${deviceNames.map((name) => `  link-${name}: { driver: counting, devices: { ${name}: { profile: meter } } }`).join('\n')}
sinks:
  live: { type: recording, flush: 1s, liveFirstAfter: 5s, backlogPerSecond: 200, batch: 50 }
  strict: { type: recording, flush: 1s, order: strict, batch: 50 }
journal: { folder: /journal }
box: { poll: ${boxEvery} }
`;

/**
 * A box in a world with a true time. The box is switched on and off and killed; its clock, that the world sets, may be
 * right or not. Everything runs on a clock moved by hand and a disk in memory, through the gateway as it ships.
 */
export class World {
  /** ms UTC as it really is, while no gateway runs. */
  #truth: number;
  #clock = new ManualClock(0);
  #gateway: Gateway | undefined;
  #disk = new MemoryDisk();
  #run = 0;
  /** Run after which there was a kill. */
  readonly #killedAfter: number[] = [];
  readonly #counters = new Map<string, number>();
  readonly #site: SiteConfig;
  readonly taken: Taken[] = [];
  /** True moments of kills. */
  readonly kills: number[] = [];
  readonly destinations: Record<string, Destination> = {};
  /** What each device's own clock is ahead by, ms; a device that is not named stamps nothing. */
  readonly ownClocks = new Map<string, number>();
  /** While false the destinations refuse. */
  areSinksUp = true;

  private constructor(site: SiteConfig, truth: number) {
    this.#site = site;
    this.#truth = truth;
  }

  static async make(truth: number, names: readonly string[] = devices, boxEvery = '1d'): Promise<World> {
    const known = { ...registries, ...World.#registries(() => undefined as never) };
    const bytes = Buffer.from(siteText(names, boxEvery));
    const io = { read: async () => bytes, list: async () => [], shippedProfiles: '' };
    const { site, problems } = await siteLoader(known)('site.yaml', io);
    if (!site) throw new Error(JSON.stringify(problems));
    return new World(site, truth);
  }

  get truth(): number {
    return this.#truth + this.#clock.monotonic();
  }

  get utc(): number {
    return this.#clock.utc();
  }

  get disk(): MemoryDisk {
    return this.#disk;
  }

  get gateway(): Gateway {
    if (!this.#gateway) throw new Error('no gateway runs');
    return this.#gateway;
  }

  /** Switches the box on; its clock then says `utc`. */
  async boot(utc: number): Promise<void> {
    this.#truth = this.truth;
    this.#clock = new ManualClock(utc);
    this.#run += 1;
    const known = { ...registries, ...World.#registries(() => this) };
    this.#gateway = await Gateway.start({
      site: this.#site,
      registries: known,
      clock: this.#clock,
      log: silentLog,
      version: 'test',
      disk: this.#disk,
    });
  }

  /** The box is off for `ms`. */
  off(ms: number): void {
    this.#truth += ms;
  }

  pass(ms: number): Promise<void> {
    return this.#clock.advance(ms);
  }

  setClock(utc: number): void {
    this.#clock.stepUtc(utc - this.#clock.utc());
  }

  /** Stops in order. */
  async stop(): Promise<void> {
    let isDone = false;
    const stopping = this.gateway.stop().then(() => (isDone = true));
    while (!isDone) await this.#clock.advance(100);
    await stopping;
    this.#gateway = undefined;
  }

  /** kill -9: what was written stays; the old gateway's clock stands still for ever. */
  async kill(): Promise<void> {
    this.kills.push(this.truth);
    this.#killedAfter.push(this.#run);
    this.#disk = this.#disk.killed();
    this.#gateway = undefined;
  }

  #take(sink: string, { lane, offsets, records }: Batch): void {
    if (lane === 'alarms') return;
    const destination = (this.destinations[sink] ??= { frames: new Map(), doubled: 0, unexplained: 0 });
    records.forEach((frame, index) => {
      const key = `${frame.table.device} ${frame.table.device === 'box' ? frame.instant : frame.values[0]}`;
      const line = frameLine(frame);
      const before = destination.frames.get(key);
      if (!before) destination.frames.set(key, { frame, line, offset: offsets[index] as number, run: this.#run });
      else {
        if (before.line !== line) destination.doubled += 1;
        if (!this.#killedAfter.some((run) => run >= before.run && run < this.#run)) destination.unexplained += 1;
      }
    });
  }

  static #registries(world: () => World): object {
    const fill: Parameters<typeof countingDriver>[0] = (device, _phase, _cells, into) => {
      const { taken, truth, ownClocks } = world();
      const counter = world().#counters.get(device) ?? 0;
      world().#counters.set(device, counter + 1);
      taken.push({ device, counter, truth });
      into.set(0, counter);
      into.set(1, counter / 8);
      const own = ownClocks.get(device);
      if (own !== undefined) into.deviceTime(0, truth + own);
    };
    const recording: SinkDefinition<{ readonly type: 'recording' }> = {
      summary: { en: 'remembers', zh: '记录' },
      config: z.strictObject({ type: z.literal('recording') }),
      bytesPerFrame: () => 0,
      create: async (name): Promise<Sink> => ({
        connect: async () => world().#refuse(),
        write: async (batch) => {
          world().#refuse();
          world().#take(name, batch);
          return {};
        },
        close: async () => undefined,
      }),
    };
    return { drivers: { counting: countingDriver(fill) }, sinks: { recording } };
  }

  #refuse(): void {
    if (!this.areSinksUp) throw new Error('away');
  }
}
