import type { Registries } from '../../config/index.js';
import type { SiteConfig } from '../../config/site.js';
import type { Clock } from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import type { ActRefusal, AlarmAct } from './alarms/act.js';
import type { AlarmBook } from './alarms/alarm-book.js';
import { assemble, type GatewayOptions, type GatewayParts } from './assemble.js';
import { readBox } from './box.js';
import type { Context } from './context.js';
import { DeviceAcknowledgements } from './device-acknowledgements.js';
import type { LatestValues } from './latest-values.js';
import { type Ledger, ledgerOf } from './ledger.js';
import type { LinkHost } from './link-health.js';
import type { Modes } from './modes.js';
import type { SinkDelivery } from './sink-delivery.js';
import type { CompiledSite } from './site-plan.js';
import { saveMemory } from './pipeline-memory.js';
import { momentOf } from './alarms/moments.js';
import type { HeldBack } from './statutory/gate.js';
import { StandingApprovals } from './statutory/standing-approvals.js';
import type { Timeline } from './timeline.js';

const retainEveryMs = 60_000;
/** What rules remember is journaled this often; a start replays the frames since. */
const memoryEveryMs = 600_000;
const tickEveryMs = 200;
const modesEveryMs = 1000;
const contextEveryMs = 1000;
const flushMsAtStop = 2000;
const unstoredEveryMs = 10_000;

/** The running gateway: what goes on by itself, how it is stopped, and what others may look at. */
export class Gateway {
  /** Approvals of changes that the law protects, given since the configuration that runs was applied. */
  readonly approvals: StandingApprovals;
  readonly #options: GatewayOptions;
  readonly #parts: GatewayParts;
  readonly #stopping = new AbortController();
  readonly #unstoredTold = new Map<string, number>();
  readonly #loops: Promise<void>[] = [];
  readonly #acknowledgements: DeviceAcknowledgements;

