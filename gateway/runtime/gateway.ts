import { hostname } from 'node:os';
import type { Registries } from '../../config/index.js';
import type { SiteConfig } from '../../config/site.js';
import type { Clock, Entry, LaneName, Log, Reading, TransitionEntry } from '../contract/index.js';
import { type Disk, type Journal, openJournal, Position, type PositionKey } from '../journal/index.js';
import { readBox } from './box.js';
import { EventBook } from './event-book.js';
import { LaneDelivery } from './lane-delivery.js';
import { LatestValues } from './latest-values.js';
import { type Ledger, ledgerOf } from './ledger.js';
import { LinkSupervisor } from './link-supervisor.js';
import { Pipeline, type PipelineMemory } from './pipeline.js';
import { PositionSaver } from './position-saver.js';
import { Refusals } from './refusals.js';
import { resolveSecret } from './secret.js';
import { SinkDelivery } from './sink-delivery.js';
import { compileSite, type CompiledSite } from './site-plan.js';
import { Timeline } from './timeline.js';

export interface GatewayOptions {
  readonly site: SiteConfig;
  readonly registries: Registries;
  readonly clock: Clock;
  readonly log: Log;
  /** Version of the software, for the journal's configuration record. */
  readonly version: string;
  /** Where the journal lies; the machine's own file system unless given. */
  readonly disk?: Disk;
}

const retainEveryMs = 60_000;
/** What rules remember is journaled this often; a start replays the frames since. */
const memoryEveryMs = 600_000;
const tickEveryMs = 200;
const flushMsAtStop = 2000;
const unstoredEveryMs = 10_000;

