import type { SiteConfig } from '../../config/site.js';
import {
  type EventEntry,
  type ModeEntry,
  qualityName,
  qualityStatus,
  type StampedFrame,
  type Text,
} from '../contract/index.js';
import { type AlarmDefinitionView, type AlarmView, alarmViews, definitionView } from './alarms/alarm-view.js';
import { type ContextView, contextViews } from './context-view.js';
import { momentOf } from './alarms/moments.js';
import { follow, type FollowedEntry } from './follow.js';
import type { Gateway } from './gateway.js';
import type { Ledger } from './ledger.js';
import { heldBackText } from './statutory/change-text.js';
import { propose, type Proposal, type SiteFiles } from './statutory/propose.js';
import { statutoryView, type StatutoryView } from './statutory/statutory-view.js';

/** One tag as people and programs see it now. */
export interface ValueView {
  readonly device: string;
  readonly group: string;
  readonly tag: string;
  readonly unit: string;
  /** null when the quality is bad or absent. */
  readonly value: number | boolean | string | null;
  /** By name, such as `good`. */
  readonly quality: string;
  /** OPC UA StatusCode. */
  readonly status: number;
  /** RFC 3339 in UTC; null while the time of this boot is not known. */
  readonly time: string | null;
  /** ms since it was read. */
  readonly ageMs: number;
  readonly timeSpreadMs: number;
}

export interface DeviceView {
  readonly name: string;
  readonly link: string;
  readonly profile: string;
  readonly state: 'online' | 'offline' | 'unknown';
}

export interface LinkView {
  readonly name: string;
  readonly driver: string;
  readonly state: string;
  readonly stateForMs: number;
  readonly reads: number;
  readonly failedReads: number;
  /** Grid points that passed unread because the link was busy. */
  readonly overruns: number;
  /** The driver's own counters, by name. */
  readonly counters: Readonly<Record<string, number>>;
}

export interface SinkView {
  readonly name: string;
  readonly type: string;
  readonly isConnected: boolean;
  /** Records of both lanes that wait. */
  readonly waiting: number;
  readonly isForked: boolean;
  readonly parkedFields: number;
}

export interface ConditionView {
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  readonly kind: string;
  /** null where there is none, or where it changes. */
  readonly limit: number | null;
  readonly unit: string;
  readonly message: Text;
  /** RFC 3339 in UTC; null while the time of this boot is not known. */
  readonly since: string | null;
  readonly sinceMs: number;
}

export interface StatusView {
  readonly site: SiteConfig['site'];
  readonly epoch: string;
  readonly version: string;
  readonly configuration: string;
  readonly upMs: number;
  readonly isClockTrusted: boolean;
  readonly time: string | null;
  readonly recovery: string;
  readonly journalWaitingBytes: number;
  /** What the disk refuses with, while it does; null otherwise. */
  readonly journalTrouble: string | null;
  readonly tables: number;
}

const rfc3339 = (time: number): string | null => (Number.isNaN(time) ? null : new Date(time).toISOString());

/** The one narrow interface through which console and command line read a running gateway. Plain data, made on demand. */
export class GatewayView {
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  status(): StatusView {
    const { site, journal, timeline, version, startedAt } = this.#gateway;
    const { instant, time } = timeline.stamp();
    return {
      site: site.site,
      epoch: journal.identity.epoch,
      version,
      configuration: site.hash,
      upMs: instant - startedAt,
      isClockTrusted: timeline.isTrusted,
      time: rfc3339(time),
      recovery: journal.recovery.reason,
      journalWaitingBytes: journal.waitingBytes,
      journalTrouble: this.#gateway.journalTrouble,
      tables: this.#gateway.compiled.pipelines.size,
    };
  }

  /** Now, in ms on the gateway's own timeline. */
  get instant(): number {
    return this.#gateway.timeline.instant();
  }

  links(): LinkView[] {
    const { links, compiled, clock } = this.#gateway;
    return links.map(({ statistics, name }, index) => {
      const { config, driver } = compiled.links[index] as (typeof compiled.links)[number];
      const { state, since, reads, failedReads, overruns } = statistics;
      const counters = 'counters' in driver ? (driver as { counters(): Record<string, number> }).counters() : {};
      return {
        name,
        driver: config.driver,
        state,
        stateForMs: Math.round(clock.monotonic() - since),
        reads,
        failedReads,
        overruns,
        counters,
      };
    });
  }

  devices(): DeviceView[] {
    const { links, compiled } = this.#gateway;
    return compiled.links.flatMap(({ config }, index) =>
      config.devices.map(({ name, profile }) => ({
        name,
        link: config.name,
        profile,
        state: links[index]?.statistics.devices[name] ?? 'unknown',
      })),
    );
  }

  /** Latest values of one device, or of all, the built-in `box` among them. */
  values(device?: string): ValueView[] {
    const now = this.#gateway.timeline.instant();
    return this.#gateway.latest
      .readings(device)
      .flatMap(({ frame, said }) => frame.table.tags.map((_, slot) => valueOf(said(slot), slot, now)));
  }

