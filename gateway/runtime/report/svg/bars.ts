import { type Priority, priorities } from '../../../contract/index.js';
import { sumOf } from '../fold/load.js';
import type { AlarmReport, Slot } from '../report.js';
import { slotMs } from '../targets.js';

/** One bar: the busiest ten minutes of its part of the period. */
export interface Bar extends Readonly<Record<Priority, number>> {
  readonly index: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Widths a bar may stand for, and how many bars a picture shows at most. */
const barWidthsMs = [slotMs, hour, 6 * hour, day, 7 * day, 28 * day];
const barsMax = 180;

/** What a bar stands for: ten minutes where they all fit, else the smallest width that lets them. */
export const barMsFor = (durationMs: number): number =>
  barWidthsMs.find((widthMs) => durationMs / widthMs <= barsMax) ?? durationMs / barsMax;

export function barsOf({ from, load }: AlarmReport, barMs: number): Bar[] {
  const busiest = new Map<number, Slot>();
  for (const slot of load.slots) {
    const index = Math.floor((slot.begin - from) / barMs);
    const known = busiest.get(index);
    if (!known || sumOf(slot) > sumOf(known)) busiest.set(index, slot);
  }
  return [...busiest].map(([index, slot]) => ({ ...slot, index }));
}

export const heightOf = (bar: Bar): number => sumOf(bar);

/** From the bottom up: the most pressing stands on the axis, where it can be compared. */
export const stackOrder = priorities;

/** Steps a scale of whole numbers may have. */
export function niceStep(max: number, stepsMax: number): number {
  for (let decade = 1; ; decade *= 10) {
    for (const factor of [1, 2, 5]) if (max / (factor * decade) <= stepsMax) return factor * decade;
  }
}

const tickStepsMs = [
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
];
const ticksMax = 9;

/** ms between the times written below the bars. */
export const tickMsFor = (durationMs: number): number =>
  tickStepsMs.find((stepMs) => durationMs / stepMs <= ticksMax) ??
  Math.ceil(durationMs / ticksMax / (28 * day)) * 28 * day;
