import {
  type Clock,
  DeviceFault,
  FrameBuilder,
  type LinkTables,
  type Log,
  NotConnected,
  type PolledDriver,
  Quality,
  type TagTable,
} from '../contract/index.js';
import { BackOffPauses } from './back-off.js';
import { type LinkEvents, LinkHealth, type LinkHost, type LinkStatistics, reconnectMs } from './link-health.js';
import { type PollItem, PollQueue } from './poll-queue.js';

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

/** At stop a read under way gets this long. */
const readMsAtStop = 1000;

/**
 * The host of one polled driver: connects with back-off, reads one item at a time as `PollQueue` decides, turns faults
 * into frames of bad readings, and tells transitions once. A lost link is one bad frame a poll group, not an error.
 */
export class LinkSupervisor implements LinkHost {
  readonly #options: LinkSupervisorOptions;
  readonly #pauses: BackOffPauses;
  readonly #stopping = new AbortController();
  /** Ends the read under way itself. */
  readonly #ending = new AbortController();
  readonly #health: LinkHealth;
  #queue: PollQueue;
  #reads = 0;
  #failedReads = 0;
  #ourFaults = 0;
  /** Something was read since the link was connected. */
  #isProven = false;
  #done: Promise<void> | undefined;

  constructor(options: LinkSupervisorOptions) {
    this.#options = options;
    this.#pauses = new BackOffPauses(reconnectMs.first, reconnectMs.max, options.random);
    this.#health = new LinkHealth(options);
    this.#queue = new PollQueue(options.items, options.probeShare, options.clock.monotonic());
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
    this.#health.stopped();
  }

  get statistics(): LinkStatistics {
    const { state, since, devices } = this.#health.now;
    const counted = { reads: this.#reads, failedReads: this.#failedReads, ourFaults: this.#ourFaults };
    return { state, since, ...counted, overruns: this.#queue.overruns, devices };
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (!(await this.#connect())) continue;
      try {
        await this.#poll();
      } catch (error) {
        if (!(error instanceof NotConnected)) throw error;
        this.#health.lost(error.message);
        // An end that takes connections and drops them is not tried again at once.
        if (!this.#isProven) await this.#options.clock.wait(this.#pauses.next(), this.#stopping.signal);
      }
    }
  }

  async #connect(): Promise<boolean> {
    const { clock, driver } = this.#options;
    try {
      await driver.connect(this.#stopping.signal);
    } catch (error) {
      if (this.#stopping.signal.aborted) return false;
      this.#health.notConnected((error as Error).message);
      await clock.wait(this.#pauses.next(), this.#stopping.signal);
      return false;
    }
    this.#isProven = false;
    this.#health.connected();
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
    if (change) this.#health.device(item.device, change, reason);
  }

  #table(item: PollItem): TagTable {
    return this.#options.tables.get(item.device)?.get(item.group) as TagTable;
  }

  /** Told once a link; counted each time. */
  #ourFault(error: unknown): void {
    this.#ourFaults += 1;
    if (this.#ourFaults > 1) return;
    this.#options.log.error({ link: this.#options.name, err: error }, 'driver failed in a way it should not');
  }
}
