import { z } from 'zod';
import type { Judged } from '../../../pipelines/index.js';
import type {
  Cause,
  ConditionDescription,
  Exceedance,
  ExceedanceEntry,
  Finding,
  Frame,
  Json,
  Judgement,
  Moment,
  Rule,
  StampedFrame,
} from '../../contract/index.js';
import type { AlarmBook } from './alarm-book.js';
import type { ActRefusal, AlarmAct } from './act.js';
import { CutExceedances } from './cut-exceedances.js';
import type { EventBook } from './event-book.js';
import type { LateJudge } from './late-judge.js';
import { momentOf } from './moments.js';

const memory = z.object({
  lastFrame: z.object({ instant: z.number(), time: z.number().nullable() }),
  lastKnown: z.record(z.string(), z.number()),
  exceeding: z.array(z.custom<ExceedanceEntry>((one) => typeof one === 'object' && one !== null)).default([]),
});

/** A rule and its conditions, as far as a start needs them. */
export interface StartedRule {
  readonly rule: Pick<Rule, 'isActive' | 'assumeActive' | 'exceeding'>;
  readonly conditions: readonly ConditionDescription[];
}

export interface FindingsOptions {
  readonly alarms: AlarmBook;
  readonly events: EventBook;
  /** All conditions by key: what an exceedance tells of. */
  readonly conditions: ReadonlyMap<string, ConditionDescription>;
  readonly note: (entry: ExceedanceEntry) => void;
  /** Judges history that is filled in afterwards. */
  readonly late: LateJudge;
  /** Instant at which the last exceedance journaled of each condition began: what is found again is not told again. */
  readonly told: ReadonlyMap<string, number>;
}

/**
 * Where what rules find becomes what the journal keeps: alarms, events, exceedances. A tick has no label of its own: it
 * goes by the last frame's, so that a replay of the journal labels it alike.
 */
