import { presenceOf } from '../../pipelines/index.js';
import {
  type Clock,
  type Happening,
  type LinkTables,
  type Log,
  Quality,
  qualities,
  qualityName,
  type Reading,
  type SubscribedDriver,
  type Told,
} from '../contract/index.js';
import { BackOffPauses } from './back-off.js';
import { Keeping } from './keeping.js';
import { type LinkEvents, LinkHealth, type LinkHost, type LinkStatistics, reconnectMs } from './link-health.js';

export interface SubscriptionSupervisorOptions {
  readonly name: string;
  readonly driver: SubscribedDriver;
  readonly tables: LinkTables;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: LinkEvents;
  readonly random?: () => number;
}

/** ms a stop waits for what was told to be on disk, so that it is answered and not sent again. */
const answersMsAtStop = 2000;

const refusedText = {
  noRoom:
    'what was told could not be stored: the disk is full, slow or refuses, and the memory before it is full; make room on the disk of the journal; if it has room, the log tells what failed',
  stranger: 'what was told could not be stored: it is of a device or poll group that is not on this link',
  stopping: 'what was told could not be stored: the gateway is being stopped',
} as const;

/** How one subscription came to its end. */
interface Subscription {
  readonly told: Told;
  /** Resolves to why it was lost. */
  readonly lost: Promise<string>;
  /** What is told from now on is not taken, and refused to whoever asks; what was told before may still be answered. */
  finish(): void;
  readonly keeping: Keeping;
  /** What is told after it is for nobody. */
  end(): void;
}

/**
 * The host of one subscribed driver: connects and subscribes with back-off, passes on what it is told, and tells
 * transitions once. A device is offline when all that is told of it is that it does not answer, and online with the first
 * value; a lost link is one bad frame a poll group, not an error.
 */
export class SubscriptionSupervisor implements LinkHost {
  readonly #options: SubscriptionSupervisorOptions;
  readonly #pauses: BackOffPauses;
  readonly #health: LinkHealth;
  readonly #stopping = new AbortController();
  #subscription: Subscription | undefined;
  #reads = 0;
  #failedReads = 0;
  #ourFaults = 0;
  #done: Promise<void> | undefined;

  constructor(options: SubscriptionSupervisorOptions) {
    this.#options = options;
    this.#pauses = new BackOffPauses(reconnectMs.first, reconnectMs.max, options.random);
    this.#health = new LinkHealth(options);
  }

  get name(): string {
    return this.#options.name;
  }

  get statistics(): LinkStatistics {
    const { state, since, devices } = this.#health.now;
    const counted = { reads: this.#reads, failedReads: this.#failedReads, overruns: 0, ourFaults: this.#ourFaults };
    return { state, since, ...counted, devices };
  }

  start(): void {
    this.#done ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#answered();
    this.#subscription?.end();
    await this.#done;
    await this.#options.driver.close();
    this.#health.stopped();
  }

  /** What was told is committed at once and its answers leave; a disk that takes nothing holds the stop up for a moment only. */
  async #answered(): Promise<void> {
    const { clock, events } = this.#options;
    this.#subscription?.finish();
    const keeping = this.#subscription?.keeping;
    if (!keeping?.isWaitedFor) return;
    // Whether it could is told to those who wait.
    events.onFlush().catch(() => undefined);
    const done = new AbortController();
    await Promise.race([keeping.settled(), clock.wait(answersMsAtStop, done.signal)]);
    done.abort();
    // The answers are written in the turn in which it resolved, and what is written leaves after it.
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const readsBefore = this.#reads;
      const subscription = await this.#subscribe();
      if (subscription) {
        this.#health.connected();
        const reason = await subscription.lost;
        subscription.end();
        if (signal.aborted) return;
        this.#health.lost(reason);
      }
      // One that told something was a good one, however it ended.
      if (this.#reads > readsBefore) this.#pauses.reset();
      await clock.wait(this.#pauses.next(), signal);
    }
  }

  async #subscribe(): Promise<Subscription | undefined> {
    const { driver, tables } = this.#options;
    const { signal } = this.#stopping;
    const subscription = this.#open();
    try {
      await driver.connect(signal);
      await driver.subscribe(tables, subscription.told, signal);
      return subscription;
    } catch (error) {
      subscription.end();
      if (!signal.aborted) this.#health.notConnected((error as Error).message);
      return undefined;
    }
  }

  #open(): Subscription {
    let isTaking = true;
    let resolve: (reason: string) => void = () => undefined;
    const lost = new Promise<string>((done) => {
      resolve = done;
    });
    const keeping = new Keeping(this.#options.events.onKept);
    const taking =
      <T>(take: (told: T) => string | undefined) =>
      (told: T): void => {
        const why = isTaking ? take(told) : refusedText.stopping;
        if (why !== undefined) keeping.refused(why);
      };
    const finish = (): void => {
      isTaking = false;
    };
    const close = (reason: string): void => {
      finish();
      keeping.end();
      resolve(reason);
    };
    const subscription = {
      told: {
        reading: taking((reading: Reading) => this.#take(reading)),
        happened: taking((happening: Happening) =>
          this.#options.events.onHappening(happening) ? undefined : refusedText.noRoom,
        ),
        kept: () => keeping.kept(),
        lost: (error: Error) => close(error.message),
      },
      lost,
      keeping,
      finish,
      end: () => close(''),
    };
    this.#subscription = subscription;
    return subscription;
  }

  /** Why it could not be stored and might be, told again. */
  #take(reading: Reading): string | undefined {
    const { device } = reading.table;
    if (!this.#options.tables.get(device)?.has(reading.table.group)) {
      this.#ourFault(new RangeError(`a reading of ${device}/${reading.table.group}, which is not on this link`));
      return refusedText.stranger;
    }
    this.#reads += 1;
    const presence = presenceOf(reading);
    if (presence === 'no-device' || presence === 'no-link') this.#failedReads += 1;
    const refusal = this.#options.events.onReading(reading, 0) ? undefined : refusedText.noRoom;
    if (reading.late === true) return refusal;
    if (presence === 'read') this.#health.deviceTold(device, 'online', '');
    else if (presence === 'no-device') this.#health.deviceTold(device, 'offline', reasonOf(reading));
    return refusal;
  }

  /** Told once a link; counted each time. */
  #ourFault(error: unknown): void {
    this.#ourFaults += 1;
    if (this.#ourFaults > 1) return;
    this.#options.log.error({ link: this.#options.name, err: error }, 'driver failed in a way it should not');
  }
}

/** Why a device is said to be offline, as far as a quality tells. */
const reasonOf = ({ quality }: Reading): string =>
  qualities[qualityName(quality.find((code) => code !== Quality.absent) ?? Quality.bad)].text.en;
