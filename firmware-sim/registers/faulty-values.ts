import type { DeviceModel } from '../../gateway/contract/index.js';
import type { FaultSet, ValueFault } from '../faults.js';
import type { FieldTime } from '../field-time.js';
import type { ValueSource } from './register-image.js';

const msPerHour = 3_600_000;

/** Stands between a model and its registers: drift, stuck values and broken sensors lie in the instrument, not in the world. */
export class FaultyValues implements ValueSource {
  readonly #unit: number;
  readonly #model: DeviceModel;
  readonly #faults: FaultSet;
  readonly #time: FieldTime;
  /** When a drifting value was first looked at, and what a stuck one showed then. */
  readonly #began = new WeakMap<ValueFault, { readonly elapsedMs: number; readonly value: number | boolean }>();

  constructor(unit: number, model: DeviceModel, faults: FaultSet, time: FieldTime) {
    this.#unit = unit;
    this.#model = model;
    this.#faults = faults;
    this.#time = time;
  }

  /** NaN for a broken sensor, which each register type shows in its own way. */
  value(tag: string): number | boolean {
    const measured = this.#model.values[tag];
    if (measured === undefined) throw new Error(`unit ${this.#unit} has no value "${tag}"; check its register map`);
    return this.#faults.ofValue(this.#unit, tag).reduce((value, fault) => this.#apply(fault, value), measured);
  }

  /** Called when a fault comes in, so that a stuck value is the one of this moment. */
  begin(fault: ValueFault): void {
    if (fault.unit === this.#unit) this.#startOf(fault, this.#model.values[fault.tag] ?? Number.NaN);
  }

  command(tag: string, value: number | boolean): void {
    this.#model.command(tag, value);
  }

  #startOf(fault: ValueFault, value: number | boolean) {
    let start = this.#began.get(fault);
    if (!start) {
      start = { elapsedMs: this.#time.elapsedMs, value };
      this.#began.set(fault, start);
    }
    return start;
  }

  #apply(fault: ValueFault, value: number | boolean): number | boolean {
    const start = this.#startOf(fault, value);
    switch (fault.kind) {
      case 'broken-sensor':
        return Number.NaN;
      case 'stuck':
        return start.value;
      case 'drift':
        return Number(value) + (fault.perHour * (this.#time.elapsedMs - start.elapsedMs)) / msPerHour;
    }
  }
}
