import type { z } from 'zod';
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
  /** The value judged, its quality byte, and the limit it was held against, in the tag's unit. */
  readonly value: number;
  readonly quality: number;
  readonly limit: number;
  /** When the condition became so: ms on the gateway's timeline. */
  readonly instant: number;
}

/**
 * Judges frames of the tables it was created for. Reads no clock and does no I/O: time reaches it as data. Called in
 * order of `instant`; all ticks up to a frame's instant come before that frame. Returns only what changed.
 */
export interface Rule {
  next(frame: StampedFrame): readonly Judgement[];
  /** Each whole second of `instant`. */
  tick(instant: number): readonly Judgement[];
  /** Everything it remembers, so that a restart goes on where it was. */
  snapshot(): Json;
  /** Called at most once, before the first frame. Refuses nothing: what it cannot use it starts afresh. */
  restore(state: Json): void;
}

/** A condition a rule can raise, described once when the rule is created. */
export interface ConditionDescription {
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  readonly kind: string;
  readonly limit: number;
  readonly unit: string;
  readonly message: Text;
}

export interface CompiledRule {
  readonly rule: Rule;
  readonly conditions: readonly ConditionDescription[];
}

export interface RuleDefinition<Config> {
  readonly summary: Text;
  readonly config: z.ZodType<Config>;
  /** Compiles a rule for one table; `undefined` when the table has none of its tags. */
  create(name: string, config: Config, table: TagTableSpec): CompiledRule | undefined;
}

/**
 * Cleans or derives: returns the frame itself or one that shares the untouched columns. Pure but for what it remembers
 * of earlier frames of the same table. May lower a quality to uncertain, never to bad.
 */
export interface Transform {
  next(frame: StampedFrame): StampedFrame;
  snapshot(): Json;
  restore(state: Json): void;
}
