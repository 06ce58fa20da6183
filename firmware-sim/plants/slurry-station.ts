import type { DeviceModel } from '../../gateway/contract/index.js';
import { Random } from '../random.js';
import { lagShare, Steps } from '../steps.js';
import { Motor } from './motor.js';
import type { PlantKind } from './plant-kind.js';

const sumpM2 = 60;
const sumpFullM = 6;
const inflowM3PerHour = 188;
/** A piston-diaphragm pump moves so much a turn, whatever the pressure. */
const pumpM3PerHourAtRated = 188;
const pumpRatedHz = 45;
/** Below this there is too little to suck. */
const sumpEmptyM = 0.3;

const pipeM = 0.2106;
const staticMpa = 1.5;
/** Friction at the rated flow; it goes with the square of flow. */
const frictionMpaAtRated = 10.5;
const flowLagMs = 4000;
const pressureLagMs = 12_000;
const stepMs = 500;
const pumpRatedKw = 630;

/**
 * The head station of a slurry line: a sump that the concentrator fills, a piston-diaphragm pump that holds its level, and
 * the pressure that 46 km of pipe answer with. Starts in balance.
 */
export class SlurryStation implements DeviceModel {
  readonly #random: Random;
  readonly #steps = new Steps(stepMs);
  readonly #pump = new Motor({ startHz: pumpRatedHz, rampHzPerS: 1, coastHzPerS: 10, ratedA: 62 });
  #levelM = 3;
  #inflowM3PerHour = inflowM3PerHour;
  #flowM3PerHour = pumpM3PerHourAtRated;
  #pressureMpa = staticMpa + frictionMpaAtRated;
  #manualHz: number | undefined;
  #running = true;
  #powered = true;
  #plugPercent = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  get values(): Readonly<Record<string, number | boolean>> {
    const speed = this.#pump.hz / pumpRatedHz;
    return {
      levelM: this.#levelM,
      inflowM3PerHour: this.#inflowM3PerHour,
      flowM3PerHour: this.#flowM3PerHour,
      velocityMPerS: this.#flowM3PerHour / 3600 / ((Math.PI / 4) * pipeM ** 2),
      pressureMpa: this.#pressureMpa,
      mainsPhaseV: this.#powered ? 230 : 0,
      powerKw: this.#powered ? 8 + (pumpRatedKw * speed * this.#pressureMpa) / (staticMpa + frictionMpaAtRated) : 0,
      motorPowered: this.#powered,
      motorRunning: this.#running,
      motorCommandHz: this.#commandHz(),
      motorHz: this.#pump.hz,
      motorCurrentA: this.#pump.currentA(this.#powered),
    };
  }

  advance(byMs: number): void {
    for (let due = this.#steps.take(byMs); due > 0; due -= 1) this.#step();
  }

  /** `motorPowered`, `motorRunning`, `motorCommandHz` (NaN gives the pump back to the level), `plugPercent`. */
  command(tag: string, value: number | boolean): void {
    if (tag === 'motorPowered') this.#powered = Boolean(value);
    else if (tag === 'motorRunning') this.#running = Boolean(value);
    else if (tag === 'motorCommandHz') this.#manualHz = Number.isNaN(value) ? undefined : Number(value);
    else if (tag === 'plugPercent') this.#plugPercent = Number(value);
  }

  #commandHz(): number {
    if (!this.#running) return 0;
    const automaticHz = pumpRatedHz + 4 * (this.#levelM - 3);
    return Math.min(50, Math.max(0, this.#manualHz ?? Math.max(30, automaticHz)));
  }

  #step(): void {
    const hours = stepMs / 3_600_000;
    this.#inflowM3PerHour += (inflowM3PerHour - this.#inflowM3PerHour) * hours * 20 + this.#random.normal(0.15);
    this.#pump.advance(stepMs / 1000, this.#commandHz(), this.#powered);
    const canSuck = this.#levelM > sumpEmptyM;
    const pumpedM3PerHour = canSuck ? (pumpM3PerHourAtRated * this.#pump.hz) / pumpRatedHz : 0;
    this.#flowM3PerHour += (pumpedM3PerHour - this.#flowM3PerHour) * lagShare(stepMs, flowLagMs);
    const restriction = 1 + this.#plugPercent / 100;
    const frictionMpa = frictionMpaAtRated * restriction * (this.#flowM3PerHour / pumpM3PerHourAtRated) ** 2;
    this.#pressureMpa += (staticMpa + frictionMpa - this.#pressureMpa) * lagShare(stepMs, pressureLagMs);
    const gainedM3 = (this.#inflowM3PerHour - this.#flowM3PerHour) * hours;
    this.#levelM = Math.min(sumpFullM, Math.max(0, this.#levelM + gainedM3 / sumpM2));
  }
}

export const slurryStation: PlantKind = {
  events: {
    'pump trip': { motorPowered: false },
    'pump restored': { motorPowered: true },
    'pump ramp up': { motorCommandHz: 47.25 },
    'pump ramp down': { motorCommandHz: 41.4 },
    'pump automatic': { motorCommandHz: Number.NaN },
    'plug growing': { plugPercent: 15 },
    'plug gone': { plugPercent: 0 },
  },
  create: (seed) => new SlurryStation(seed),
};
