import { z } from 'zod';
import {
  hasValue,
  type Json,
  type Judgement,
  Quality,
  type Rule,
  type RuleDefinition,
  type StampedFrame,
} from '../../gateway/contract/index.js';
import { afterReading, afterTick, type ConditionState, conditionOf, type Delays, normal } from './condition.js';
import { compileLimit, type Limit, limitMessage, signOf } from './limit.js';
import { type LimitsConfig, limitKinds, limitsConfig } from './limits-config.js';

const nothing: readonly Judgement[] = [];
const over = Quality['uncertain-over-range'];
const under = Quality['uncertain-under-range'];

const memory = z.object({
  value: z.number().nullable(),
  quality: z.int().min(0).max(255),
  conditions: z.record(
    z.string(),
    z.object({ active: z.boolean(), unknown: z.boolean(), since: z.number().nullable() }),
  ),
});

/** One limit with its key and what it remembers. */
interface Watched {
  readonly key: string;
  readonly limit: Limit;
  state: ConditionState;
}

const isCalm = ({ state }: Watched): boolean => !state.active && !state.unknown && state.since === null;

/** The limits of one tag of one table. */
class LimitsRule implements Rule {
  readonly #slot: number;
  readonly #watched: readonly Watched[];
  readonly #delays: Delays;
  /** Strictly between these no limit is reached. */
  readonly #quietAbove: number;
  readonly #quietBelow: number;
  /** Every condition is normal and no delay runs: a value in the quiet zone has nothing to say. */
  #isCalm = true;
  /** The last reading judged, for what a tick finds. */
  #value = Number.NaN;
  #quality: number = Quality.absent;

  constructor(slot: number, watched: readonly Watched[], delays: Delays) {
    this.#slot = slot;
    this.#watched = watched;
    this.#delays = delays;
    const froms = (side: 1 | -1) =>
      watched.filter(({ limit }) => limit.side === side).map(({ limit }) => limit.reachedFrom);
    this.#quietBelow = Math.min(...froms(1));
    this.#quietAbove = -Math.min(...froms(-1));
  }

  next(frame: StampedFrame): readonly Judgement[] {
    if (frame.late === true) return nothing;
    const value = frame.values[this.#slot] as number;
    const quality = frame.quality[this.#slot] as number;
    this.#value = value;
    this.#quality = quality;
    const isPlain = hasValue(quality) && quality !== over && quality !== under;
    if (this.#isCalm && isPlain && value > this.#quietAbove && value < this.#quietBelow) return nothing;
    let told: Judgement[] | undefined;
    for (const watched of this.#watched) {
      const sign = signOf(watched.limit, value, quality);
      const state = afterReading(watched.state, sign, frame.instant, this.#delays);
      if (state !== watched.state) told = this.#settle(watched, state, frame.instant, told);
    }
    this.#isCalm = this.#watched.every(isCalm);
    return told ?? nothing;
  }

  tick(instant: number): readonly Judgement[] {
    if (this.#isCalm) return nothing;
    let told: Judgement[] | undefined;
    for (const watched of this.#watched) {
      const state = afterTick(watched.state, instant, this.#delays);
      if (state !== watched.state) told = this.#settle(watched, state, instant, told);
    }
    this.#isCalm = this.#watched.every(isCalm);
    return told ?? nothing;
  }

  /** Puts a state in force and adds what changed by it to what is told; allocates only then. */
  #settle(
    watched: Watched,
    state: ConditionState,
    instant: number,
    told: Judgement[] | undefined,
  ): Judgement[] | undefined {
    const before = conditionOf(watched.state);
    watched.state = state;
    const condition = conditionOf(state);
    if (condition === before) return told;
    const { key, limit } = watched;
    const judgement = { key, condition, value: this.#value, quality: this.#quality, limit: limit.limit, instant };
    return [...(told ?? nothing), judgement];
  }

  snapshot(): Json {
    return {
      value: Number.isNaN(this.#value) ? null : this.#value,
      quality: this.#quality,
      conditions: Object.fromEntries(this.#watched.map(({ limit, state }) => [limit.kind, { ...state }])),
    };
  }

  restore(state: Json): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    this.#value = data.value ?? Number.NaN;
    this.#quality = data.quality;
    for (const watched of this.#watched) watched.state = data.conditions[watched.limit.kind] ?? normal;
    this.#isCalm = this.#watched.every(
      ({ state: { active, unknown, since } }) => !active && !unknown && since === null,
    );
  }
}

/**
 * Limits of one tag: HH, H, L, LL, each a condition of its own. On when the limit is reached for `onDelay`, off when the
 * value is behind limit and `deadband` for `offDelay`, in `instant`. Over range counts as beyond the highest limit, under
 * range as beyond the lowest. A bad or absent reading makes a condition unknown, told once, and changes nothing else.
 * Conditions start normal; late frames are not judged.
 */
export const limits: RuleDefinition<LimitsConfig> = {
  summary: { en: 'High and low limits with deadband and delays', zh: '上下限报警，带回差和延时' },
  config: limitsConfig,
  create(name, config, table) {
    const slot = table.tags.findIndex((tag) => tag.name === config.tag && tag.type !== 'text');
    const tag = table.tags[slot];
    if (tag === undefined) return undefined;
    const watched = limitKinds.flatMap((kind): Watched[] => {
      const at = config[kind];
      if (at === undefined) return [];
      const limit = compileLimit(kind, at, config.deadband, tag.resolution);
      return [{ key: `${name}/${table.device}/${tag.name}/${kind}`, limit, state: normal }];
    });
    return {
      rule: new LimitsRule(slot, watched, { onDelayMs: config.onDelay ?? 0, offDelayMs: config.offDelay ?? 0 }),
      conditions: watched.map(({ key, limit }) => ({
        key,
        device: table.device,
        tag: tag.name,
        kind: limit.kind,
        limit: limit.limit,
        unit: tag.unit,
        message: config.message ?? limitMessage(table.device, tag, limit),
      })),
    };
  },
};
