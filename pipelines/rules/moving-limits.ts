import { z } from 'zod';
import {
  type CompiledRule,
  type Exceedance,
  type Finding,
  type Json,
  Quality,
  type Rule,
  type StampedFrame,
  type TagTableSpec,
} from '../../gateway/contract/index.js';
import { assumeActiveAmong, conditionsSnapshot, isActiveAmong, restoreConditions } from './conditions-memory.js';
import { type FoundTag, tableKey } from './each-table.js';
import { Exceedances } from './exceedances.js';
import { compileLimit, type Limit, limitMessage, signOf } from './limit.js';
import { compileSource, constantSource, type LimitSource } from './limit-source.js';
import { type LimitKind, type LimitsConfig, limitKinds } from './limits-config.js';
import { WatchedCondition } from './watched-condition.js';

const nothing: readonly Finding[] = [];
const memory = z.object({
  conditions: z.unknown(),
  limits: z.record(z.string(), z.object({ source: z.array(z.number().nullable()), exceedance: z.unknown() })),
});

const sideOf = (kind: LimitKind): 1 | -1 => (kind === 'HH' || kind === 'H' ? 1 : -1);

/** One limit that moves, its condition, and the exceedances beside it, held against where the limit is now. */
class MovingLimit {
  readonly kind: LimitKind;
  readonly side: 1 | -1;
  readonly source: LimitSource;
  readonly condition: WatchedCondition;
  readonly exceedances: Exceedances;
  readonly #compile: (at: number) => Limit;
  #limit: Limit;

  constructor(kind: LimitKind, source: LimitSource, condition: WatchedCondition, compile: (at: number) => Limit) {
    this.kind = kind;
    this.side = sideOf(kind);
    this.source = source;
    this.condition = condition;
    this.#compile = compile;
    this.#limit = compile(source.limit);
    this.exceedances = new Exceedances(condition.description.key, this.#asNow());
  }

  judge(value: number, quality: number, frame: StampedFrame): readonly Finding[] {
    const { limit } = this.source;
    if (!Object.is(limit, this.#limit.limit)) this.#limit = this.#compile(limit);
    // Over range is beyond every limit, also beyond one that is not known yet.
    const isKnown = !Number.isNaN(limit) || quality === this.#limit.beyond;
    const sign = isKnown ? signOf(this.#limit, value, quality) : 'unknown';
    const ended = sign === 'unknown' ? undefined : this.exceedances.read(sign === 'reached', value, frame);
    const judged = this.condition.read({ sign, value, quality, limit }, frame.instant);
    return [...(ended ? [ended] : []), ...(judged ? [judged] : [])];
  }

  /** The limit as it is whenever it is looked at. */
  #asNow(): Limit {
    const now = () => this.#limit;
    return {
      kind: this.kind,
      side: this.side,
      get limit() {
        return now().limit;
      },
      get reachedFrom() {
        return now().reachedFrom;
      },
      get returnedBelow() {
        return now().returnedBelow;
      },
      get beyond() {
        return now().beyond;
      },
    };
  }
}

/** The limits of one tag of one table, where at least one of them moves. */
class MovingLimitsRule implements Rule {
  readonly #found: FoundTag;
  readonly #limits: readonly MovingLimit[];
  readonly #conditions: readonly WatchedCondition[];

  constructor(found: FoundTag, limits: readonly MovingLimit[]) {
    this.#found = found;
    this.#limits = limits;
    this.#conditions = limits.map(({ condition }) => condition);
  }

  next(frame: StampedFrame): readonly Finding[] {
    if (frame.late === true) return nothing;
    for (const { source } of this.#limits) source.read(frame);
    const { table, slot } = this.#found;
    if (frame.table.device !== table.device || frame.table.group !== table.group) return nothing;
    const value = frame.values[slot] as number;
    const quality = frame.quality[slot] as number;
    if (quality === Quality.absent) return nothing;
    return this.#limits.flatMap((limit) => limit.judge(value, quality, frame));
  }

  tick(instant: number): readonly Finding[] {
    return this.#conditions.flatMap((condition) => condition.tick(instant) ?? []);
  }

  snapshot(): Json {
    const limits = this.#limits.map(({ kind, source, exceedances }) => [
      kind,
      { source: source.memory.map((one) => (Number.isFinite(one) ? one : null)), exceedance: exceedances.snapshot() },
    ]);
    return { conditions: conditionsSnapshot(this.#conditions), limits: Object.fromEntries(limits) as Json };
  }

  restore(state: Json): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    restoreConditions(this.#conditions, data.conditions as Json | undefined);
    for (const { kind, source, exceedances } of this.#limits) {
      const saved = Object.hasOwn(data.limits, kind) ? data.limits[kind] : undefined;
      if (saved) source.restore(saved.source.map((one) => one ?? Number.NaN));
      exceedances.restore(saved?.exceedance as Json | undefined);
    }
  }

  exceeding(): readonly Exceedance[] {
    return this.#limits.flatMap(({ exceedances }) => exceedances.soFar() ?? []);
  }

  isActive(key: string): boolean {
    return isActiveAmong(this.#conditions, key);
  }

  assumeActive(key: string): void {
    assumeActiveAmong(this.#conditions, key);
  }
}

/** Limits of which at least one moves; nothing when a tag that one follows is nowhere. */
export function compileMovingLimits(
  name: string,
  config: LimitsConfig,
  found: FoundTag,
  all: readonly TagTableSpec[],
): CompiledRule[] {
  const { table, tag } = found;
  const delays = { onDelayMs: config.onDelay ?? 0, offDelayMs: config.offDelay ?? 0 };
  const limits: MovingLimit[] = [];
  for (const kind of limitKinds) {
    const setting = config[kind];
    if (setting === undefined) continue;
    const isNumber = typeof setting === 'number';
    const source = isNumber ? constantSource(setting) : compileSource(setting, sideOf(kind), found, all);
    if (!source) return [];
    const compile = (at: number): Limit => compileLimit(kind, at, config.deadband, tag.resolution);
    const generated = limitMessage(table.device, tag, compile(source.limit), isNumber ? undefined : source.text);
    const description = {
      key: `${name}/${table.device}/${tag.name}/${kind}`,
      device: table.device,
      tag: tag.name,
      kind,
      limit: isNumber ? setting : Number.NaN,
      unit: tag.unit,
      message: config.message ?? generated,
    };
    limits.push(new MovingLimit(kind, source, new WatchedCondition(description, delays), compile));
  }
  const tables = new Map([table, ...limits.flatMap(({ source }) => source.tables)].map((one) => [tableKey(one), one]));
  return [
    {
      key: tableKey(table),
      rule: new MovingLimitsRule(found, limits),
      tables: [...tables.values()],
      conditions: limits.map(({ condition }) => condition.description),
    },
  ];
}
