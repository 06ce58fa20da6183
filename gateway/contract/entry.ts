import type { AlarmChange, AlarmDisplay, AlarmState, Moment, Priority } from './alarm.js';
import type { Json } from './json.js';
import type { Text } from './text.js';

/** Stamps every journal entry of the alarms lane carries. */
export interface EntryStamp {
  readonly instant: number;
  /** ms UTC; NaN while the time of this boot is not known. */
  readonly time: number;
}

/**
 * What an event or a change of an alarm came from: a frame by its device and sequence, a tick by its instant, an applied
 * configuration by its hash, or a person's act, which came after that many frames had been appended.
 */
export type Cause =
  | { readonly sequence: number; readonly device?: string }
  | { readonly tick: number }
  | { readonly configuration: string }
  | { readonly act: string; readonly after: number };

/** A change of one condition that is no alarm, because nobody has to act on it: what a rule found. */
export interface EventEntry extends EntryStamp {
  readonly kind: 'event';
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  /** `HH`, `H`, `L`, `LL`, … */
  readonly limitKind: string;
  readonly state: 'active' | 'normal';
  /** null when there is no number. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  readonly quality: string;
  readonly cause: Cause;
  readonly message: Text;
  /** The key it had before the configuration renamed it: what stood under that goes on under this. */
  readonly formerKey?: string;
}

/** One change of one alarm, with the state it led to: event and state are one record. */
export interface AlarmEntry extends EntryStamp {
  readonly kind: 'alarm';
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  /** `HH`, `H`, `L`, `LL`, … */
  readonly limitKind: string;
  /** Name of its class. */
  readonly class: string;
  readonly priority: Priority;
  readonly change: AlarmChange;
  readonly from: AlarmDisplay;
  readonly to: AlarmDisplay;
  /** True while it calls for a person: not normal, and none of the flags set. */
  readonly isAnnunciated: boolean;
  /** null when there is no number. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  readonly quality: string;
  readonly cause: Cause;
  /** What a person said with an act; empty otherwise. */
  readonly comment: string;
  readonly message: Text;
  readonly action: Text;
  readonly state: AlarmState;
  /** The key it had before, where the change is that it was renamed. */
  readonly formerKey?: string;
}

/**
 * A value was beyond a limit: from the first reading that was to the first that was not, by the bare limit, without
 * deadband or delay. Stands beside the alarm, so that thinning alarms never thins what happened.
 */
export interface ExceedanceEntry extends EntryStamp {
  readonly kind: 'exceedance';
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  readonly limitKind: string;
  /** null where it moves and was not known: over range is beyond every limit. */
  readonly limit: number | null;
  readonly unit: string;
  readonly began: Moment;
  readonly durationMs: number;
  /** The reading furthest beyond the limit, and the plain mean of the readings beyond it; null when none had a number. */
  readonly peak: number | null;
  readonly mean: number | null;
  /** Readings beyond the limit. */
  readonly readings: number;
  /** Hash of the configuration that has its rule no more: told as far as it had come. Absent where it ended by itself. */
  readonly cutBy?: string;
}

/**
 * What an alarm's rule finds in history that was filled in afterwards, in the device's own time: it would have come, it
 * would have gone, or the bare limit was exceeded. No live alarm is touched by it.
 */
