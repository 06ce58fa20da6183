import type { ToldValue } from './number-field.js';

/** A value of one element with the time it was observed at. */
export interface Observation extends ToldValue {
  /** Hexadecimal identifier, else the letters it was sent under. */
  readonly element: string;
  /** ms UTC by the station; undefined where it tells none. */
  readonly at: number | undefined;
}

/** What a report says. */
export interface Report {
  readonly serial: number;
  /** 12 digits as sent; part of what tells a report from its repetition. */
  readonly sent: string;
  /** ms UTC by the station; undefined when the digits are no time. */
  readonly sentAt: number | undefined;
  /** In the order they stand. */
  readonly observations: readonly Observation[];
  /** ms UTC of the last observation time told. */
  readonly observedAt: number | undefined;
  readonly manual: Uint8Array | undefined;
  readonly picture: Uint8Array | undefined;
  /** What of it could not be read, for a technician. What stands before is kept. */
  readonly faults: readonly string[];
}

/** What the time before a series of twelve is the time of. */
export type SeriesTime = 'auto' | 'first' | 'last';

export interface BodyOptions {
  /** Minutes east of Greenwich. */
  readonly zoneMinutes: number;
  readonly seriesTime: SeriesTime;
}
