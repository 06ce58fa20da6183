import type { z } from 'zod';
import type { Moment } from './alarm.js';
import type { StampedFrame, TagTableSpec } from './frame.js';
import type { Json } from './json.js';
import type { Text } from './text.js';

/** `unknown` (there is no reading) neither raises nor clears. */
export type Condition = boolean | 'unknown';

/** What a rule says about one condition now. Deadband and delays are already in it, so replay covers them. */
export interface Judgement {
  /** Which condition: stable across restarts, for example `house-1/temperature/HH`. */
  readonly key: string;
  readonly condition: Condition;
  /** The value judged, its quality byte, and the limit it was held against, in the tag's unit; NaN when there is none. */
  readonly value: number;
  readonly quality: number;
  readonly limit: number;
  /** When the condition became so: ms on the gateway's timeline. */
  readonly instant: number;
  /** Instant of the reading that began it: earlier than `instant` by the delay. */
  readonly since: number;
}

/** A value was beyond a bare limit, and is no more; `instant` is that of the first reading that was not. */
export interface Exceedance {
  readonly exceeded: string;
  readonly limit: number;
  readonly began: Moment;
  readonly instant: number;
  /** NaN when no reading had a number. */
  readonly peak: number;
  readonly mean: number;
  readonly readings: number;
}

export type Finding = Judgement | Exceedance;

/** A reading of this slot with a number, neither over nor under range, strictly between the two. */
export interface QuietZone {
  readonly slot: number;
  readonly above: number;
  readonly below: number;
}

/**
 * Judges frames of the tables it was created for. Reads no clock and does no I/O: time reaches it as data. Called in
 * order of `instant`; all ticks up to a frame's instant come before that frame. Returns only what changed.
 */
export interface Rule {
  next(frame: StampedFrame): readonly Finding[];
  /** Each whole second of `instant`. */
  tick(instant: number): readonly Finding[];
  /** Everything it remembers, so that a restart goes on where it was. */
  snapshot(): Json;
  /** Called at most once, before the first frame. Refuses nothing: what it cannot use it starts afresh. */
  restore(state: Json): void;
  /**
   * Where nothing would be said now, nor remembered: the host passes such frames over, and ticks as well. A rule that does
   * remember says what it wants to be given before it is asked again. Undefined while every frame counts; it changes only
   * within `next`, `tick`, `restore` and `assumeActive`.
   */
  quietZone?(): QuietZone | undefined;
  /** Exceedances that go on, as far as they have come: `instant` is that of the last reading beyond the limit. */
  exceeding?(): readonly Exceedance[];
  /** Whether one of its conditions is in force as last known. Asked at a start only. */
  isActive(key: string): boolean;
  /**
   * The journal says a condition is in force: a frame that said so was lost with the last moments before a crash. Called
   * at a start only; the next frame may end it.
   */
  assumeActive(key: string): void;
}

/** A condition a rule can raise, described once when the rule is created. */
export interface ConditionDescription {
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  readonly kind: string;
  /** NaN where there is none, or where it changes with time. */
  readonly limit: number;
  readonly unit: string;
  readonly message: Text;
}

export interface CompiledRule {
  /** What it remembers is kept under it and the rule's name: stable across restarts; `device/group`, or empty. */
  readonly key: string;
  readonly rule: Rule;
  /** Tables whose frames it gets: some of those it was compiled for. */
  readonly tables: readonly TagTableSpec[];
  readonly conditions: readonly ConditionDescription[];
}

export interface RuleDefinition<Config> {
  readonly summary: Text;
  readonly config: z.ZodType<Config>;
  /**
   * `presence`: it judges whether there is a reading, so while a link or device above is known to be lost it is not asked.
   * `values`: it judges what was read; a bad reading makes its conditions unknown.
   */
  readonly judges: 'values' | 'presence';
  /**
   * Compiles a rule for `tables`, those of the devices it applies to; nothing when none has its tags. `all` are the tables
   * of every device of the site, for rules that look at other devices by name. Neither is written to.
   */
  create(
    name: string,
    config: Config,
    tables: readonly TagTableSpec[],
    all: readonly TagTableSpec[],
  ): readonly CompiledRule[];
}

/**
 * Cleans or derives: returns the frame itself or one that shares the untouched columns. Pure but for what it remembers
 * of earlier frames of the same table. May lower a quality to uncertain, never to bad.
 */
export interface Transform {
  next(frame: StampedFrame): StampedFrame;
  /** A frame as it was returned before a restart, newer than what is restored: what is remembered of it is remembered again. */
  recall?(frame: StampedFrame): void;
  snapshot(): Json;
  restore(state: Json): void;
}
