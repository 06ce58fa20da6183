import { z } from 'zod';
import type { ConditionDescription, Json, Judgement } from '../../gateway/contract/index.js';
import {
  afterReading,
  afterTick,
  type ConditionState,
  conditionOf,
  type Delays,
  normal,
  type Sign,
} from './condition.js';

const memory = z.object({
  active: z.boolean(),
  unknown: z.boolean(),
  since: z.number().nullable(),
  value: z.number().nullable(),
  quality: z.int().min(0).max(255),
  limit: z.number().nullable(),
});

/** A number as JSON has it. */
const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What one reading says of one condition. */
export interface Reading {
  readonly sign: Sign;
  readonly value: number;
  readonly quality: number;
  /** What the value was held against; NaN where there is none. */
  readonly limit: number;
}

/** One condition of a rule, with its delays and what it remembers. Every rule judges through it, so all delay alike. */
export class WatchedCondition {
  readonly description: ConditionDescription;
  readonly #delays: Delays;
  #state: ConditionState = normal;
  /** The last reading, for what a tick finds. */
  #value = Number.NaN;
  #quality = 0;
  #limit: number;

  constructor(description: ConditionDescription, delays: Delays) {
    this.description = description;
    this.#delays = delays;
    this.#limit = description.limit;
  }

  get isActive(): boolean {
    return this.#state.active;
  }

  /** Normal, known, and no delay runs: a reading that does not reach the limit has nothing to say. */
  get isCalm(): boolean {
    return !this.#state.active && !this.#state.unknown && this.#state.since === null;
  }

  /** Takes a reading; tells what changed by it, undefined when nothing did. */
  read({ sign, value, quality, limit }: Reading, instant: number): Judgement | undefined {
    this.#value = value;
    this.#quality = quality;
    this.#limit = limit;
    return this.#settle(afterReading(this.#state, sign, instant, this.#delays), instant);
  }

  tick(instant: number): Judgement | undefined {
    return this.#settle(afterTick(this.#state, instant, this.#delays), instant);
  }

  /** What asked it to turn is not known any more: a delay that ran begins anew. */
  holdBack(): void {
    if (this.#state.since !== null) this.#state = { ...this.#state, since: null };
  }

  assumeActive(): void {
    if (!this.#state.active) this.#state = { active: true, unknown: this.#state.unknown, since: null };
  }

  snapshot(): Json {
    return {
      ...this.#state,
      value: orNull(this.#value),
      quality: this.#quality,
      limit: orNull(this.#limit),
    };
  }

  restore(state: Json | undefined): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    const { active, unknown, since, value, quality, limit } = data;
    this.#state = { active, unknown, since };
    this.#value = value ?? Number.NaN;
    this.#quality = quality;
    this.#limit = limit ?? Number.NaN;
  }

  #settle(state: ConditionState, instant: number): Judgement | undefined {
    const before = this.#state;
    if (state === before) return undefined;
    this.#state = state;
    const condition = conditionOf(state);
    if (condition === conditionOf(before)) return undefined;
    const since = state.active === before.active ? instant : (before.since ?? instant);
    return {
      key: this.description.key,
      condition,
      value: this.#value,
      quality: this.#quality,
      limit: this.#limit,
      instant,
      since,
    };
  }
}
