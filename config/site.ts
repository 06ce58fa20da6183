import type { Rationale, SecretReference, TagType } from '../gateway/contract/index.js';

/**
 * A site file after checking: names resolved, durations in ms, defaults filled in, profiles joined to their devices.
 * What the runtime is built from; nothing in it is a secret.
 */
export interface SiteConfig {
  readonly site: {
    readonly id: string;
    readonly name: string;
    /** `+08:00` or an IANA name; people's times are shown in it. */
    readonly timezone: string;
    readonly kind: 'general' | 'mine';
  };
  readonly links: readonly LinkConfig[];
  /** What holds for a while: batch, calibration, datum. */
  readonly context: readonly ContextConfig[];
  readonly rules: readonly RuleConfig[];
  readonly alarms: AlarmsConfig;
  readonly sinks: readonly SinkConfig[];
  readonly journal: JournalConfig;
  readonly http: HttpConfig;
  readonly broker: BrokerConfig | undefined;
  readonly box: { readonly everyMs: number };
  readonly clock: ClockConfig;
  /** SHA-256 over the files, hex. */
  readonly hash: string;
  /** Site file and profiles as they were read: name → text. */
  readonly files: Readonly<Record<string, string>>;
}

/** One value of the site's context. */
export interface ContextConfig {
  readonly name: string;
  /** A day (`2026-11-21`) counts as the days since, for rules and formulas. */
  readonly type: 'number' | 'date' | 'text';
  readonly unit: string;
  /** Holds until somebody sets another; null: nothing does. */
  readonly value: number | string | null;
  /** Who may set it, and every role above. */
  readonly by: 'operator' | 'engineer';
  readonly description: string;
}

export interface LinkConfig {
  readonly name: string;
  readonly driver: string;
  /** The driver's own half, parsed by `DriverDefinition.link`. */
  readonly settings: unknown;
  /** Share of the bus that devices which do not answer may take together, 0…1. */
  readonly probeShare: number;
  readonly devices: readonly DeviceConfig[];
}

export interface DeviceConfig {
  readonly name: string;
  /** Names it had before: what is kept under one of them is its own. */
  readonly formerly: readonly string[];
  readonly profile: string;
  /** The driver's own half, parsed by `DriverDefinition.device`. */
  readonly settings: unknown;
  readonly groups: readonly GroupConfig[];
}

/** One poll group: what is read together and makes one frame. */
export interface GroupConfig {
  readonly name: string;
  readonly everyMs: number;
  readonly tags: readonly TagConfig[];
  /** Tags computed from the group's own tags; their slots follow those of `tags`. */
  readonly derived: readonly DerivedTagConfig[];
}

interface TagCommon {
  readonly name: string;
  /** Names it had before. */
  readonly formerly: readonly string[];
  readonly unit: string;
  readonly resolution: number | undefined;
  readonly range: readonly [low: number, high: number] | undefined;
  readonly statutory: boolean;
  /** A change of more than this a second is a jump, in `unit`. */
  readonly jumpPerSecond: number | undefined;
  /** No change for this long is stuck. */
  readonly stuckAfterMs: number | undefined;
}

export interface TagConfig extends TagCommon {
  readonly type: TagType;
  readonly scale: number;
  readonly offset: number;
  /** The driver's own half, parsed by `DriverDefinition.tag`. */
  readonly address: unknown;
}

export interface FormulaTagConfig extends TagCommon {
  readonly formula: string;
}

/** Read off a table over another tag of the group: storage, weir, tank. */
export interface CurveTagConfig extends TagCommon {
  readonly curve: readonly (readonly [x: number, y: number])[];
  readonly of: string;
}

export type DerivedTagConfig = FormulaTagConfig | CurveTagConfig;

export interface RuleConfig {
  readonly name: string;
  /** Names it had before: its alarms and what it remembers go on from there. */
  readonly formerly: readonly string[];
  readonly type: string;
  /** Devices it applies to, resolved from names, profiles and wildcards; the built-in `box` among them where it is named. */
  readonly devices: readonly string[];
  /** Parsed by `RuleDefinition.config`. */
  readonly settings: unknown;
  /** Undefined: its conditions are events, nobody has to act on them. */
  readonly alarm: AlarmConfig | undefined;
  /** Until then (ms UTC, midnight of the site) its alarms are recorded and counted, not announced. */
  readonly shadowUntil: number | undefined;
}

export type RationaleConfig = Omit<Rationale, 'suppression' | 'shadowUntil'>;

/** Why the conditions of a rule are alarms. */
export interface AlarmConfig {
  /** For kinds of condition that have no rationale of their own; undefined: those are events. */
  readonly shared: RationaleConfig | undefined;
  readonly kinds: Readonly<Record<string, RationaleConfig>>;
  readonly suppress: SuppressConfig | undefined;
}

/** Conditions as in a rule of type `compound`, checked, and as they are written: whoever compiles them parses them. */
export interface SuppressConfig {
  readonly when: unknown;
  readonly unless?: unknown;
  /** Longest suppression, ms. */
  readonly max: number;
}

/** What holds for all alarms. */
export interface AlarmsConfig {
  /** Values settle for so long after a start or an outage. */
  readonly settlingMs: number;
  /** A link or device is lost after so long a silence. */
  readonly lostAfterMs: number;
}

export interface SinkConfig {
  readonly name: string;
  readonly type: string;
  readonly settings: unknown;
  /** `now`: what comes after the sink was added; `beginning`: all that is kept. */
  readonly from: 'now' | 'beginning';
  readonly flushEveryMs: number;
  readonly batchRecordsMax: number;
  /** After an outage longer than this the backlog follows beside the live stream. */
  readonly liveFirstAfterMs: number;
  /** Records a second of the backlog. */
  readonly backlogPerSecond: number;
  /** `strict`: never forks, oldest first. */
  readonly order: 'live-first' | 'strict';
  /** Undefined: every reading is sent. */
  readonly deadband: DeadbandConfig | undefined;
}

/** Report by exception: what a sink is not sent. */
export interface DeadbandConfig {
  /** Each tag is sent at least this often. */
  readonly atLeastEveryMs: number;
  /** By `tag` or `device.tag`, which goes before: a move of more than this, in the tag's unit, is sent. */
  readonly bands: Readonly<Record<string, number>>;
}

export interface JournalConfig {
  readonly folder: string;
  readonly commitEveryMs: number;
  readonly bytesMax: number;
  readonly freeBytesMin: number;
  readonly samplesAgeMaxMs: number;
  readonly alarmsAgeMaxMs: number;
  /** Frames, and happenings, waiting for a stalled disk, each lane; beyond it they are counted as unstored. */
  readonly memoryBytesMax: number;
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
}

/** The embedded MQTT broker. */
export interface BrokerConfig {
  readonly host: string;
  readonly port: number;
  /** Paths of PEM files. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  readonly devices: readonly BrokerDeviceConfig[];
  readonly limits: {
    readonly clientsMax: number;
    readonly packetBytesMax: number;
    readonly packetsPerSecondMax: number;
  };
}

/** A device that signs in to the embedded broker, and the topics it may use there. */
export interface BrokerDeviceConfig {
  readonly name: string;
  readonly password: SecretReference;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

export interface ClockConfig {
  /** `system`: the machine's clock is believed from the floor on. `operator`: only after `sluice clock set`. */
  readonly source: 'system' | 'operator';
}
