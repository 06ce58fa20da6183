import { type AlarmEntry, type Entry, isAtRest } from '../contract/index.js';

/** One activation of an alarm. */
export interface Activation {
  readonly key: string;
  readonly instant: number;
  readonly isAnnunciated: boolean;
}

/** What the alarms lane says of alarms, as of one place in it. */
export interface AlarmsJson {
  /** The last entry of each alarm that is not at rest. */
  readonly standing: readonly AlarmEntry[];
  /** Where each of these stands in the lane, by key. */
  readonly offsets: { readonly [key: string]: number };
  readonly activations: readonly Activation[];
  readonly isFlooded: boolean;
  /** Instant at which the last exceedance told of each condition began. */
  readonly exceedances: { readonly [key: string]: number };
}

/** Activations are kept for the longest time anything is counted over: the ten minutes of a flood. */
export const activationsMs = 600_000;
/** So many at most: beyond it the oldest are forgotten, so a count stops growing there. */
export const activationsMax = 1000;

/**
 * Alarms as a fold of their entries: each carries the state it led to, so the last one of each alarm is the alarm. An
 * alarm at rest is forgotten, so that the fold does not grow with the site.
 */
export class AlarmFold {
  readonly standing = new Map<string, AlarmEntry>();
  readonly offsets = new Map<string, number>();
  readonly exceedances = new Map<string, number>();
  activations: Activation[] = [];
  isFlooded = false;

  entry(entry: Entry, offset: number): void {
    if (entry.kind === 'alarm') this.#alarm(entry, offset);
    if (entry.kind === 'flood') this.isFlooded = entry.state === 'began';
    if (entry.kind === 'exceedance') this.exceedances.set(entry.key, entry.began.instant);
  }

  toJSON(): AlarmsJson {
    return {
      standing: [...this.standing.values()],
      offsets: Object.fromEntries(this.offsets),
      activations: this.activations,
      isFlooded: this.isFlooded,
      exceedances: Object.fromEntries(this.exceedances),
    };
  }

  restore(json: AlarmsJson | undefined): void {
    this.standing.clear();
    this.offsets.clear();
    this.exceedances.clear();
    for (const entry of json?.standing ?? []) this.standing.set(entry.key, entry);
    for (const [key, offset] of Object.entries(json?.offsets ?? {})) this.offsets.set(key, offset);
    for (const [key, instant] of Object.entries(json?.exceedances ?? {})) this.exceedances.set(key, instant);
    this.activations = [...(json?.activations ?? [])];
    this.isFlooded = json?.isFlooded ?? false;
  }

  #alarm(entry: AlarmEntry, offset: number): void {
    const { key, instant, change, isAnnunciated, state } = entry;
    if (entry.formerKey !== undefined) this.#forget(entry.formerKey);
    if (isAtRest(state)) {
      this.#forget(key);
    } else {
      this.standing.set(key, entry);
      this.offsets.set(key, offset);
    }
    if (change !== 'raised') return;
    const kept = this.activations.filter((one) => one.instant > instant - activationsMs);
    this.activations = [...kept, { key, instant, isAnnunciated }].slice(-activationsMax);
  }

  #forget(key: string): void {
    this.standing.delete(key);
    this.offsets.delete(key);
  }
}
