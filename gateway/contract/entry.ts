import type { Json } from './json.js';

/** Stamps every journal entry of the alarms lane carries. */
export interface EntryStamp {
  readonly instant: number;
  /** ms UTC; NaN while the time of this boot is not known. */
  readonly time: number;
}

/** A change of one condition: what a rule found. */
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
  readonly limit: number;
  readonly unit: string;
  readonly quality: string;
  /** What caused it: a frame by its sequence, a tick by its instant, or an applied configuration by its hash. */
  readonly cause: { readonly sequence: number } | { readonly tick: number } | { readonly configuration: string };
  readonly message: { readonly en: string; readonly zh: string };
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
}

/** An applied configuration, kept by hash. */
export interface ConfigurationEntry extends EntryStamp {
  readonly kind: 'configuration';
  readonly hash: string;
  readonly version: string;
  /** File name → text. Secrets are references in it, never values. */
  readonly files: { readonly [name: string]: string };
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
  | TransitionEntry
  | GapEntry
  | ClockEntry
  | EpochEntry
  | ConfigurationEntry
  | AuditEntry
  | RefusalEntry
  | UnstoredEntry;

export type LaneName = 'samples' | 'alarms';
