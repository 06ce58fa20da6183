import {
  type Exceedance,
  type Finding,
  type Json,
  Quality,
  type QuietZone,
  type Rule,
  type RuleDefinition,
  type StampedFrame,
} from '../../gateway/contract/index.js';
import { assumeActiveAmong, conditionsSnapshot, isActiveAmong, restoreConditions } from './conditions-memory.js';
import { eachTable, type FoundTag, findTags } from './each-table.js';
import { Exceedances } from './exceedances.js';
import { compileLimit, type Limit, limitMessage, signOf } from './limit.js';
import { type LimitsConfig, limitKinds, limitsConfig } from './limits-config.js';
import { compileMovingLimits } from './moving-limits.js';
import { WatchedCondition } from './watched-condition.js';

const nothing: readonly Finding[] = [];

/** One limit, its condition, and the exceedances beside it. */
interface Watched {
  readonly limit: Limit;
  readonly condition: WatchedCondition;
  readonly exceedances: Exceedances;
}

const isCalm = ({ condition, exceedances }: Watched): boolean => condition.isCalm && !exceedances.isRunning;

/** The limits of one tag of one table. */
class LimitsRule implements Rule {
  readonly #watched: readonly Watched[];
  readonly #conditions: readonly WatchedCondition[];
  /** Strictly between these no limit is reached. */
  readonly #zone: QuietZone;
  /** Every condition is normal and no delay runs: a value in the quiet zone has nothing to say. */
  #isCalm = true;

  constructor(slot: number, watched: readonly Watched[]) {
    this.#watched = watched;
    this.#conditions = watched.map(({ condition }) => condition);
    const froms = (side: 1 | -1) =>
      watched.filter(({ limit }) => limit.side === side).map(({ limit }) => limit.reachedFrom);
    this.#zone = { slot, below: Math.min(...froms(1)), above: -Math.min(...froms(-1)) };
  }

  quietZone(): QuietZone | undefined {
    return this.#isCalm ? this.#zone : undefined;
  }

  next(frame: StampedFrame): readonly Finding[] {
    if (frame.late === true) return nothing;
    const { slot } = this.#zone;
    const value = frame.values[slot] as number;
    const quality = frame.quality[slot] as number;
    if (quality === Quality.absent) return nothing;
    let told: Finding[] | undefined;
    let isCalmNow = true;
    for (const one of this.#watched) {
      const { limit, condition, exceedances } = one;
      const sign = signOf(limit, value, quality);
      if ((sign === 'returned' || sign === 'between') && isCalm(one)) continue;
      const ended = sign === 'unknown' ? undefined : exceedances.read(sign === 'reached', value, frame);
      if (ended) (told ??= []).push(ended);
      const judged = condition.read({ sign, value, quality, limit: limit.limit }, frame.instant);
      if (judged) (told ??= []).push(judged);
      isCalmNow &&= isCalm(one);
    }
    this.#isCalm = isCalmNow;
    return told ?? nothing;
  }

  tick(instant: number): readonly Finding[] {
    if (this.#isCalm) return nothing;
    let told: Finding[] | undefined;
    for (const { condition } of this.#watched) {
      const judged = condition.isCalm ? undefined : condition.tick(instant);
      if (judged) (told ??= []).push(judged);
    }
    if (told) this.#isCalm = this.#watched.every(isCalm);
    return told ?? nothing;
  }

  snapshot(): Json {
    if (this.#isCalm) return null;
    return {
      conditions: conditionsSnapshot(this.#conditions),
      exceedances: Object.fromEntries(
        this.#watched.map(({ limit, exceedances }) => [limit.kind, exceedances.snapshot()]),
      ),
    };
  }

  restore(state: Json): void {
    if (typeof state !== 'object' || state === null || Array.isArray(state)) return;
    const { conditions, exceedances: saved } = state as { readonly [part: string]: Json };
    restoreConditions(this.#conditions, conditions);
    const running = typeof saved === 'object' && saved !== null ? (saved as { readonly [kind: string]: Json }) : {};
    for (const { limit, exceedances } of this.#watched) exceedances.restore(running[limit.kind]);
    this.#isCalm = this.#watched.every(isCalm);
  }

  exceeding(): readonly Exceedance[] {
    return this.#isCalm ? [] : this.#watched.flatMap(({ exceedances }) => exceedances.soFar() ?? []);
  }

  isActive(key: string): boolean {
    return isActiveAmong(this.#conditions, key);
  }

  assumeActive(key: string): void {
    assumeActiveAmong(this.#conditions, key);
    this.#isCalm = this.#watched.every(isCalm);
  }
}

function compile(name: string, config: LimitsConfig, { table, slot, tag }: FoundTag) {
  const delays = { onDelayMs: config.onDelay ?? 0, offDelayMs: config.offDelay ?? 0 };
  const watched = limitKinds.flatMap((kind): Watched[] => {
    const at = config[kind];
    if (typeof at !== 'number') return [];
    const limit = compileLimit(kind, at, config.deadband, tag.resolution);
    const key = `${name}/${table.device}/${tag.name}/${kind}`;
    const description = {
      key,
      device: table.device,
      tag: tag.name,
      kind,
      limit: at,
      unit: tag.unit,
      message: config.message ?? limitMessage(table.device, tag, limit),
    };
    return [{ limit, condition: new WatchedCondition(description, delays), exceedances: new Exceedances(key, limit) }];
  });
  return {
    rule: new LimitsRule(slot, watched),
    conditions: watched.map(({ condition }) => condition.description),
  };
}

/**
 * Limits of one tag: HH, H, L, LL, each a condition of its own. On when the limit is reached for `onDelay`, off when the
 * value is behind limit and `deadband` for `offDelay`, in `instant`. Over range counts as beyond the highest limit, under
 * range as beyond the lowest. A bad reading makes a condition unknown, told once, and changes nothing else; a frame that
 * says nothing of the tag leaves all as it was.
 * Limits may move: with another tag, by a formula, or with the season.
 * Conditions start normal; late frames are not judged. Each time the value was beyond a limit is told as an exceedance,
 * by the bare limit.
 */
export const limits: RuleDefinition<LimitsConfig> = {
  summary: { en: 'High and low limits with deadband and delays', zh: '上下限报警，带回差和延时' },
  config: limitsConfig,
  judges: 'values',
  create(name, config, tables, all) {
    const moves = limitKinds.some((kind) => typeof config[kind] === 'object');
    if (!moves) return eachTable(tables, config.tag, (found) => compile(name, config, found));
    return findTags(tables, config.tag).flatMap((found) => compileMovingLimits(name, config, found, all));
  },
};
