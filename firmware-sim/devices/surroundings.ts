import type { DeviceModel } from '../../gateway/contract/index.js';

/** Values that stay as they are until a command moves them. */
export class HeldValues implements DeviceModel {
  readonly values: Record<string, number | boolean>;

  constructor(start: Readonly<Record<string, number | boolean>>) {
    this.values = { ...start };
  }

  advance(): void {}

  command(tag: string, value: number | boolean): void {
    this.values[tag] = value;
  }
}

const ordinary = {
  temperatureC: 22,
  humidityPercent: 60,
  nh3Ppm: 8,
  co2Ppm: 1200,
  h2sPpm: 0.2,
  levelM: 3.25,
  pressureMpa: 12,
  flowM3PerHour: 188,
  velocityMPerS: 1.5,
  mainsPhaseV: 230,
  powerKw: 12,
  motorCommandHz: 40,
  motorHz: 40,
  motorCurrentA: 18,
  motorRunning: true,
  motorPowered: true,
} as const;

/** Surroundings with every quantity an instrument here can measure, standing still at an ordinary value or the given one. */
export function stillSurroundings(start: Readonly<Record<string, number | boolean>> = {}): HeldValues {
  return new HeldValues({ ...ordinary, ...start });
}
