import type { Judged } from '../../pipelines/index.js';
import { type ConditionDescription, type EventEntry, qualityName } from '../contract/index.js';
import type { Journal } from '../journal/index.js';

type Stamp = () => { instant: number; time: number };

/**
 * Turns judgements into events: one a change of a condition's last known state. What is active is a fold of the events
 * themselves, so an event and the state it leads to are one record. `unknown` neither raises nor clears.
 */
export class EventBook {
  readonly #journal: Journal;
  readonly #conditions: ReadonlyMap<string, ConditionDescription>;
  /** Judgements while journaled frames are gone through again: only the last of each condition counts. */
  #recalled: Map<string, Judged> | undefined = new Map();
  /** Conditions whose rule failed meanwhile, and the rule. */
  readonly #failedInRecall = new Map<string, string>();
  #stamp: Stamp = () => ({ instant: 0, time: Number.NaN });

  constructor(journal: Journal, conditions: ReadonlyMap<string, ConditionDescription>) {
    this.#journal = journal;
    this.#conditions = conditions;
  }

  /**
   * Called once, after the recall: from now on changes are noted as they come. What the applied configuration no longer
   * has, or whose rule begins anew, cannot stay active: it ends here, named as such, and a rule that still finds it so
   * raises it again. So does what a rule had found that failed in the recall.
   */
  start(stamp: Stamp, configuration: string, goesOn: (key: string) => boolean): void {
    this.#stamp = stamp;
    for (const [key, event] of this.#journal.active) {
      const failed = this.#failedInRecall.get(key);
      if (!this.#conditions.has(key) || !goesOn(key)) {
        this.#journal.note({ ...event, ...stamp(), state: 'normal', value: null, cause: { configuration } });
      } else if (failed !== undefined) this.#endByFailure(event, failed);
    }
    const recalled = this.#recalled ?? new Map<string, Judged>();
    this.#recalled = undefined;
    for (const judged of recalled.values()) this.judged(judged);
  }

  /**
   * A rule failed and begins anew: it does not know what it had found active, and would never say that it is over. That
   * ends here, by an event that names the rule; what the rule still finds so it raises again.
   */
  ruleFailed(rule: string, conditions: readonly ConditionDescription[]): void {
    for (const { key } of conditions) {
      const event = this.#journal.active.get(key);
      if (this.#recalled) {
        this.#recalled.delete(key);
        this.#failedInRecall.set(key, rule);
      } else if (event) this.#endByFailure(event, rule);
    }
  }

  judged(judged: Judged): void {
    const { judgement, cause } = judged;
    if (judgement.condition === 'unknown') return;
    if (this.#recalled) {
      this.#recalled.set(judgement.key, judged);
      return;
    }
    const state = judgement.condition ? 'active' : 'normal';
    const described = this.#conditions.get(judgement.key);
    if (!described || this.#journal.active.has(judgement.key) === judgement.condition) return;
    const { device, tag, kind, unit, message } = described;
    const entry: EventEntry = {
      kind: 'event',
      ...this.#stamp(),
      key: judgement.key,
      device,
      tag,
      limitKind: kind,
      state,
      value: Number.isNaN(judgement.value) ? null : judgement.value,
      limit: judgement.limit,
      unit,
      quality: qualityName(judgement.quality),
      cause: causeOf(cause),
      message,
    };
    this.#journal.note(entry);
  }

  #endByFailure(event: EventEntry, rule: string): void {
    const stamp = this.#stamp();
    const message = {
      en: `Rule ${rule} failed and began anew; ended by that: ${event.message.en}`,
      zh: `规则 ${rule} 运行出错并重新开始，因此结束：${event.message.zh}`,
    };
    this.#journal.note({ ...event, ...stamp, state: 'normal', value: null, cause: { tick: stamp.instant }, message });
  }
}

function causeOf(cause: Judged['cause']): EventEntry['cause'] {
  if ('tick' in cause) return { tick: cause.tick };
  const { frame } = cause;
  return 'sequence' in frame ? { sequence: frame.sequence as number } : { tick: frame.instant };
}
