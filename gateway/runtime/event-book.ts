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
  #stamp: Stamp = () => ({ instant: 0, time: Number.NaN });

  constructor(journal: Journal, conditions: ReadonlyMap<string, ConditionDescription>) {
    this.#journal = journal;
    this.#conditions = conditions;
  }

  /**
   * Called once, after the recall: from now on changes are noted as they come. What the applied configuration no longer
   * has, or whose rule begins anew, cannot stay active: it ends here, named as such, and a rule that still finds it so
   * raises it again.
   */
  start(stamp: Stamp, configuration: string, goesOn: (key: string) => boolean): void {
    this.#stamp = stamp;
    for (const [key, event] of this.#journal.active) {
      if (this.#conditions.has(key) && goesOn(key)) continue;
      this.#journal.note({ ...event, ...stamp(), state: 'normal', value: null, cause: { configuration } });
    }
    const recalled = this.#recalled ?? new Map<string, Judged>();
    this.#recalled = undefined;
    for (const judged of recalled.values()) this.judged(judged);
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
}

function causeOf(cause: Judged['cause']): EventEntry['cause'] {
  if ('tick' in cause) return { tick: cause.tick };
  const { frame } = cause;
  return 'sequence' in frame ? { sequence: frame.sequence as number } : { tick: frame.instant };
}
