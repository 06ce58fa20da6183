import type { DeviceModel } from '../../gateway/contract/index.js';
import type { Instrument } from './instrument.js';

/** A truck scale's step, kg. */
const divisionKg = 20;
/** How long a load swings, and how quickly. */
const settlingMs = 800;
const swingMs = 500;
/** Closer than this to its end value it stands still. */
const stillKg = divisionKg / 2;

/**
 * A weighbridge whose indicator sends `ST,GS,+0012340kg` ten times a second: stable or unstable, gross, the weight in
 * steps of 20 kg. A load swings down like a damped spring.
 */
export class Weighbridge implements Instrument, DeviceModel {
  readonly everyMs: number;
  #loadKg = 0;
  #swingKg = 0;
  #sinceMs = 0;

  constructor(everyMs = 100) {
    this.everyMs = everyMs;
  }

  get values(): Readonly<Record<string, number | boolean>> {
    const left = this.#swingKg * Math.exp(-this.#sinceMs / settlingMs);
    const weight = this.#loadKg - left * Math.cos((2 * Math.PI * this.#sinceMs) / swingMs);
    return { weight: Math.round(weight / divisionKg) * divisionKg, stable: Math.abs(left) < stillKg };
  }

  advance(byMs: number): void {
    this.#sinceMs += byMs;
  }

  /** `load`: kg that stand on it from now on. */
  command(tag: string, value: number | boolean): void {
    if (tag !== 'load') throw new RangeError(`a weighbridge has no ${tag}`);
    this.#swingKg = Number(value) - Number(this.values['weight']);
    this.#loadKg = Number(value);
    this.#sinceMs = 0;
  }

  send(): readonly Buffer[] {
    const { weight, stable } = this.values;
    const kg = Number(weight);
    const digits = String(Math.abs(kg)).padStart(7, '0');
    return [Buffer.from(`${stable ? 'ST' : 'US'},GS,${kg < 0 ? '-' : '+'}${digits}kg\r\n`, 'latin1')];
  }
}
