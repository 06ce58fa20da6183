const offsetPattern = /^([+-])(\d\d):(\d\d)$/;

/** Minutes a zone is ahead of UTC at an instant. `zone` is `+08:00` or an IANA name. */
function offsetMinutes(zone: string, utc: number): number {
  const fixed = offsetPattern.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(utc);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') ?? '';
  return name === '' ? 0 : offsetMinutes(name, utc);
}

const zoneName = (minutes: number): string => {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
};

/** ms UTC as people at the site read it: `2026-11-21 20:04:11.250 +08:00`. */
export function siteTime(utc: number, zone: string): string {
  const minutes = offsetMinutes(zone, utc);
  const text = new Date(utc + minutes * 60_000).toISOString().replace('T', ' ').replace('Z', '');
  return `${text.replace(/\.000$/, '')} ${zoneName(minutes)}`;
}

/** The time of day at the site: `20:04:11`. */
export const siteClock = (utc: number, zone: string): string => siteTime(utc, zone).slice(11, 19);

const localPattern = /^(?:(\d{4}-\d\d-\d\d)[T ])?(\d\d?:\d\d(?::\d\d(?:\.\d{1,3})?)?)$/;
const zonedPattern = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)$/i;

/**
 * ms UTC of a time as a person writes it: `now`, `20:04`, `2026-11-21 20:04:11` at the site, or with a zone of its own
 * (`…Z`, `…+08:00`). A time of day alone is today's at the site. Undefined when it is none.
 */
export function parseSiteTime(written: string, zone: string, now: number): number | undefined {
  const text = written.trim().replaceAll('：', ':').replaceAll('/', '-');
  if (text === 'now') return now;
  if (zonedPattern.test(text)) return finite(Date.parse(text.replace(' ', 'T').replace(' ', '')));
  const match = localPattern.exec(text);
  if (!match) return undefined;
  const day = match[1] ?? siteTime(now, zone).slice(0, 10);
  const asUtc = finite(Date.parse(`${day}T${(match[2] as string).padStart(5, '0')}Z`));
  if (asUtc === undefined) return undefined;
  // The offset of the zone at about that time, and once more for a time near a change of it.
  const guess = asUtc - offsetMinutes(zone, asUtc) * 60_000;
  return asUtc - offsetMinutes(zone, guess) * 60_000;
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
