import type { Registries } from '../../config/index.js';
import type { SiteConfig } from '../../config/site.js';
import type { Clock, LaneName, Log } from '../contract/index.js';
import { type Disk, type Journal, openJournal } from '../journal/index.js';
import { createSinks } from './create-sinks.js';
import { LatestValues } from './latest-values.js';
import { type LinkEvents, LinkSupervisor } from './link-supervisor.js';
import { noteOpening } from './opening-notes.js';
import type { Pipeline } from './pipeline.js';
import { PositionSaver } from './position-saver.js';
import type { SinkDelivery } from './sink-delivery.js';
import { compileSite, type CompiledSite } from './site-plan.js';
import { startPipeline } from './start-pipeline.js';
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
}

/** What a gateway is made of, put together; nothing polls or delivers yet. */
export interface GatewayParts {
  readonly journal: Journal;
  readonly timeline: Timeline;
  readonly transitions: TransitionBook;
  readonly compiled: CompiledSite;
  readonly pipeline: Pipeline;
  readonly latest: LatestValues;
  readonly saver: PositionSaver;
  readonly links: readonly LinkSupervisor[];
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
  const { site, registries, clock, log, version } = options;
  const timeline = new Timeline({
    clock,
    last: journal.lastStamps,
    source: site.clock.source,
    note: (entry) => void journal.note(entry),
  });
  const startedAt = timeline.instant();
  transitions.start(journal, timeline);
  noteOpening(journal, timeline, transitions, site, version);
  const compiled = await compileSite(site, registries, { journal, clock, log });
  const latest = new LatestValues();
  const pipeline = await startPipeline({ compiled, configuration: site.hash, journal, timeline, latest, log });
  const saver = new PositionSaver(journal, clock, site.journal.commitEveryMs);
  const sinks = await createSinks({ site, registries, journal, timeline, transitions, saver, clock, log });
  // Where a new sink begins is journaled before the first frame: after a kill it would begin anew, behind that frame.
  saver.save();
  const events: LinkEvents = {
    onReading: (reading, spanMs) => pipeline.accept(reading, spanMs),
    onTransition: (subject, name, state, reason) => transitions.tell(subject, name, state, reason),
  };
  const links = compiled.links.map(
    ({ config: { name, probeShare }, driver, items, tables }) =>
      new LinkSupervisor({ name, driver, items, tables, probeShare, clock, log, events }),
  );
  return { journal, timeline, transitions, compiled, pipeline, latest, saver, links, sinks, startedAt };
}