export interface LateEntry extends EntryStamp {
  readonly kind: 'late';
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  readonly limitKind: string;
  readonly finding: 'raised' | 'returned' | 'exceeded';
  /** ms UTC by the device: when the alarm would have come or gone, or the exceedance was over. */
  readonly at: number;
  /** ms UTC by the device: since when the value was so, without the delay; when the exceedance began. */
  readonly since: number;
  /** Of an exceedance the reading furthest beyond the limit; null when there is no number. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  readonly quality: string;
  readonly cause: Cause;
  readonly message: Text;
}

/** Something that happened at a device, with its own time: a weighing, a server's alarm, a laboratory result. */
export interface RecordEntry extends EntryStamp {
  readonly kind: 'record';
  readonly device: string;
  /** Which sort, in the words of the site or the protocol: `weighing`. */
  readonly name: string;
  /** ms UTC by the device; null where it tells none. */
  readonly at: number | null;
  /** What tells it from every other of this device and sort; empty where nothing does. */
  readonly id: string;
  readonly fields: Readonly<Record<string, Json>>;
}

/** More alarms than a person can follow (EEMUA 191: a flood), and its end. */
export interface FloodEntry extends EntryStamp {
  readonly kind: 'flood';
  readonly state: 'began' | 'ended';
  /** Alarms annunciated in the last ten minutes. */
  readonly count: number;
}

/**
 * A device or tag is being worked on: its values say so and its alarms are out of service, until an end that comes by
 * itself. Everything is recorded all the same.
 */
export interface ModeEntry extends EntryStamp {
  readonly kind: 'mode';
  readonly mode: 'maintenance' | 'calibration';
  readonly change: 'began' | 'ending' | 'ended';
  readonly device: string;
  /** null: the whole device. */
  readonly tag: string | null;
  readonly who: string;
  readonly reason: string;
  readonly since: Moment;
  /** The first of the two clocks that gets there ends it. */
  readonly until: Moment;
}

/**
 * Somebody said what holds from a date on: a batch began, a sensor was calibrated, a datum was surveyed. Of the revisions
 * of a name that have begun, the one with the latest beginning holds; of two with the same, the later revision. A
 * correction of the past is a further revision: it tells readers what was so, and nothing judged or computed then changes.
 */
export interface ContextEntry extends EntryStamp {
  readonly kind: 'context';
  readonly name: string;
  /** A number in the unit of the site file, a text, or a day of the site (`2026-11-21`); null: nothing holds any more. */
  readonly value: number | string | null;
  /** ms UTC from which it holds; it may be to come, or past. */
  readonly from: number;
  /** 1, 2, 3, … for each name. */
  readonly revision: number;
  readonly who: string;
  readonly reason: string;
}

/** A link or device changed between answering and not. */
export interface TransitionEntry extends EntryStamp {
  readonly kind: 'transition';
  readonly subject: 'link' | 'device' | 'sink' | 'clock' | 'journal';
  readonly name: string;
  readonly state: string;
  readonly reason: string;
}

/** Written at each start: what was kept, what comes first now, and why there may be something between. */
export interface GapEntry extends EntryStamp {
  readonly kind: 'gap';
  readonly reason: 'first-start' | 'stop' | 'crash' | 'damage';
  readonly lastKept: { readonly offset: number; readonly instant: number; readonly time: number } | null;
  readonly firstNew: number;
  /** Bytes at the end of the log that were no whole record. */
  readonly tornBytes: number;
  /** Instant up to which delays had been counted when rules were last remembered; null when they were not. */
  readonly tickedTo: number | null;
}

/** How `instant` and UTC lay to each other, from this instant on. */
export interface ClockEntry extends EntryStamp {
  readonly kind: 'clock';
  readonly boot: string;
  readonly utc: number;
  readonly source: string;
  /** `boot`: first of a boot · `step`: UTC moved against the timeline · `known`: this boot's time became known. */
  readonly why: 'boot' | 'step' | 'known';
  /** ms the UTC label moved by, for a step. */
  readonly movedMs: number;
  /** Last label in the journal before this boot, ms UTC: the clock is not believed below it; null when there is none. */
  readonly floor: number | null;
  /** False while nothing vouches for `utc`: frames of this boot are held. */
  readonly trusted: boolean;
}

/** A new identity of this journal, linked to the one before. */
export interface EpochEntry extends EntryStamp {
  readonly kind: 'epoch';
  readonly epoch: string;
  readonly previous: string | null;
  readonly reason: 'created' | 'cloned' | 'restored' | 'unreadable';
  readonly machine: string;
  readonly folder: string;
  /** The account that started the gateway, and who asked for that account: `root (li)`. Journals of before have none. */
  readonly startedBy?: string;
}

/** An applied configuration, kept by hash. */
export interface ConfigurationEntry extends EntryStamp {
  readonly kind: 'configuration';
  readonly hash: string;
  readonly version: string;
  /** File name → text. Secrets are references in it, never values. */
  readonly files: { readonly [name: string]: string };
}

/**
 * What shapes a tag protected by law was changed, and by whom; written before the first frame it holds for, one entry a
 * change. Travels to every recipient of the stream.
 */
export interface StatutoryEntry extends EntryStamp {
  readonly kind: 'statutory';
  /** As they were called before the change. */
  readonly device: string;
  readonly tag: string;
  /** What changed: `scale`, `address.register`, `rules.methane.HH`. `protection`: it began; `to` is all that shapes it. */
  readonly what: string;
  readonly from: Json;
  readonly to: Json;
  /** The two who approved, `zhang + li`; where protection began, which needs nobody, the account that started the gateway. */
  readonly who: string;
  /** Hash of the configuration that brought it. */
  readonly configuration: string;
}

/** Who did what. Chained: `hash` covers this entry without `hash`, and so `previous`. */
export interface AuditEntry extends EntryStamp {
  readonly kind: 'audit';
  readonly who: string;
  readonly action: string;
  readonly detail: Json;
  readonly previous: string;
  readonly hash: string;
}

/** A record or field a sink refused, with its words. */
export interface RefusalEntry extends EntryStamp {
  readonly kind: 'refusal';
  readonly sink: string;
  readonly lane: LaneName;
  readonly offset: number;
  /** The tag refused while the rest was stored; null when the whole record was. */
  readonly tag: string | null;
  readonly reason: string;
}

/** Frames acquired but never stored, within one run. */
export interface UnstoredEntry extends EntryStamp {
  readonly kind: 'unstored';
  readonly reason: string;
  readonly frames: number;
}

/** What travels in the alarms lane to the sinks. Tables, positions and snapshots are the journal's own bookkeeping. */
export type Entry =
  | EventEntry
  | AlarmEntry
  | ExceedanceEntry
  | LateEntry
  | RecordEntry
  | FloodEntry
  | ModeEntry
  | ContextEntry
  | TransitionEntry
  | GapEntry
  | ClockEntry
  | EpochEntry
  | ConfigurationEntry
  | StatutoryEntry
  | AuditEntry
  | RefusalEntry
  | UnstoredEntry;

export type LaneName = 'samples' | 'alarms';
