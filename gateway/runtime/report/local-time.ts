const fixedOffset = /^([+-])(\d\d):(\d\d)$/;

/** ms a zone is ahead of UTC at an instant. `zone` is `+08:00` or an IANA name. */
export function zoneAheadMs(zone: string, utc: number): number {
  const fixed = fixedOffset.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(utc);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '';
  return fixedOffset.test(offset) ? zoneAheadMs(offset, utc) : 0;
}

/** ms UTC as people at the site read it, to the minute: `2026-11-21 20:04`. */
export const localMinute = (utc: number, zone: string): string =>
  new Date(utc + zoneAheadMs(zone, utc)).toISOString().slice(0, 16).replace('T', ' ');
