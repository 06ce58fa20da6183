import type { DeviceModel } from '../../gateway/contract/index.js';
import { Random } from '../random.js';
import { Steps } from '../steps.js';
import { Motor } from './motor.js';
import type { PlantKind } from './plant-kind.js';

const pigs = 1000;
const volumeM3 = 3000;
/** Per nursery pig: carbon dioxide, sensible heat, water vapour. */
const co2M3PerHourAPig = 0.03;
const heatWAPig = 60;
const vapourGPerHourAPig = 45;
const nh3M3PerHour = 0.25;
const h2sM3PerHour = 0.005;
/** Stirred slurry lets out its hydrogen sulphide at once; calmed, it ends within minutes. */
const h2sAgitatedM3PerHour = 6.5;
const agitationLagH = 5 / 60;

const fansRatedM3PerHour = 60_000;
const leakageM3PerHour = 300;
const setpointC = 23;
const minimumHz = 15;
const hzPerK = 12;

const airWhPerM3K = 0.335;
/** Air and what warms with it, as so many times the air. */
const thermalMass = 3;
const wallsWPerK = 1000;
const fansRatedKw = 11;
const otherLoadKw = 3;
const stepS = 1;

/** Grams of water a cubic metre of saturated air holds (Magnus; Sonntag 1990). */
export function saturationGPerM3(temperatureC: number): number {
  const pressureHpa = 6.112 * Math.exp((17.62 * temperatureC) / (243.12 + temperatureC));
  return (216.7 * pressureHpa) / (temperatureC + 273.15);
}

/**
 * A nursery house with a thousand pigs: balances of heat, water vapour and three gases over one well-mixed room, fans that
 * hold the temperature. Starts at two in the afternoon of a spring day, in balance.
 */
export class PigHouse implements DeviceModel {
  readonly #random: Random;
  readonly #steps = new Steps(stepS * 1000);
  readonly #fans = new Motor({ startHz: 34, rampHzPerS: 5, coastHzPerS: 5, ratedA: 21 });
  #hourOfDay = 14;
  #temperatureC = 24.6;
  #vapourGPerM3 = 13.6;
  #co2Ppm = 1150;
  #nh3Ppm = 7.9;
  #h2sPpm = 0.12;
  #h2sReleaseM3PerHour = h2sM3PerHour;
  #gustC = 0;
  #manualHz: number | undefined;
  #running = true;
  #powered = true;
  #agitated = false;
  #foulingPercent = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  get values(): Readonly<Record<string, number | boolean>> {
    return {
      temperatureC: this.#temperatureC,
      humidityPercent: (100 * this.#vapourGPerM3) / saturationGPerM3(this.#temperatureC),
      co2Ppm: this.#co2Ppm,
      nh3Ppm: this.#nh3Ppm,
      h2sPpm: this.#h2sPpm,
      outsideC: this.#outsideC(),
      ventilationM3PerHour: this.#ventilationM3PerHour(),
      mainsPhaseV: this.#powered ? 230 : 0,
      powerKw: this.#powered ? otherLoadKw + fansRatedKw * (this.#fans.hz / 50) ** 3 : 0,
      motorPowered: this.#powered,
      motorRunning: this.#running,
      motorCommandHz: this.#commandHz(),
      motorHz: this.#fans.hz,
      motorCurrentA: this.#fans.currentA(this.#powered),
    };
  }