export class Findings {
  readonly #options: FindingsOptions;
  /** Judgements while journaled frames are gone through again: only the last of each condition counts. */
  #recalled: Map<string, Judged> | undefined = new Map();
  #lastFrame: Moment = { instant: 0, time: null };
  #rules: readonly StartedRule[] = [];
  readonly #cut = new CutExceedances();

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  /** Called with each input before the rules are asked. */
  passed(input: Judged['cause']): void {
    if ('frame' in input) {
      this.#lastFrame = momentOf(input.frame);
      if (this.#recalled) this.#cut.recall(input.frame);
      else if (input.frame.late && isStored(input.frame)) this.#options.late.take(input.frame);
    } else if (!this.#recalled) {
      this.#options.alarms.tick(this.#momentOf(input.tick));
    }
  }

  take(judged: Judged): void {
    const { finding, cause } = judged;
    if ('exceeded' in finding) this.#exceeded(finding);
    else if (!this.#recalled) this.#judge(finding, judged, causeOf(cause));
    else if (finding.condition !== 'unknown') this.#recalled.set(finding.key, judged);
  }

  /** A person's act on one alarm. Undefined when it was done. */
  act(key: string, act: AlarmAct, who: string, at: Moment, after: number): ActRefusal | undefined {
    const { alarms } = this.#options;
    // What is refused leaves no trace, so that a replay, which does not know of it, finds the same.
    const refusal = alarms.try(key, act, who, at);
    if (refusal) return refusal;
    alarms.tick(at);
    return alarms.act(key, act, who, at, after);
  }

  /**
   * Called once, after the recall: from now on what is found is noted as it comes. The books have the last word on what
   * stands: a frame that raised an alarm may have been lost with the last moments before a crash, its alarm was not.
   * What rules found in the recall and the books do not know is raised now.
   */
  goOn(rules: readonly StartedRule[], at: Moment): void {
    const recalled = this.#recalled ?? new Map<string, Judged>();
    this.#recalled = undefined;
    this.#options.late.forget();
    this.#rules = rules;
    for (const { rule, conditions } of rules) {
      for (const condition of conditions) {
        const { key } = condition;
        const stands = this.isStanding(key);
        const isFound = rule.isActive(key);
        if (stands && !isFound) rule.assumeActive(key);
        if (isFound && (!stands || !this.#options.alarms.isSuppressingAll(key))) {
          const judged = recalled.get(key);
          const { cause, spreadMs = 0 } = judged ?? {};
          const judgement = (judged?.finding as Judgement | undefined) ?? unseen(condition, at);
          this.#judge(judgement, { spreadMs }, cause ? causeOf(cause) : { tick: at.instant }, at);
        }
      }
    }
  }

  /**
   * A configuration begins to hold. Called at each start, before anything goes on, so that rules find their alarms; time
   * has been counted up to `tickedTo`, null when it never was.
   */
  applyConfiguration(
    configuration: string,
    formerKeys: ReadonlyMap<string, readonly string[]>,
    tickedTo: number | null,
    startedAt: Moment,
  ): void {
    const at = tickedTo === null ? startedAt : this.#momentOf(tickedTo);
    this.#options.alarms.applyConfiguration(configuration, formerKeys, at);
    this.#options.events.applyConfiguration(configuration, formerKeys, at);
    const known = new Set([...this.#options.conditions.keys(), ...[...formerKeys.values()].flat()]);
    for (const entry of this.#cut.take(known, configuration)) if (this.#isUntold(entry)) this.#options.note(entry);
  }

  /** The gateway stops in order; time has been counted up to `instant`. */
  stop(instant: number): void {
    this.#options.alarms.tellKept(this.#momentOf(instant));
  }

  /** Whether a condition is in force by the books. */
  isStanding(key: string): boolean {
    const { alarms, events } = this.#options;
    return alarms.stateOf(key).isAbnormal || events.isActive(key) || alarms.isSuppressing(key);
  }

  /** The label ticks go by, since when conditions are not known, and what goes on beyond a limit. */
  snapshot(): Json {
    const exceeding = this.#rules.flatMap(({ rule }) => rule.exceeding?.() ?? []);
    return {
      lastFrame: { ...this.#lastFrame },
      lastKnown: this.#options.alarms.lastKnownSnapshot(),
      exceeding: exceeding.flatMap((one) => (this.#entryOf(one) as Json | undefined) ?? []),
    };
  }

  restore(state: Json | undefined): void {
    const { success, data } = memory.safeParse(state);
    if (!success) return;
    this.#lastFrame = data.lastFrame;
    this.#cut.restore(data.exceeding.map((one) => ({ ...one, time: one.time ?? Number.NaN })));
    this.#options.alarms.restoreLastKnown(data.lastKnown);
  }

  #judge(judgement: Judgement, { spreadMs }: Pick<Judged, 'spreadMs'>, cause: Cause, at?: Moment): void {
    const moment = at ?? this.#momentOf(judgement.instant);
    this.#options.alarms.judge(judgement, cause, moment, spreadMs);
    this.#options.events.judge(judgement, cause, moment);
  }

  #exceeded(exceedance: Exceedance): void {
    const entry = this.#entryOf(exceedance);
    if (entry && this.#isUntold(entry)) this.#options.note(entry);
  }

  #isUntold({ key, began }: ExceedanceEntry): boolean {
    return began.instant > (this.#options.told.get(key) ?? Number.NEGATIVE_INFINITY);
  }

  #entryOf({ exceeded, limit, began, instant, peak, mean, readings }: Exceedance): ExceedanceEntry | undefined {
    const described = this.#options.conditions.get(exceeded);
    if (!described) return undefined;
    const { time } = this.#momentOf(instant);
    return {
      kind: 'exceedance',
      instant,
      time: time ?? Number.NaN,
      key: exceeded,
      device: described.device,
      tag: described.tag,
      limitKind: described.kind,
      limit: Number.isNaN(limit) ? null : limit,
      unit: described.unit,
      began,
      durationMs: instant - began.instant,
      peak: Number.isNaN(peak) ? null : peak,
      mean: Number.isNaN(mean) ? null : mean,
      readings,
    };
  }

  #momentOf(instant: number): Moment {
    const { time, instant: last } = this.#lastFrame;
    return { instant, time: time === null ? null : time + instant - last };
  }
}

const isStored = (frame: StampedFrame): frame is Frame => 'sequence' in frame;

function causeOf(cause: Judged['cause']): Cause {
  if ('tick' in cause) return { tick: cause.tick };
  const { frame } = cause;
  if (!isStored(frame)) return { tick: frame.instant };
  return { sequence: frame.sequence, device: frame.table.device };
}

/** A condition that is in force from before the journal's memory of it. */
const unseen = ({ key, limit }: ConditionDescription, at: Moment): Judgement & Finding => ({
  key,
  condition: true,
  value: Number.NaN,
  quality: 0,
  limit,
  instant: at.instant,
  since: at.instant,
});
