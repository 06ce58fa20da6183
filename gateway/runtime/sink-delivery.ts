import { BackOff, type Batch, type Clock, type LaneName, type Sink, type WriteOutcome } from '../contract/index.js';
import type { SinkConfig } from '../../config/site.js';
import { BackOffPauses } from './back-off.js';
import type { LaneDelivery } from './lane-delivery.js';

export interface SinkDeliveryOptions {
  readonly config: SinkConfig;
  readonly sink: Sink;
  readonly lanes: readonly LaneDelivery[];
  readonly clock: Clock;
  /** Each change between taking and refusing, once. */
  readonly onTransition: (sink: string, state: 'connected' | 'lost', reason: string) => void;
  readonly random?: () => number;
}

const reconnectMs = { first: 500, max: 30_000 } as const;
/** A write may take this long; then it is ended and made again. */
const writeTimeoutMs = 30_000;
/** At stop a write under way gets this long, and a connect that does not end by itself. */
const stopMs = 3000;

/**
 * The host of one sink: connects with back-off and lets each lane deliver while it takes. A sink that connects and then
 * refuses is no better than one that does not connect: it is told `connected` only once each lane that had something to
 * send has brought a batch, and the one that was refused before among them.
 */
export class SinkDelivery {
  readonly #options: SinkDeliveryOptions;
  readonly #pauses: BackOffPauses;
  readonly #stopping = new AbortController();
  /** Lanes that must bring a batch before the sink counts as connected. */
  readonly #awaited = new Set<LaneName>();
  /** First offset of the batch each lane could not bring. */
  readonly #refusedAt = new Map<LaneName, number>();
  /** As told: see above. */
  #isConnected = false;
  #isLossTold = false;
  /** Between a connect and the next failure, whatever is told. */
  #isUp = false;
  #lostAt: number;
  #done: Promise<void> | undefined;

  constructor(options: SinkDeliveryOptions) {
    this.#options = options;
    this.#pauses = new BackOffPauses(reconnectMs.first, reconnectMs.max, options.random);
    this.#lostAt = options.clock.monotonic();
  }

  get name(): string {
    return this.#options.config.name;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get lanes(): readonly LaneDelivery[] {
    return this.#options.lanes;
  }

  start(): void {
    this.#done ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
    await this.#options.sink.close();
    for (const lane of this.#options.lanes) await lane.close();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#connect();
        if (this.#stopping.signal.aborted) return;
        await this.#deliver();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#lost(error as Error);
        const pause = error instanceof BackOff ? error.waitMs : this.#pauses.next();
        await clock.wait(pause, this.#stopping.signal);
      }
    }
  }

  async #connect(): Promise<void> {
    const { clock, lanes } = this.#options;
    await this.#connectOrLeave();
    if (this.#stopping.signal.aborted) return;
    this.#isUp = true;
    const wasOut = clock.monotonic() - this.#lostAt;
    this.#awaited.clear();
    for (const lane of lanes) {
      await lane.resume(wasOut);
      if (await lane.isIdle()) this.#refusedAt.delete(lane.name);
      else this.#awaited.add(lane.name);
    }
    this.#tellConnected();
  }

  /** Also returns when the sink goes on connecting after stop: then it is left to itself. */
  async #connectOrLeave(): Promise<void> {
    const { clock, sink } = this.#options;
    const { signal } = this.#stopping;
    const done = new AbortController();
    let leaveSoon = (): void => undefined;
    const left = new Promise<void>((resolve) => {
      leaveSoon = () => void clock.wait(stopMs, done.signal).then(resolve);
    });
    signal.addEventListener('abort', leaveSoon, { once: true });
    try {
      await Promise.race([sink.connect(signal), left]);
    } finally {
      signal.removeEventListener('abort', leaveSoon);
      done.abort();
    }
  }

  /** Both lanes at once, until stop or until one throws; then the other ends as well. */
  async #deliver(): Promise<void> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    this.#stopping.signal.addEventListener('abort', end, { once: true });
    const runs = this.#options.lanes.map((lane) => {
      const write = (batch: Batch) => this.#write(batch);
      const onNothing = () => this.#taken({ lane: lane.name, offsets: [] });
      return lane.run(write, ended.signal, onNothing).finally(end);
    });
    const results = await Promise.allSettled(runs);
    this.#stopping.signal.removeEventListener('abort', end);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** One write with its time limit; at stop it may still finish, within a shorter one. */
  async #write(batch: Batch): Promise<WriteOutcome> {
    const { clock, sink } = this.#options;
    const limit = new AbortController();
    const done = new AbortController();
    const endAfter = (ms: number): void => void clock.wait(ms, done.signal).then(() => limit.abort());
    const atStop = (): void => endAfter(stopMs);
    this.#stopping.signal.addEventListener('abort', atStop, { once: true });
    endAfter(this.#stopping.signal.aborted ? stopMs : writeTimeoutMs);
    try {
      const outcome = await sink.write(batch, limit.signal);
      this.#pauses.reset();
      this.#taken(batch);
      return outcome;
    } catch (error) {
      this.#refusedAt.set(batch.lane, batch.offsets[0] as number);
      throw error;
    } finally {
      this.#stopping.signal.removeEventListener('abort', atStop);
      done.abort();
    }
  }

  #taken({ lane, offsets }: Pick<Batch, 'lane' | 'offsets'>): void {
    const refusedAt = this.#refusedAt.get(lane);
    const delivery = this.#options.lanes.find(({ name }) => name === lane);
    if (refusedAt !== undefined && !offsets.includes(refusedAt) && delivery?.isWaiting(refusedAt)) return;
    this.#refusedAt.delete(lane);
    this.#awaited.delete(lane);
    this.#tellConnected();
  }

  #tellConnected(): void {
    if (this.#isConnected || this.#awaited.size > 0) return;
    this.#isConnected = true;
    this.#isLossTold = false;
    this.#options.onTransition(this.name, 'connected', '');
  }

  #lost(error: Error): void {
    const { clock, onTransition } = this.#options;
    if (this.#isUp) this.#lostAt = clock.monotonic();
    this.#isUp = false;
    this.#isConnected = false;
    if (this.#isLossTold) return;
    this.#isLossTold = true;
    onTransition(this.name, 'lost', error.message);
  }
}