  sinks(): SinkView[] {
    const { sinks, site } = this.#gateway;
    return sinks.map((sink) => ({
      name: sink.name,
      type: site.sinks.find(({ name }) => name === sink.name)?.type ?? '',
      isConnected: sink.isConnected,
      waiting: sink.lanes.reduce((sum, lane) => sum + lane.account.waiting, 0),
      isForked: sink.lanes.some((lane) => lane.isForked),
      parkedFields: sink.lanes.reduce((sum, lane) => sum + lane.parkedFields, 0),
    }));
  }

  /** Conditions whose last event said active. */
  activeConditions(): ConditionView[] {
    const { journal, compiled, timeline } = this.#gateway;
    const { instant, time } = timeline.stamp();
    return [...journal.active].flatMap(([key, began]) => {
      const described = compiled.rules.events.get(key);
      const sinceMs = instant - began.instant;
      if (!described) return [];
      const limit = Number.isNaN(described.limit) ? null : described.limit;
      return [{ ...described, limit, since: rfc3339(time - sinceMs), sinceMs }];
    });
  }

  /** Alarms that are not at rest, the most pressing first. */
  alarms(): AlarmView[] {
    const { alarms, compiled, timeline } = this.#gateway;
    const now = momentOf(timeline.stamp());
    return alarmViews(alarms, compiled.rules.alarms, (key) => this.#devicesBelow(key), now);
  }

  /** The master alarm database: every alarm of the applied configuration. */
  alarmDefinitions(): AlarmDefinitionView[] {
    return [...this.#gateway.compiled.rules.alarms.values()].map(definitionView);
  }

  /** One of them; undefined where there is none of that key. */
  alarmDefinition(key: string): AlarmDefinitionView | undefined {
    const definition = this.#gateway.compiled.rules.alarms.get(key);
    return definition && definitionView(definition);
  }

  /** More alarms than a person can follow, now. */
  get isFlooded(): boolean {
    return this.#gateway.alarms.isFlooded;
  }

  ledger(): Ledger {
    return this.#gateway.ledger();
  }

  /** What holds for a while, and what is planned. */
  context(): ContextView[] {
    const { context, site, timeline } = this.#gateway;
    return contextViews(context, site.context, timeline.stamp());
  }

  /** What is being worked on. */
  modes(): readonly ModeEntry[] {
    return this.#gateway.modes.standing;
  }

  /** Why this run does not go by the site file it was given; undefined when it does. */
  get heldBack(): Text | undefined {
    const { heldBack } = this.#gateway;
    return heldBack && heldBackText(heldBack.changes, heldBack.approvers);
  }

  /** What is under way about streams that the law protects. */
  statutory(): Promise<StatutoryView> {
    return statutoryView(this.#gateway);
  }

  /** What some site files would change of them; a sentence where that cannot be told. */
  proposal(files: SiteFiles): Promise<Proposal | Text> {
    return propose(this.#gateway, files);
  }

  /** Where the alarms lane ends now; entries before it are on the disk. */
  get alarmsEnd(): number {
    return this.#gateway.journal.alarms.committed;
  }

  /** Entries of the alarms lane from an offset on, as they come. Ends with `signal`. */
  follow(from: number, signal: AbortSignal): AsyncGenerator<FollowedEntry> {
    return follow(this.#gateway.journal, from, signal);
  }

  #devicesBelow(key: string): ReadonlySet<string> {
    const [subject, name = ''] = key.split('/');
    const link = this.#gateway.compiled.links.find(({ config }) => config.name === name);
    return new Set(subject === 'link' ? (link?.config.devices.map((device) => device.name) ?? []) : [name]);
  }

  /** The newest events, newest last. */
  async events(countMax: number): Promise<EventEntry[]> {
    const { alarms } = this.#gateway.journal;
    const reader = alarms.reader();
    const events: EventEntry[] = [];
    try {
      for (let at = Math.max(alarms.first, alarms.committed - countMax * 4); at < alarms.committed; ) {
        const { records, next } = await reader.read(at, 1000, 2 ** 20);
        events.push(...records.filter((record) => record.kind === 'event'));
        at = next;
      }
    } finally {
      await reader.close();
    }
    return events.slice(-countMax);
  }
}

function valueOf(frame: StampedFrame, slot: number, now: number): ValueView {
  const tag = frame.table.tags[slot] as StampedFrame['table']['tags'][number];
  const number = frame.values[slot] as number;
  const quality = frame.quality[slot] as number;
  const text = frame.texts?.get(slot);
  const plain = Number.isNaN(number) ? null : tag.type === 'boolean' ? number !== 0 : number;
  return {
    device: frame.table.device,
    group: frame.table.group,
    tag: tag.name,
    unit: tag.unit,
    value: tag.type === 'text' ? (text ?? null) : plain,
    quality: qualityName(quality),
    status: qualityStatus(quality),
    time: rfc3339(frame.time),
    ageMs: now - frame.instant,
    timeSpreadMs: frame.timeSpread,
  };
}
