import type { DeviceModel } from '../../gateway/contract/index.js';
import type { Random } from '../random.js';
import { lagShare, Steps } from '../steps.js';
import { quantity } from './device-kind.js';

/** How good one measurement is, in the unit of its quantity. */
export interface SensorSpec {
  readonly quantity: string;
  readonly range: readonly [low: number, high: number];
  /** Time constant of its answer to a step, ms. */
  readonly lagMs: number;
  /** Standard deviation from one second to the next. */
  readonly noise: number;
  /** Standard deviation of the fixed error between one piece and another. */
  readonly spread: number;
}

const stepMs = 1000;

/** One measurement: follows its quantity with a lag, a fixed error and noise, held inside the range. */
export class Sensor {
  readonly #surroundings: DeviceModel;
  readonly #spec: SensorSpec;
  readonly #random: Random | undefined;
  readonly #steps = new Steps(stepMs);
  readonly #error: number;
  readonly #share: number;
  #followed: number;
  #noise = 0;

  constructor(surroundings: DeviceModel, spec: SensorSpec, random: Random | undefined) {
    this.#surroundings = surroundings;
    this.#spec = spec;
    this.#random = random;
    this.#error = random?.normal(spec.spread) ?? 0;
    this.#share = lagShare(stepMs, spec.lagMs);
    this.#followed = quantity(surroundings, spec.quantity);
  }

  get value(): number {
    const [low, high] = this.#spec.range;
    const truth = this.#random ? this.#followed : quantity(this.#surroundings, this.#spec.quantity);
    return Math.min(high, Math.max(low, truth + this.#error + this.#noise));
  }

  advance(byMs: number): void {
    if (!this.#random) return;
    for (let due = this.#steps.take(byMs); due > 0; due -= 1) {
      this.#followed += (quantity(this.#surroundings, this.#spec.quantity) - this.#followed) * this.#share;
      this.#noise = this.#random.normal(this.#spec.noise);
    }
  }
}
