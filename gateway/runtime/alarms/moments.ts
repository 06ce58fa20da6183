import type { Moment } from '../../contract/index.js';

export const later = ({ instant, time }: Moment, ms: number): Moment => ({
  instant: instant + ms,
  time: time === null ? null : time + ms,
});

/** The first of the two clocks that gets there decides. */
export const isDue = (until: Moment, now: Moment): boolean =>
  now.instant >= until.instant || (until.time !== null && now.time !== null && now.time >= until.time);