/** The running gateway: puts journal, links, pipeline and sinks together, and takes them apart again. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #stopping = new AbortController();
  readonly #latest = new LatestValues();
  #journal!: Journal;
  #timeline!: Timeline;
  #compiled!: CompiledSite;
  #pipeline!: Pipeline;
  #events!: EventBook;
  #saver!: PositionSaver;
  #refusals!: Refusals;
  #links: LinkSupervisor[] = [];
  #sinks: SinkDelivery[] = [];
  #loops: Promise<void>[] = [];
  #unstoredTold = new Map<string, number>();
  #startedAt = 0;
  readonly #trouble = new Map<LaneName, string>();

  private constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Opens the journal and starts everything. Throws `FolderLocked`, `NewerFormat`, or what a sink's secret lacks. */
  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.#openJournal();
    try {
      await gateway.#assemble();
    } catch (error) {
      await gateway.#journal.close();
      throw error;
    }
    for (const link of gateway.#links) link.start();
    for (const sink of gateway.#sinks) sink.start();
    gateway.#startLoops();
    return gateway;
  }

  /** Stops polling, lets sinks finish the write under way, journals what is remembered, and closes. */
  async stop(reason = 'stopped'): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#links.map((link) => link.stop()));
    this.#pipeline.stop();
    this.#saveMemory();
    await this.#flushedAtStop();
    await Promise.all(this.#sinks.map((sink) => sink.stop()));
    await Promise.all(this.#loops);
    this.#saver.stop();
    this.#noteUnstored();
    this.#transition('journal', 'journal', 'stopped', reason);
    await this.#journal.close();
  }

  /** What is in memory goes to the disk; one that takes nothing holds the stop up for a moment only. */
  async #flushedAtStop(): Promise<void> {
    const done = new AbortController();
    const flushed = this.#journal.flushed().catch(() => undefined);
    await Promise.race([flushed, this.#options.clock.wait(flushMsAtStop, done.signal)]);
    done.abort();
  }

  get site(): SiteConfig {
    return this.#options.site;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get version(): string {
    return this.#options.version;
  }

  /** What the disk refuses with, while it does. */
  get journalTrouble(): string | null {
    return [...this.#trouble.values()][0] ?? null;
  }

  /** Instant at which this run began. */
  get startedAt(): number {
    return this.#startedAt;
  }

  get journal(): Journal {
    return this.#journal;
  }

  get timeline(): Timeline {
    return this.#timeline;
  }

  get latest(): LatestValues {
    return this.#latest;
  }

  get links(): readonly LinkSupervisor[] {
    return this.#links;
  }

  get sinks(): readonly SinkDelivery[] {
    return this.#sinks;
  }

  get compiled(): CompiledSite {
    return this.#compiled;
  }

  ledger(): Ledger {
    const accounts = this.#sinks.flatMap((sink) =>
      sink.lanes.map((lane) => ({ sink: sink.name, lane: lane.name, account: lane.account })),
    );
    return ledgerOf(this.#journal, accounts);
  }

  async #openJournal(): Promise<void> {
    const { site, clock, log, disk } = this.#options;
    this.#journal = await openJournal({
      ...site.journal,
      ...(disk && { disk }),
      site: site.site.id,
      clock,
      log,
      onTrouble: (lane, error) => {
        if (error) this.#trouble.set(lane, error.message);
        else this.#trouble.delete(lane);
        this.#transition('journal', lane, error ? 'refused by disk' : 'writing', error?.message ?? '');
      },
      onRemoval: (lane, records, reason) =>
        this.#transition('journal', lane, 'oldest removed', `${records} records, for ${reason}`),
    });
  }

  async #assemble(): Promise<void> {
    const { site, registries, clock, log, version } = this.#options;
    const journal = this.#journal;
    const last = journal.lastStamps;
    this.#timeline = new Timeline({
      clock,
      last,
      source: site.clock.source,
      note: (entry) => void journal.note(entry),
    });
    const stamp = (): { instant: number; time: number } => this.#timeline.stamp();
    this.#startedAt = this.#timeline.instant();
    const { reason, lastKept, firstNew, tornBytes, damage, newEpoch } = journal.recovery;
    journal.note({ kind: 'gap', ...stamp(), reason, lastKept, firstNew, tornBytes });
    for (const sentence of damage) this.#transition('journal', 'journal', 'damaged', sentence);
    const { hash, files } = site;
    const applied = journal.configuration;
    if (applied?.hash !== hash || applied.version !== version) {
      journal.note({ kind: 'configuration', ...stamp(), hash, version, files });
    }
    journal.audit(stamp(), {
      who: 'gateway',
      action: 'start',
      detail: { reason, version, configuration: hash, host: hostname(), epoch: journal.identity.epoch },
    });
    if (newEpoch) {
      const detail = { reason: newEpoch.reason, previous: newEpoch.previous, epoch: journal.identity.epoch };
      journal.audit(stamp(), { who: 'gateway', action: 'new epoch', detail });
    }
    this.#compiled = await compileSite(site, registries, { journal, clock, log });
    this.#refusals = new Refusals(clock, (refusal) => void journal.note({ kind: 'refusal', ...stamp(), ...refusal }));
    await this.#startPipeline();
    this.#saver = new PositionSaver(journal, clock, site.journal.commitEveryMs);
    for (const config of site.sinks) this.#sinks.push(await this.#createSink(config));
    // Where a new sink begins is journaled before the first frame: after a kill it would begin anew, behind that frame.
    this.#saver.save();
    this.#links = this.#compiled.links.map(
      ({ config, driver, items, tables }) =>
        new LinkSupervisor({
          name: config.name,
          driver,
          items,
          tables,
          probeShare: config.probeShare,
          clock,
          log,
          events: {
            onReading: (reading, spanMs) => this.#accept(reading, spanMs),
            onTransition: (subject, name, state, why) => this.#transition(subject, name, state, why),
          },
        }),
    );
  }

  /** Restores what rules remembered, and brings them to where they were by the frames journaled since. */
  async #startPipeline(): Promise<void> {
    const { log } = this.#options;
    const journal = this.#journal;
    const memory = journal.memory('pipeline') as (PipelineMemory & { offset: number }) | undefined;
    const goOn = this.#compiled.restore(memory);
    this.#events = new EventBook(journal, this.#compiled.conditions);
    this.#pipeline = new Pipeline({
      tables: this.#compiled.pipelines,
      stamp: () => this.#timeline.stamp(),
      store: (frame) => journal.append(frame),
      onFrame: (frame) => this.#latest.set(frame),
      onJudged: (judged) => this.#events.judged(judged),
      tickedTo: memory?.tickedTo,
      log,
    });
    if (memory) {
      const reader = journal.samples.reader();
      for (let at = Math.max(memory.offset, journal.samples.first); at < journal.samples.committed; ) {
        const { records, next } = await reader.read(at, 1000, 4 * 2 ** 20);
        for (const frame of records) this.#pipeline.recall(frame);
        at = next;
      }
      await reader.close();
    }
    const { hash } = this.#options.site;
    this.#events.start(
      () => this.#timeline.stamp(),
      hash,
      (key) => goOn.has(key),
    );
    // From here on a kill finds the rules remembered.
    this.#saveMemory();
  }

  async #createSink(config: SiteConfig['sinks'][number]): Promise<SinkDelivery> {
    const { clock, log, registries } = this.#options;
    const journal = this.#journal;
    const definition = registries.sinks[config.type];
    if (!definition) throw new Error(`no sink of type ${config.type}`);
    const context = { log, clock, identity: journal.identity, secret: resolveSecret };
    const sink = await definition.create(config.name, config.settings as never, context);
    const lanes = (['samples', 'alarms'] as const).map((lane) => this.#createLane(config, lane));
    return new SinkDelivery({
      config,
      sink,
      lanes,
      clock,
      onTransition: (name, state, reason) => this.#transition('sink', name, state, reason),
    });
  }

  #createLane(config: SiteConfig['sinks'][number], lane: LaneName): LaneDelivery {
    const journal = this.#journal;
    const key: PositionKey = `${config.name}/${lane}`;
    const known = journal.position(config.name, lane);
    const position = known ?? Position.from(config.from === 'now' ? journal[lane].next : journal[lane].first);
    const onMoved = (): void => {
      this.#saver.moved(key, position);
      this.#release(lane);
    };
    if (!known) onMoved();
    return new LaneDelivery({
      config,
      lane,
      journal,
      position,
      clock: this.#options.clock,
      instant: () => this.#timeline.instant(),
      onMoved,
      onRefused: (offset, tag, reason) => this.#refusals.tell({ sink: config.name, lane, offset, tag, reason }),
    });
  }

  /** Lets go of the records that every sink has taken. */
  #release(lane: LaneName): void {
    const lanes = this.#sinks.flatMap((sink) => sink.lanes.filter(({ name }) => name === lane));
    if (lanes.length > 0) this.#journal[lane].release(Math.min(...lanes.map(({ position }) => position.end)));
  }

  #accept(reading: Reading, spanMs: number): void {
    this.#pipeline.accept(reading, spanMs);
  }

  #transition(subject: TransitionEntry['subject'], name: string, state: string, reason: string): void {
    // A disk may refuse while the journal is being opened, before there is a timeline to stamp with: it is only logged.
    if (this.#startedAt > 0) {
      const entry: Entry = { kind: 'transition', ...this.#timeline.stamp(), subject, name, state, reason };
      this.#journal.note(entry);
    }
    this.#options.log.info({ [subject]: name, state, ...(reason && { reason }) }, `${subject} ${state}`);
  }

  #startLoops(): void {
    this.#every(tickEveryMs, () => this.#pipeline.tick(this.#timeline.stamp().instant));
    this.#every(this.#options.site.box.everyMs, () => this.#readBox(), true);
    this.#every(retainEveryMs, () => this.#retain());
    this.#every(memoryEveryMs, () => this.#saveMemory());
    this.#every(unstoredEveryMs, () => this.#noteUnstored());
  }

  /** Age counts only by a clock somebody vouches for. */
  #retain(): Promise<void> {
    const { time } = this.#timeline.stamp();
    return this.#journal.retain(Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time);
  }

  #every(ms: number, act: () => void | Promise<void>, atOnce = false): void {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    const run = async (): Promise<void> => {
      if (!atOnce) await clock.wait(ms, signal);
      while (!signal.aborted) {
        try {
          await act();
        } catch (error) {
          log.error({ err: error }, 'a periodic task failed');
        }
        await clock.wait(ms, signal);
      }
    };
    this.#loops.push(run());
  }

  async #readBox(): Promise<void> {
    const waiting = this.#sinks.flatMap((sink) => sink.lanes.map((lane) => lane.account.waiting));
    const reading = await readBox(this.#compiled.boxTable, {
      isClockTrusted: this.#timeline.isTrusted,
      clockSource: this.#options.site.clock.source,
      deviceClock: this.#pipeline.deviceClocks.takeFarthest(),
      backlog: Math.max(0, ...waiting),
      journalFolder: this.#options.site.journal.folder,
    });
    if (!this.#stopping.signal.aborted) this.#accept(reading, 0);
  }

  #saveMemory(): void {
    const memory = { ...this.#pipeline.snapshot(), offset: this.#journal.samples.next };
    this.#journal.saveMemory(new Map([['pipeline', memory as never]]));
  }

  /** Frames that could not be stored are told in the alarms lane, with the reason and how many. */
  #noteUnstored(): void {
    for (const [reason, count] of Object.entries(this.#journal.acquisition.unstored)) {
      const frames = count - (this.#unstoredTold.get(reason) ?? 0);
      if (frames === 0) continue;
      this.#unstoredTold.set(reason, count);
      this.#journal.note({ kind: 'unstored', ...this.#timeline.stamp(), reason, frames });
    }
  }
}
