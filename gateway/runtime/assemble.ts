import type { Registries } from '../../config/index.js';
import type { SiteConfig } from '../../config/site.js';
import { type Clock, isSubscribed, type LaneName, type Log } from '../contract/index.js';
import { type Disk, type Journal, openJournal } from '../journal/index.js';
import type { AlarmBook } from './alarms/alarm-book.js';
import type { Findings } from './alarms/findings.js';
import { Context } from './context.js';
import { createSinks } from './create-sinks.js';
import { LatestValues } from './latest-values.js';
import type { LinkEvents, LinkHost } from './link-health.js';
import { LinkSupervisor } from './link-supervisor.js';
import type { Modes } from './modes.js';
import { noteOpening } from './opening-notes.js';
import type { Pipeline } from './pipeline.js';
import { PositionSaver } from './position-saver.js';
import type { SinkDelivery } from './sink-delivery.js';
import { RecordBook } from './record-book.js';
import { type CompiledLink, compileSite, type CompiledSite } from './site-plan.js';
import { startPipeline } from './start-pipeline.js';
import { SubscriptionSupervisor } from './subscription-supervisor.js';
import { gate, type HeldBack } from './statutory/gate.js';
import { Timeline } from './timeline.js';
import { TransitionBook } from './transition-book.js';

export interface GatewayOptions {
  readonly site: SiteConfig;
  readonly registries: Registries;
  readonly clock: Clock;
  readonly log: Log;
  /** Version of the software, for the journal's configuration record. */
  readonly version: string;
  /** Where the journal lies; the machine's own file system unless given. */
  readonly disk?: Disk;
  /** The last touch on a site before it runs, also on the one applied before where that goes on. */
  readonly signIn?: (site: SiteConfig) => SiteConfig;
}

/** What a gateway is made of, put together; nothing polls or delivers yet. */
export interface GatewayParts {
  /** The site that runs: the one given, or the one applied before while what it changes is not approved. */
  readonly site: SiteConfig;
  /** The one given, where it is not the one that runs. */
  readonly heldBack: HeldBack | undefined;
  readonly journal: Journal;
  readonly timeline: Timeline;
  readonly transitions: TransitionBook;
  readonly compiled: CompiledSite;
  readonly pipeline: Pipeline;
  readonly alarms: AlarmBook;
  readonly findings: Findings;
  readonly modes: Modes;
  readonly context: Context;
  readonly latest: LatestValues;
  readonly saver: PositionSaver;
  readonly links: readonly LinkHost[];
  readonly sinks: readonly SinkDelivery[];
  /** What the disk refuses with, while it does, by lane. */
  readonly trouble: ReadonlyMap<LaneName, string>;
  /** Instant at which this run began. */
  readonly startedAt: number;
}

/** Opens the journal and puts everything on it. Throws as `Gateway.start` does, and leaves the journal closed then. */
export async function assemble(options: GatewayOptions): Promise<GatewayParts> {
  const { site, clock, log, disk } = options;
  const transitions = new TransitionBook(log);
  const trouble = new Map<LaneName, string>();
  const journal = await openJournal({
    ...site.journal,
    ...(disk && { disk }),
    site: site.site.id,
    clock,
    log,
    onTrouble: (lane, error) => {
      if (error) trouble.set(lane, error.message);
      else trouble.delete(lane);
      transitions.tell('journal', lane, error ? 'refused by disk' : 'writing', error?.message ?? '');
    },
    onDamage: (sentence) => transitions.tell('journal', 'journal', 'damaged', sentence),
    onRemoval: (lane, records, reason) =>
      transitions.tell('journal', lane, 'oldest removed', `${records} records, for ${reason}`),
  });
  try {
    return { ...(await assembleOn(journal, transitions, options)), trouble };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function assembleOn(
  journal: Journal,
  transitions: TransitionBook,
  options: GatewayOptions,
): Promise<Omit<GatewayParts, 'trouble'>> {
  const { registries, clock, log, version, signIn } = options;
  const gated = await gate(journal, options.site, registries);
  const site = signIn?.(gated.site) ?? gated.site;
  const timeline = new Timeline({
    clock,
    last: journal.lastStamps,
    source: site.clock.source,
    note: (entry) => void journal.note(entry),
  });
  const startedAt = timeline.instant();
  transitions.start(journal, timeline);
  const gap = noteOpening(journal, timeline, transitions, gated, version);
  const context = new Context({ site, kept: journal.context, floor: timeline.floor });
  const compiled = await compileSite(site, registries, { journal, clock, log, readContext: context.read });
  const latest = new LatestValues();
  const ports = { compiled, configuration: site.hash, journal, timeline, latest, log, gap };
  const { pipeline, alarms, findings, modes } = await startPipeline(ports);
  const saver = new PositionSaver(journal, clock, site.journal.commitEveryMs);
  const sinks = await createSinks({ site, registries, journal, timeline, transitions, saver, clock, log });
  // Where a new sink begins is journaled before the first frame: after a kill it would begin anew, behind that frame.
  saver.save();
  const records = new RecordBook((record) => journal.noteHappening({ ...record, ...timeline.stamp() }));
  const events: LinkEvents = {
    onReading: (reading, spanMs) => {
      const before = journal.settledFrames;
      pipeline.accept(reading, spanMs);
      return journal.settledFrames > before;
    },
    onHappening: (happening) => records.take(happening) !== 'no room',
    onKept: () => journal.kept(),
    onFlush: () => journal.flushed(),
    onTransition: (subject, name, state, reason) => transitions.tell(subject, name, state, reason),
  };
  const links = compiled.links.map((link) => hostOf(link, { clock, log, events }));
  return {
    site,
    heldBack: gated.heldBack,
    journal,
    timeline,
    transitions,
    compiled,
    pipeline,
    alarms,
    findings,
    modes,
    context,
    latest,
    saver,
    links,
    sinks,
    startedAt,
  };
}

function hostOf(
  { config: { name, probeShare }, driver, items, tables }: CompiledLink,
  ports: { readonly clock: Clock; readonly log: Log; readonly events: LinkEvents },
): LinkHost {
  if (isSubscribed(driver)) return new SubscriptionSupervisor({ name, driver, tables, ...ports });
  return new LinkSupervisor({ name, driver, items, tables, probeShare, ...ports });
}
