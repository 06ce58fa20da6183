import { parseZone } from '../streams/index.js';

const minuteMs = 60_000;
const timePattern =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d{2}:?\d{2})?$/;

/** A number above is ms since 1970, one below is s: 1e11 s are the year 5138, 1e11 ms are 1973. */
const secondsMax = 1e11;

/** The last moment a Date holds (ECMA-262 §21.4.1.1). */
const lastMs = 8.64e15;

/**
 * A time as services write it → ms UTC: seconds or milliseconds since 1970, also as text; RFC 3339; a local time
 * without zone, so many minutes east of
 * Greenwich. Undefined when it is no time that exists.
 */
export function parseJsonTime(value: unknown, zoneMinutes: number): number | undefined {
  if (typeof value === 'number') return epochMs(value);
  if (typeof value !== 'string') return undefined;
  if (/^\d{9,13}$/.test(value)) return epochMs(Number(value));
  const match = timePattern.exec(value.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((n) => Number(match[n] ?? 0)) as Six;
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const back = new Date(local);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) {
    return undefined;
  }
  return local - minutesEast(match[8], zoneMinutes) * minuteMs;
}

/** `Z`, `+08:00` or `+0800`; without one, that of the link. */
function minutesEast(zone: string | undefined, zoneMinutes: number): number {
  if (zone === undefined) return zoneMinutes;
  return parseZone(zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')) ?? 0;
}

type Six = [number, number, number, number, number, number];

function epochMs(value: number): number | undefined {
  const ms = Math.round(value < secondsMax ? value * 1000 : value);
  return ms > 0 && ms <= lastMs ? ms : undefined;
}
