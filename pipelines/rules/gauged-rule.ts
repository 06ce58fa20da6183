import { z } from 'zod';
import type {
  CompiledRule,
  ConditionDescription,
  Finding,
  Json,
  Rule,
  StampedFrame,
} from '../../gateway/contract/index.js';
import type { Delays, Sign } from './condition.js';
import { assumeActiveAmong, conditionsSnapshot, isActiveAmong, restoreConditions } from './conditions-memory.js';
import type { FoundTag } from './each-table.js';
import type { Rest } from './rest.js';
import { WatchedCondition } from './watched-condition.js';

/** What a rule measures: one number drawn from frames, and what it remembers for that. It looks at timely frames only. */
export interface Gauge {
  /** As of the last look, NaN where there is no number; written over by the next look. */
  readonly value: number;
  readonly quality: number;
  /** Looks at a frame; false when the frame says nothing to it. */
  read(frame: StampedFrame): boolean;
  /** Looks at a second that has passed; false when nothing came of it. Without it a second ends delays and no more. */
  pass?(instant: number): boolean;
  /** Readings that reach no condition, whatever was read before them; undefined while each has to be looked at. */
  rest?(): Rest | undefined;
  snapshot(): Json;
  restore(state: Json): void;
}

/** A condition of a gauged rule: how it is told to people, and what the gauge says of it. */
export interface GaugedCondition<G extends Gauge> {
  readonly description: ConditionDescription;
  readonly signOf: (gauge: G) => Sign;
  /** Told sooner than the sign: it is known, and not reached. Asked first, where it is worth that. */
  readonly isFarFrom?: (gauge: G) => boolean;
}

interface Watched<G extends Gauge> extends Omit<GaugedCondition<G>, 'description'> {
  readonly condition: WatchedCondition;
}

const nothing: readonly Finding[] = [];
const memory = z.object({ conditions: z.unknown(), gauge: z.unknown() });

/** One gauge and the conditions that are held against it. */
class GaugedRule<G extends Gauge> implements Rule {
  readonly #gauge: G;
  readonly #watched: readonly Watched<G>[];
  readonly #conditions: readonly WatchedCondition[];

  constructor(gauge: G, watched: readonly Watched<G>[]) {
    this.#gauge = gauge;
    this.#watched = watched;
    this.#conditions = watched.map(({ condition }) => condition);
  }

  quietZone(): Rest | undefined {
    return this.#isCalm ? this.#gauge.rest?.() : undefined;
  }

  next(frame: StampedFrame): readonly Finding[] {
    if (frame.late === true || !this.#gauge.read(frame)) return nothing;
    return this.#judge(frame.instant);
  }

  tick(instant: number): readonly Finding[] {
    if (this.#gauge.pass?.(instant) === true) return this.#judge(instant);
    let told: Finding[] | undefined;
    for (const condition of this.#conditions) {
      const judged = condition.isCalm ? undefined : condition.tick(instant);
      if (judged) told = [...(told ?? nothing), judged];
    }
    return told ?? nothing;
  }

  #judge(instant: number): readonly Finding[] {
    let told: Finding[] | undefined;
    for (const { condition, signOf, isFarFrom } of this.#watched) {
      if (condition.isCalm && isFarFrom?.(this.#gauge) === true) continue;
      const sign = signOf(this.#gauge);
      if (condition.isCalm && (sign === 'returned' || sign === 'between')) continue;
      const { value, quality } = this.#gauge;
      const judged = condition.read({ sign, value, quality, limit: condition.description.limit }, instant);
      if (judged) told = [...(told ?? nothing), judged];
    }
    return told ?? nothing;
  }

  get #isCalm(): boolean {
    for (const { isCalm } of this.#conditions) if (!isCalm) return false;
    return true;
  }

  snapshot(): Json {
    const gauge = this.#gauge.snapshot();
    return gauge === null && this.#isCalm ? null : { conditions: conditionsSnapshot(this.#conditions), gauge };
  }

  restore(state: Json): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    restoreConditions(this.#conditions, data.conditions as Json | undefined);
    this.#gauge.restore((data.gauge ?? null) as Json);
  }

  isActive(key: string): boolean {
    return isActiveAmong(this.#conditions, key);
  }

  assumeActive(key: string): void {
    assumeActiveAmong(this.#conditions, key);
  }
}

/** A rule of one gauge, with its conditions, all of the same delays. */
export function gaugedRule<G extends Gauge>(
  gauge: G,
  conditions: readonly GaugedCondition<G>[],
  delays: Delays,
): Pick<CompiledRule, 'rule' | 'conditions'> {
  const watched = conditions.map(({ description, ...signs }) => ({
    condition: new WatchedCondition(description, delays),
    ...signs,
  }));
  return { rule: new GaugedRule(gauge, watched), conditions: conditions.map(({ description }) => description) };
}

/** How a condition of one tag is told. */
export const describeOn = (
  name: string,
  { table, tag }: FoundTag,
  kind: string,
  told: Pick<ConditionDescription, 'limit' | 'unit' | 'message'>,
): ConditionDescription => ({
  key: `${name}/${table.device}/${tag.name}/${kind}`,
  device: table.device,
  tag: tag.name,
  kind,
  ...told,
});
