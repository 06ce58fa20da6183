import type { Registries } from '../../../config/index.js';
import type { SiteConfig } from '../../../config/site.js';
import type {
  AlarmEntry,
  Entry,
  EventEntry,
  Frame,
  GapEntry,
  Json,
  Log,
  Moment,
  TagTable,
} from '../../contract/index.js';
import type { Activation } from '../../journal/index.js';
import { AlarmBook } from '../alarms/alarm-book.js';
import { EventBook } from '../alarms/event-book.js';
import { Findings } from '../alarms/findings.js';
import { type CompiledRules, compileRules } from '../compile-rules.js';
import { LateJudge } from '../alarms/late-judge.js';
import { Pipeline } from '../pipeline.js';
import { momentOf } from '../alarms/moments.js';
import { wasAway } from '../start-pipeline.js';
import { actOf } from './act-again.js';
import type { Coverage } from './coverage.js';

/** What one stage of a replay hands to the next: all that a restart of the gateway would find in its journal. */
export interface Handover {
  readonly tickedTo: number | undefined;
  readonly rules: Readonly<Record<string, Json>>;
  readonly findings: Json;
  readonly standing: readonly AlarmEntry[];
  readonly activations: readonly Activation[];
  readonly isFlooded: boolean;
  readonly active: ReadonlyMap<string, EventEntry>;
}

export interface StageOptions {
  readonly site: SiteConfig;
  readonly registries: Registries;
  /** Tables whose frames will come. */
  readonly tables: readonly TagTable[];
  readonly before: Handover | undefined;
  /** Told what there is to judge, and what is judged. */
  readonly coverage: Coverage;
  readonly note: (entry: Entry) => void;
  readonly log: Log;
}

/** Frames of one applied configuration judged again, by the very parts the running gateway judges with. */
export class Stage {
  readonly #rules: CompiledRules;
  readonly #pipeline: Pipeline;
  readonly #findings: Findings;
  readonly #alarms: AlarmBook;
  readonly #active: Map<string, EventEntry>;
  readonly #coverage: Coverage;

  constructor({ site, registries, tables, before, coverage, note, log }: StageOptions) {
    this.#rules = compileRules(site, tables, { registries, log });
    this.#active = new Map(before?.active);
    this.#coverage = coverage;
    const { events: conditions, alarms: definitions } = this.#rules;
    this.#alarms = new AlarmBook({
      definitions,
      note,
      standing: before?.standing ?? [],
      activations: before?.activations ?? [],
      isFlooded: before?.isFlooded ?? false,
    });
    const noteEvent = (entry: EventEntry): void => {
      if (entry.state === 'active') this.#active.set(entry.key, entry);
      else this.#active.delete(entry.key);
      note(entry);
    };
    const events = new EventBook({ conditions, note: noteEvent, active: this.#active });
    const all = new Map([...conditions, ...definitions]);
    coverage.compiled(all.keys());
    const late = new LateJudge({ rulesOf: this.#rules.untouched, alarms: definitions, note });
    const findings = new Findings({ alarms: this.#alarms, events, conditions: all, note, told: new Map(), late });
    this.#findings = findings;
    this.#rules.knowStanding((key) => findings.isStanding(key));
    this.#rules.restore(before?.rules ?? {});
    findings.restore(before?.findings);
    this.#pipeline = new Pipeline({
      tables: new Map(),
      rules: this.#rules.rules,
      phases: this.#rules.phases,
      times: this.#rules.times,
      stamp: () => ({ instant: 0, time: Number.NaN }),
      mark: (frame) => frame,
      store: () => undefined,
      onFrame: () => undefined,
      onInput: (input) => findings.passed(input),
      onJudged: (judged) => {
        coverage.found(judged.finding);
        findings.take(judged);
      },
      tickedTo: before?.tickedTo,
      log,
    });
  }

  frame(frame: Frame): void {
    this.#coverage.frame(frame);
    this.#pipeline.recall(frame);
  }

  tick(instant: number): void {
    this.#pipeline.tick(instant);
  }

  /**
   * Judges from now on without a start: devices have been there all along, nothing settles. A rule that is tried out until
   * some day calls nobody before it, where the time is known.
   */
  isHere(at: Moment): void {
    if (at.time !== null) this.#findings.applyConfiguration('', new Map(), null, at);
    this.#findings.goOn([], { instant: 0, time: null });
    for (const phase of this.#rules.phases.values()) Object.assign(phase, { isOut: false, settledFrom: 0 });
  }

  /** The gateway stopped in order. */
  stopped(): void {
    this.#findings.stop(this.#pipeline.tickedTo);
  }

  /** A start of the gateway, in the order in which it does things. */
  started(gap: GapEntry, configuration: string): void {
    const at = momentOf(gap);
    const { rules, formerKeys } = this.#rules;
    this.#findings.applyConfiguration(
      configuration,
      formerKeys,
      gap.tickedTo === null ? null : this.#pipeline.tickedTo,
      at,
    );
    this.#findings.goOn(rules, at);
    this.#pipeline.tick(gap.instant - 1);
    if (wasAway(gap)) this.#rules.beginAgain();
  }

  /** What a person did is done again; under other rules it may find nothing to act on. */
  act(entry: AlarmEntry): void {
    const act = actOf(entry);
    if (!act || !('act' in entry.cause)) return;
    const at = momentOf(entry);
    this.#pipeline.tick(at.instant);
    this.#findings.act(entry.key, act, entry.cause.act, at, entry.cause.after);
  }

  handOver(): Handover {
    const { tickedTo, rules } = this.#pipeline.snapshot();
    this.#pipeline.stop();
    return {
      tickedTo,
      rules,
      findings: this.#findings.snapshot(),
      standing: [...this.#alarms.standing.values()].map(({ last, state }) => ({ ...last, state })),
      activations: this.#alarms.activations,
      isFlooded: this.#alarms.isFlooded,
      active: this.#active,
    };
  }
}
