import {
  type Cause,
  type ConditionDescription,
  type EventEntry,
  type Judgement,
  type Moment,
  qualityName,
} from '../../contract/index.js';
import { stampOf } from './moments.js';

export interface EventBookOptions {
  /** Conditions nobody has to act on, by key. */
  readonly conditions: ReadonlyMap<string, ConditionDescription>;
  readonly note: (entry: EventEntry) => void;
  /** What the journal says is active: the event that said so, by key. */
  readonly active?: ReadonlyMap<string, EventEntry>;
}

/**
 * Turns judgements that are no alarms into events: one a change of a condition's last known state. What is active is a
 * fold of the events themselves. `unknown` neither raises nor clears.
 */
export class EventBook {
  readonly #conditions: EventBookOptions['conditions'];
  readonly #note: EventBookOptions['note'];
  readonly #active: Map<string, EventEntry>;

  constructor({ conditions, note, active = new Map() }: EventBookOptions) {
    this.#conditions = conditions;
    this.#note = note;
    this.#active = new Map(active);
  }

  isActive(key: string): boolean {
    return this.#active.has(key);
  }

  /**
   * A configuration begins to hold: what it calls by another name goes on under that, and what it has no more ends, named
   * as such. Called once, at a start.
   */
  applyConfiguration(configuration: string, formerKeys: ReadonlyMap<string, readonly string[]>, at: Moment): void {
    const now = { ...stampOf(at), cause: { configuration } };
    for (const [key, former] of formerKeys) {
      const formerKey = former.find((one) => this.#active.has(one));
      const event = formerKey === undefined ? undefined : this.#active.get(formerKey);
      const described = this.#conditions.get(key);
      if (!event || formerKey === undefined || !described || this.#active.has(key)) continue;
      const { device, tag, message } = described;
      this.#active.delete(formerKey);
      this.#tell({ ...event, ...now, key, device, tag, message, formerKey });
    }
    for (const [key, event] of this.#active) {
      if (this.#conditions.has(key)) continue;
      const { formerKey: _, ...last } = event;
      this.#tell({ ...last, ...now, state: 'normal', value: null });
    }
  }

  judge({ key, condition, value, quality, limit }: Judgement, cause: Cause, at: Moment): void {
    const described = this.#conditions.get(key);
    if (condition === 'unknown' || !described || this.#active.has(key) === condition) return;
    const { device, tag, kind, unit, message } = described;
    this.#tell({
      kind: 'event',
      ...stampOf(at),
      key,
      device,
      tag,
      limitKind: kind,
      state: condition ? 'active' : 'normal',
      value: finite(value),
      limit: finite(limit),
      unit,
      quality: qualityName(quality),
      cause,
      message,
    });
  }

  #tell(entry: EventEntry): void {
    if (entry.state === 'active') this.#active.set(entry.key, entry);
    else this.#active.delete(entry.key);
    this.#note(entry);
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
