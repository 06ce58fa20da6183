import type { Registries } from '../../config/index.js';
import type { SinkConfig, SiteConfig } from '../../config/site.js';
import type { Clock, LaneName, Log, StandingEntry } from '../contract/index.js';
import { type Journal, Position, type PositionKey } from '../journal/index.js';
import { LaneDelivery } from './lane-delivery.js';
import type { PositionSaver } from './position-saver.js';
import { Refusals } from './refusals.js';
import { resolveSecret } from './secret.js';
import { SinkDelivery } from './sink-delivery.js';
import { Thinning } from './thinning.js';
import type { Timeline } from './timeline.js';
import type { TransitionBook } from './transition-book.js';

/** What sinks are made with. */
export interface SinkPorts {
  readonly site: SiteConfig;
  readonly registries: Registries;
  readonly journal: Journal;
  readonly timeline: Timeline;
  readonly transitions: TransitionBook;
  readonly saver: PositionSaver;
  readonly clock: Clock;
  readonly log: Log;
}

/** The sinks of the site, each with its two lanes, standing where the journal says. Throws what a secret lacks. */
export async function createSinks(ports: SinkPorts): Promise<SinkDelivery[]> {
  const { site, registries, journal, timeline, transitions, clock, log } = ports;
  const refusals = new Refusals(
    clock,
    (refusal) => void journal.note({ kind: 'refusal', ...timeline.stamp(), ...refusal }),
  );
  const sinks: SinkDelivery[] = [];
  /** Lets go of the records that every sink has taken. */
  const release = (lane: LaneName): void => {
    const lanes = sinks.flatMap((sink) => sink.lanes.filter(({ name }) => name === lane));
    if (lanes.length > 0) journal[lane].release(Math.min(...lanes.map(({ position }) => position.end)));
  };
  for (const config of site.sinks) {
    const definition = registries.sinks[config.type];
    if (!definition) throw new Error(`no sink of type ${config.type}`);
    const context = { log, clock, identity: journal.identity, standing: standingIn(journal), secret: resolveSecret };
    sinks.push(
      new SinkDelivery({
        config,
        sink: await definition.create(config.name, config.settings as never, context),
        lanes: (['samples', 'alarms'] as const).map((lane) => createLane(config, lane, ports, refusals, release)),
        clock,
        onTransition: (name, state, reason) => transitions.tell('sink', name, state, reason),
      }),
    );
  }
  return sinks;
}

/** Alarms that stand, as far as the disk has them. */
function standingIn({ alarms, alarmsKept: { standing, offsets } }: Journal): StandingEntry[] {
  return [...standing].flatMap(([key, entry]) => {
    const offset = offsets.get(key) ?? Number.POSITIVE_INFINITY;
    return offset < alarms.committed ? [{ offset, entry: { ...entry, time: entry.time ?? Number.NaN } }] : [];
  });
}

function createLane(
  config: SinkConfig,
  lane: LaneName,
  { registries, journal, timeline, saver, clock }: SinkPorts,
  refusals: Refusals,
  release: (lane: LaneName) => void,
): LaneDelivery {
  const key: PositionKey = `${config.name}/${lane}`;
  const known = journal.position(config.name, lane);
  const position = known ?? Position.from(config.from === 'now' ? journal[lane].next : journal[lane].first);
  const onMoved = (): void => {
    saver.moved(key, position);
    release(lane);
  };
  if (!known) onMoved();
  const { deadband } = config;
  const isWhole = registries.sinks[config.type]?.takesWholeFrames ?? false;
  return new LaneDelivery({
    config,
    lane,
    journal,
    position,
    clock,
    instant: () => timeline.instant(),
    onMoved,
    onRefused: (offset, tag, reason) => refusals.tell({ sink: config.name, lane, offset, tag, reason }),
    ...(deadband && lane === 'samples' && { thinning: () => new Thinning(deadband, isWhole) }),
  });
}
