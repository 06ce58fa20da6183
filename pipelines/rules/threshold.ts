import type { Sign } from './condition.js';

/** A limit that a computed number is held against. Low ones are mirrored (`side` −1): one comparison serves both. */
export interface Threshold {
  readonly limit: number;
  readonly side: 1 | -1;
  /** How far behind the limit the number must return. */
  readonly deadband: number;
  /** How far below the limit still counts as reached: half a step of the sensor, or 0. */
  readonly tolerance: number;
}

/** Computed numbers are told, and compared, to nine digits: what lies beyond is the rounding of the computation. */
export const rounded = (value: number): number => Number(value.toPrecision(9));

/** What a number says of a threshold. The deadband lies on the return side only and is left strictly (ISA-18.2). */
export function thresholdSign({ limit, side, deadband, tolerance }: Threshold, value: number): Sign {
  const beyond = rounded(side * (value - limit)) + tolerance;
  if (beyond >= 0) return 'reached';
  return beyond < -deadband ? 'returned' : 'between';
}