  private constructor(options: GatewayOptions, parts: GatewayParts) {
    this.#options = options;
    this.#parts = parts;
    const { compiled, journal, timeline } = parts;
    this.#acknowledgements = new DeviceAcknowledgements({
      links: compiled.links,
      note: (record) => void journal.note({ ...record, ...timeline.stamp() }),
      log: options.log,
    });
    this.approvals = new StandingApprovals(parts.journal);
  }

  /** Opens the journal and starts everything. Throws `FolderLocked`, `NewerFormat`, `StatutoryRefusal`, or what a sink's secret lacks. */
  static async start(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options, await assemble(options));
    // Before any reading: rules and formulas know what holds from the first one on.
    gateway.tellContext();
    for (const link of gateway.links) link.start();
    for (const sink of gateway.sinks) sink.start();
    gateway.#startLoops();
    return gateway;
  }

  /** Stops polling, lets sinks finish the write under way, journals what is remembered, and closes. */
  async stop(reason = 'stopped'): Promise<void> {
    const { journal, pipeline, findings, saver, transitions } = this.#parts;
    this.#stopping.abort();
    await Promise.all([this.#acknowledgements.stop(), ...this.links.map((link) => link.stop())]);
    pipeline.stop();
    findings.stop(pipeline.tickedTo);
    saveMemory(journal, pipeline, findings);
    await this.#flushedAtStop();
    await Promise.all(this.sinks.map((sink) => sink.stop()));
    await Promise.all(this.#loops);
    saver.stop();
    this.#noteUnstored();
    transitions.tell('journal', 'journal', 'stopped', reason);
    await journal.close();
  }

  get site(): SiteConfig {
    return this.#parts.site;
  }

  /** The configuration this run was started with and did not apply; undefined when it did. */
  get heldBack(): HeldBack | undefined {
    return this.#parts.heldBack;
  }

  get registries(): Registries {
    return this.#options.registries;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get version(): string {
    return this.#options.version;
  }

  /** What the disk refuses with, while it does. */
  get journalTrouble(): string | null {
    return [...this.#parts.trouble.values()][0] ?? null;
  }

  /** Instant at which this run began. */
  get startedAt(): number {
    return this.#parts.startedAt;
  }

  get journal(): Journal {
    return this.#parts.journal;
  }

  get timeline(): Timeline {
    return this.#parts.timeline;
  }

  get latest(): LatestValues {
    return this.#parts.latest;
  }

  get links(): readonly LinkHost[] {
    return this.#parts.links;
  }

  get sinks(): readonly SinkDelivery[] {
    return this.#parts.sinks;
  }

  get compiled(): CompiledSite {
    return this.#parts.compiled;
  }

  get alarms(): AlarmBook {
    return this.#parts.alarms;
  }

  get modes(): Modes {
    return this.#parts.modes;
  }

  get context(): Context {
    return this.#parts.context;
  }

  /** Passes on what holds of the context where it has changed, or was told long ago. */
  tellContext(): void {
    const { compiled, context, pipeline, timeline } = this.#parts;
    const reading = compiled.contextTable && context.due(compiled.contextTable, timeline.stamp());
    if (reading) pipeline.accept(reading, 0);
  }

  /** Why an act would be refused now; undefined when it would be done. */
  tryAct(key: string, act: AlarmAct, who: string): ActRefusal | undefined {
    return this.alarms.try(key, act, who, momentOf(this.timeline.stamp()));
  }

  /**
   * A person's act on one alarm, now. Undefined when it was done. An acknowledgement goes on to the device whose own alarm
   * it is; what comes of that is told later, and changes nothing here.
   */
  actOnAlarm(key: string, act: AlarmAct, who: string): ActRefusal | undefined {
    const { pipeline, findings, timeline, journal, compiled } = this.#parts;
    const at = momentOf(timeline.stamp());
    pipeline.tick(at.instant);
    const refusal = findings.act(key, act, who, at, journal.samples.next);
    const alarm = compiled.rules.alarms.get(key);
    if (!refusal && alarm && act.act === 'acknowledge') {
      this.#acknowledgements.pass(alarm, { who, comment: act.comment });
    }
    return refusal;
  }

  ledger(): Ledger {
    const accounts = this.sinks.flatMap((sink) =>
      sink.lanes.map((lane) => ({ sink: sink.name, lane: lane.name, account: lane.account })),
    );
    return ledgerOf(this.journal, accounts);
  }

  #startLoops(): void {
    const { journal, pipeline, findings, modes, timeline } = this.#parts;
    this.#every(tickEveryMs, () => pipeline.tick(timeline.stamp().instant));
    this.#every(modesEveryMs, () => modes.tick(momentOf(timeline.stamp())));
    this.#every(contextEveryMs, () => this.tellContext());
    this.#every(this.site.box.everyMs, () => this.#readBox(), true);
    this.#every(retainEveryMs, () => this.#retain());
    this.#every(memoryEveryMs, () => saveMemory(journal, pipeline, findings));
    this.#every(unstoredEveryMs, () => this.#noteUnstored());
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
    const { compiled, pipeline, timeline } = this.#parts;
    const waiting = this.sinks.flatMap((sink) => sink.lanes.map((lane) => lane.account.waiting));
    const reading = await readBox(compiled.boxTable, {
      isClockTrusted: timeline.isTrusted,
      clockSource: this.site.clock.source,
      deviceClock: pipeline.deviceClocks.takeFarthest(),
      backlog: Math.max(0, ...waiting),
      journalFolder: this.site.journal.folder,
    });
    if (!this.#stopping.signal.aborted) pipeline.accept(reading, 0);
  }

  /** Age counts only by a clock somebody vouches for. */
  #retain(): Promise<void> {
    const { time } = this.timeline.stamp();
    return this.journal.retain(Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time);
  }

  /** Frames that could not be stored are told in the alarms lane, with the reason and how many. */
  #noteUnstored(): void {
    for (const [reason, count] of Object.entries(this.journal.acquisition.unstored)) {
      const frames = count - (this.#unstoredTold.get(reason) ?? 0);
      if (frames === 0) continue;
      this.#unstoredTold.set(reason, count);
      this.journal.note({ kind: 'unstored', ...this.timeline.stamp(), reason, frames });
    }
  }

  /** What is in memory goes to the disk; one that takes nothing holds the stop up for a moment only. */
  async #flushedAtStop(): Promise<void> {
    const done = new AbortController();
    const flushed = this.journal.flushed().catch(() => undefined);
    await Promise.race([flushed, this.clock.wait(flushMsAtStop, done.signal)]);
    done.abort();
  }
}
