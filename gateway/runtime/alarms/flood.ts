import { type Activation, activationsMax, activationsMs } from '../../journal/index.js';

export type { Activation };

/**
 * A flood begins with more than ten annunciated alarms in ten minutes and ends with fewer than five (EEMUA 191, third
 * edition; ISA-18.2-2016 §16.5.4).
 */
export const floodAbove = 10;
export const floodBelow = 5;

/** Activations of the last ten minutes, oldest first; serves chatter and floods. */
export class Activations {
  #list: Activation[];

  constructor(list: readonly Activation[] = []) {
    this.#list = [...list];
  }

  get list(): readonly Activation[] {
    return this.#list;
  }

  add(activation: Activation): void {
    this.#list.push(activation);
    this.forgetBefore(activation.instant - activationsMs);
    if (this.#list.length > activationsMax) this.#list = this.#list.slice(-activationsMax);
  }

  forgetBefore(instant: number): void {
    const kept = this.#list.findIndex((one) => one.instant > instant);
    if (kept !== 0) this.#list = kept < 0 ? [] : this.#list.slice(kept);
  }

  rename(presentKey: ReadonlyMap<string, string>): void {
    this.#list = this.#list.map((one) => ({ ...one, key: presentKey.get(one.key) ?? one.key }));
  }

  instantsOf(key: string): number[] {
    return this.#list.filter((one) => one.key === key).map((one) => one.instant);
  }

  /** Alarms annunciated in the last ten minutes. */
  count(instant: number): number {
    this.forgetBefore(instant - activationsMs);
    return this.#list.reduce((sum, one) => sum + (one.isAnnunciated ? 1 : 0), 0);
  }
}
