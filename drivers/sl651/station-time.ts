/** Times of SL 651-2014: `yyMMddHHmmss` of a message, `yyMMddHHmm` of an observation, by the station's own clock. */

type Pairs = [number, number, number, number, number, number];

const century = 2000;
const minuteMs = 60_000;

/**
 * ms UTC of 10 or 12 digits at a zone of so many minutes east of Greenwich; undefined when they are no time. The year has
 * two digits and is always of this century: 59 is 2059, for the host to disbelieve.
 */
export function parseStationTime(digits: string, zoneMinutes: number): number | undefined {
  if (!/^(?:\d{10}|\d{12})$/.test(digits)) return undefined;
  const pair = (n: number): number => Number(digits.slice(2 * n, 2 * n + 2));
  const [year, month, day, hour, minute, second] = [0, 1, 2, 3, 4, 5].map(pair) as Pairs;
  const local = Date.UTC(century + year, month - 1, day, hour, minute, second);
  // Anything out of its range would have been carried over.
  const isTime = new Date(local).toISOString().slice(2, 19).replaceAll(/\D/g, '') === digits.padEnd(12, '0');
  return isTime ? local - zoneMinutes * minuteMs : undefined;
}

/** The 12 digits of a time at a zone. */
export function formatStationTime(utc: number, zoneMinutes: number): string {
  return new Date(utc + zoneMinutes * minuteMs).toISOString().slice(2, 19).replaceAll(/\D/g, '');
}
