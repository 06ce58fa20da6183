import type { Moment } from '../../contract/index.js';

/** The moment of what carries stamps; an unknown time is NaN in memory and null as stored. */
export const momentOf = ({ instant, time }: { readonly instant: number; readonly time: number | null }): Moment => ({
  instant,
  time: time === null || Number.isNaN(time) ? null : time,
});

/** The stamps an entry of this moment carries. */
export const stampOf = ({ instant, time }: Moment): { instant: number; time: number } => ({
  instant,
  time: time ?? Number.NaN,
});

export const later = ({ instant, time }: Moment, ms: number): Moment => ({
  instant: instant + ms,
  time: time === null ? null : time + ms,
});

/** The first of the two clocks that gets there decides. */
export const isDue = (until: Moment, now: Moment): boolean =>
  now.instant >= until.instant || (until.time !== null && now.time !== null && now.time >= until.time);
