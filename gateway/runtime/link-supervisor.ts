import {
  type Clock,
  DeviceFault,
  FrameBuilder,
  type LinkTables,
  type Log,
  NotConnected,
  type PolledDriver,
  Quality,
  type Reading,
  type TagTable,
} from '../contract/index.js';
import { BackOffPauses } from './back-off.js';
import { type PollItem, PollQueue } from './poll-queue.js';

/** What a supervisor tells: readings, and each change of a link's or device's state once. */
export interface LinkEvents {
  /** `spanMs`: how long the reading took, the greater part of its uncertainty in time. */
  readonly onReading: (reading: Reading, spanMs: number) => void;
  readonly onTransition: (subject: 'link' | 'device', name: string, state: string, reason: string) => void;
}

export interface LinkSupervisorOptions {
  readonly name: string;
  readonly driver: PolledDriver;
  readonly items: readonly PollItem[];
  readonly tables: LinkTables;
  readonly probeShare: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: LinkEvents;
  readonly random?: () => number;
}

/** Counters of one link since start. */
export interface LinkStatistics {
  readonly state: 'connecting' | 'connected' | 'stopped';
  readonly since: number;
  readonly reads: number;
  readonly failedReads: number;
  readonly overruns: number;
  readonly ourFaults: number;
  readonly devices: Readonly<Record<string, 'online' | 'offline' | 'unknown'>>;
}

const reconnectMs = { first: 500, max: 30_000 } as const;
/** At stop a read under way gets this long. */
const readMsAtStop = 1000;

/**
 * The host of one polled driver: connects with back-off, reads one item at a time as `PollQueue` decides, turns faults
 * into frames of bad readings, and tells transitions once. A lost link is one bad frame a poll group, not an error.
 */
export class LinkSupervisor {
  readonly #options: LinkSupervisorOptions;
  readonly #pauses: BackOffPauses;
  readonly #stopping = new AbortController();
  /** Ends the read under way itself. */
  readonly #ending = new AbortController();
  readonly #devices = new Map<string, 'online' | 'offline' | 'unknown'>();
  #queue: PollQueue;
  #state: LinkStatistics['state'] = 'connecting';
  #since: number;
  #reads = 0;
  #failedReads = 0;
  #ourFaults = 0;
  #isTold = false;
  /** Something was read since the link was connected. */
  #isProven = false;
  #done: Promise<void> | undefined;

  constructor(options: LinkSupervisorOptions) {
    this.#options = options;
    this.#pauses = new BackOffPauses(reconnectMs.first, reconnectMs.max, options.random);
    this.#since = options.clock.monotonic();
    this.#queue = new PollQueue(options.items, options.probeShare, this.#since);
    for (const { device } of options.items) this.#devices.set(device, 'unknown');
  }

  get name(): string {
    return this.#options.name;
  }

  start(): void {
    this.#done ??= this.#run();
  }

  /** Lets the read under way come to its end, for a second at most, and closes the driver. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const done = new AbortController();
    void this.#options.clock.wait(readMsAtStop, done.signal).then(() => this.#ending.abort());
    await this.#done;
    done.abort();
    await this.#options.driver.close();
    this.#enter('stopped');
  }

  get statistics(): LinkStatistics {
    return {
      state: this.#state,
      since: this.#since,
      reads: this.#reads,
      failedReads: this.#failedReads,
      overruns: this.#queue.overruns,
      ourFaults: this.#ourFaults,
      devices: Object.fromEntries(this.#devices),
    };
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (!(await this.#connect())) continue;
      try {
        await this.#poll();
      } catch (error) {
        if (!(error instanceof NotConnected)) throw error;
        this.#lost(error.message);
        // An end that takes connections and drops them is not tried again at once.
        if (!this.#isProven) await this.#options.clock.wait(this.#pauses.next(), this.#stopping.signal);
      }
    }
  }

  async #connect(): Promise<boolean> {
    const { clock, driver, events, name } = this.#options;
    try {
      await driver.connect(this.#stopping.signal);
    } catch (error) {
      if (this.#stopping.signal.aborted) return false;
      if (!this.#isTold) this.#lost((error as Error).message);
      await clock.wait(this.#pauses.next(), this.#stopping.signal);
      return false;
    }
    this.#isProven = false;
    if (this.#state !== 'connected') {
      this.#enter('connected');
      this.#isTold = false;
      events.onTransition('link', name, 'connected', '');
    }
    this.#queue.restart(clock.monotonic());
    return true;
  }

  async #poll(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const choice = this.#queue.next(clock.monotonic());
      if ('waitMs' in choice) await clock.wait(choice.waitMs, this.#stopping.signal);
      else await this.#read(choice.item, choice.isProbe);
    }
  }

  async #read(item: PollItem, isProbe: boolean): Promise<void> {
    const { clock, driver, events } = this.#options;
    const builder = new FrameBuilder(this.#table(item));
    const started = clock.monotonic();
    let answered = true;
    let reason = '';
    this.#reads += 1;
    try {
      await driver.read(item, builder, this.#ending.signal);
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      if (error instanceof NotConnected) throw error;
      this.#failedReads += 1;
      reason = (error as Error).message;
      answered = error instanceof DeviceFault && error.answered;
      builder.allBad(error instanceof DeviceFault ? error.quality : Quality.bad);
      if (!(error instanceof DeviceFault)) this.#ourFault(error);
    }
    if (!this.#isProven && answered) {
      this.#isProven = true;
      this.#pauses.reset();
    }
    const now = clock.monotonic();
    const change = this.#queue.done(item, answered, started, now);
    // A probe without an answer says nothing that the frame at the transition has not said.
    if (answered || !isProbe) events.onReading(builder.build(), now - started);
    if (change) this.#deviceChanged(item.device, change, reason);
  }

  #deviceChanged(device: string, state: 'online' | 'offline', reason: string): void {
    if (this.#devices.get(device) === state) return;
    this.#devices.set(device, state);
    this.#options.events.onTransition('device', device, state, reason);
    if (state === 'offline') this.#allBad(device, Quality['bad-no-answer']);
  }

  #lost(reason: string): void {
    const { events, name } = this.#options;
    this.#isTold = true;
    this.#enter('connecting');
    events.onTransition('link', name, 'lost', reason);
    for (const device of this.#devices.keys()) {
      this.#devices.set(device, 'unknown');
      this.#allBad(device, Quality['bad-not-connected']);
    }
  }

  /** One frame of bad readings for each poll group of a device. */
  #allBad(device: string, quality: number): void {
    for (const item of this.#options.items) {
      if (item.device !== device) continue;
      const builder = new FrameBuilder(this.#table(item));
      builder.allBad(quality);
      this.#options.events.onReading(builder.build(), 0);
    }
  }

  #table(item: PollItem): TagTable {
    return this.#options.tables.get(item.device)?.get(item.group) as TagTable;
  }

  #enter(state: LinkStatistics['state']): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = this.#options.clock.monotonic();
  }

  /** Told once a link; counted each time. */
  #ourFault(error: unknown): void {
    this.#ourFaults += 1;
    if (this.#ourFaults > 1) return;
    this.#options.log.error({ link: this.#options.name, err: error }, 'driver failed in a way it should not');
  }
}
