/** Time tag Tp: seconds, minutes, hours, day, month, year, and minutes it may have been on its way; table 10. */
export const longTagBytes = 7;
/** The same without month and year, as stations of SZY 206-2016 send it in published frames. */
export const shortTagBytes = 5;

const minuteMs = 60_000;
const dayMs = 86_400_000;
const century = 2000;

/** ms UTC of a time tag at a zone; undefined when it is no time. One without a month is the last such day before tomorrow. */
export function readTimeTag(tag: Uint8Array, zoneMinutes: number, nowUtc: number): number | undefined {
  const pairs = Array.from(tag.subarray(0, -1), bcd);
  const [second = 60, minute = 60, hour = 24, day = 0, month, year] = pairs;
  if (second > 59 || minute > 59 || hour > 23 || pairs.some(Number.isNaN)) return undefined;
  const inDay = ((hour * 60 + minute) * 60 + second) * 1000 - zoneMinutes * minuteMs;
  const date =
    month === undefined ? lastDay(day, nowUtc + zoneMinutes * minuteMs) : dateOf(century + (year ?? 0), month - 1, day);
  return date === undefined ? undefined : date + inDay;
}

/** The time tag of now, as long as the one it answers; 0 minutes: it is never too old. */
export function writeTimeTag(bytes: number, zoneMinutes: number, nowUtc: number): Uint8Array {
  const digits = new Date(nowUtc + zoneMinutes * minuteMs).toISOString().slice(2, 19).replaceAll(/\D/g, '');
  const lowestFirst = Buffer.from(digits, 'hex').reverse();
  return Buffer.concat([lowestFirst.subarray(0, bytes - 1), Buffer.of(0)]);
}

const bcd = (byte: number): number => {
  const [high, low] = [byte >> 4, byte & 0x0f];
  return high > 9 || low > 9 ? Number.NaN : high * 10 + low;
};

/** Midnight of a date; undefined when there is none such. */
function dateOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCDate() === day && date.getUTCMonth() === ((month % 12) + 12) % 12 ? date.getTime() : undefined;
}

function lastDay(day: number, now: number): number | undefined {
  const today = new Date(now);
  // Three months in a row hold every day a month can have.
  for (let back = 0; back < 3; back += 1) {
    const date = dateOf(today.getUTCFullYear(), today.getUTCMonth() - back, day);
    if (date !== undefined && date <= now + dayMs) return date;
  }
  return undefined;
}
