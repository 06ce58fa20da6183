import { offsetMs } from './check/midnight.js';

const dayMs = 86_400_000;

/**
 * Days since a day of a zone began: whole numbers at its midnights, by the clock on the wall in between; negative before
 * it. `zone` is `+08:00` or an IANA name, `time` ms UTC.
 */
export const daysSince = (day: string, zone: string, time: number): number =>
  (time + offsetMs(zone, time) - Date.parse(`${day}T00:00:00Z`)) / dayMs;