  advance(byMs: number): void {
    for (let due = this.#steps.take(byMs); due > 0; due -= 1) this.#step();
  }

  /** `motorPowered`, `motorRunning`, `motorCommandHz` (NaN gives the fans back to the thermostat), `slurryAgitated`, `exhaustFoulingPercent`. */
  command(tag: string, value: number | boolean): void {
    if (tag === 'motorPowered') this.#powered = Boolean(value);
    else if (tag === 'motorRunning') this.#running = Boolean(value);
    else if (tag === 'motorCommandHz') this.#manualHz = Number.isNaN(value) ? undefined : Number(value);
    else if (tag === 'slurryAgitated') this.#agitated = Boolean(value);
    else if (tag === 'exhaustFoulingPercent') this.#foulingPercent = Number(value);
  }

  /** Warmest at 14:00, coldest at 2:00. */
  #outsideC(): number {
    return 16.5 + 4 * Math.cos(((this.#hourOfDay - 14) / 12) * Math.PI) + this.#gustC;
  }

  #commandHz(): number {
    if (!this.#running) return 0;
    const automaticHz = minimumHz + hzPerK * (this.#temperatureC - setpointC);
    return Math.min(50, Math.max(0, this.#manualHz ?? Math.max(minimumHz, automaticHz)));
  }

  #ventilationM3PerHour(): number {
    const fouling = 1 - this.#foulingPercent / 100;
    return leakageM3PerHour + (fansRatedM3PerHour * this.#fans.hz * fouling) / 50;
  }

  #step(): void {
    const hours = stepS / 3600;
    this.#hourOfDay = (this.#hourOfDay + hours) % 24;
    this.#gustC += -this.#gustC * hours * 6 + this.#random.normal(0.01);
    this.#fans.advance(stepS, this.#commandHz(), this.#powered);
    const airM3 = this.#ventilationM3PerHour() * hours;
    this.#heat(airM3, hours);
    this.#vapour(airM3, hours);
    this.#gases(airM3, hours);
  }

  #heat(airM3: number, hours: number): void {
    const excessK = this.#temperatureC - this.#outsideC();
    const heatWh = (pigs * heatWAPig - wallsWPerK * excessK) * hours - airWhPerM3K * airM3 * excessK;
    this.#temperatureC += heatWh / (airWhPerM3K * volumeM3 * thermalMass);
  }

  #vapour(airM3: number, hours: number): void {
    const outsideGPerM3 = 0.7 * saturationGPerM3(this.#outsideC());
    const gainedG = pigs * vapourGPerHourAPig * hours - airM3 * (this.#vapourGPerM3 - outsideGPerM3);
    const limitGPerM3 = saturationGPerM3(this.#temperatureC);
    this.#vapourGPerM3 = Math.min(limitGPerM3, this.#vapourGPerM3 + gainedG / volumeM3);
  }

  #gases(airM3: number, hours: number): void {
    const mixed = (ppm: number, outsidePpm: number, sourceM3: number) =>
      ppm + (sourceM3 * 1e6 - airM3 * (ppm - outsidePpm)) / volumeM3;
    // Pigs rest at night: a third less ammonia from a quiet floor.
    const activity = 1 + 0.3 * Math.cos(((this.#hourOfDay - 14) / 12) * Math.PI);
    const targetM3PerHour = this.#agitated ? h2sAgitatedM3PerHour : h2sM3PerHour;
    const calming = this.#agitated ? 1 : hours / agitationLagH;
    this.#h2sReleaseM3PerHour += (targetM3PerHour - this.#h2sReleaseM3PerHour) * calming;
    this.#co2Ppm = mixed(this.#co2Ppm, 420, pigs * co2M3PerHourAPig * hours);
    this.#nh3Ppm = mixed(this.#nh3Ppm, 0, nh3M3PerHour * activity * hours);
    this.#h2sPpm = mixed(this.#h2sPpm, 0, this.#h2sReleaseM3PerHour * hours);
  }
}

export const pigHouse: PlantKind = {
  events: {
    'fans lose power': { motorPowered: false },
    'fans have power': { motorPowered: true },
    'fans automatic': { motorCommandHz: Number.NaN },
    'slurry agitation': { slurryAgitated: true },
    'slurry calm': { slurryAgitated: false },
    'exhaust fouling': { exhaustFoulingPercent: 30 },
  },
  create: (seed) => new PigHouse(seed),
};
