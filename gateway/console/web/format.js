/** How the status page writes numbers and times. Pure. */

/** The fewest digits that mean the same float32, or eight of another number: what a device sent, not what binary made of it. */
function shortNumber(value) {
  if (Number.isInteger(value)) return String(value);
  const isSame = (digits) => Math.fround(Number(value.toPrecision(digits))) === value;
  const digits = Math.fround(value) === value ? [1, 2, 3, 4, 5, 6, 7, 8, 9].find(isSame) : 8;
  return String(Number(value.toPrecision(digits)));
}

/** A value as people read it. */
export function formatValue(value, words) {
  if (value === null) return words.none;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (typeof value === 'string') return value;
  return shortNumber(value);
}

/** 1234567 → `1 234 567`, with narrow spaces that do not break. */
export const formatCount = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');

const steps = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1000 },
];

/** A duration in its largest whole unit, never less than 0 s. */
export function formatAge(ms, { units }) {
  const { unit, ms: size } = steps.find((step) => ms >= step.ms) ?? steps[steps.length - 1];
  return `${Math.max(0, Math.floor(ms / size))} ${units[unit]}`;
}

const offsetPattern = /^([+-])(\d\d):(\d\d)$/;
const two = (number) => String(number).padStart(2, '0');

/** RFC 3339 → `2026-11-21 03:12:40 +08:00` in the site's zone: an offset, or an IANA name. */
export function siteTime(rfc3339, timezone) {
  const utc = Date.parse(rfc3339);
  const offset = offsetPattern.exec(timezone);
  if (offset) {
    const minutes = (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === '-' ? -1 : 1);
    const local = new Date(utc + minutes * 60_000).toISOString();
    return `${local.slice(0, 10)} ${local.slice(11, 19)} ${timezone}`;
  }
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(utc);
  const part = (type) => two(Number(parts.find((one) => one.type === type).value));
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${timezone}`;
}

/** Good, uncertain, bad or absent, by the name of a quality. */
export const qualityClass = (name) => name.split('-')[0];

export const qualityText = (name, qualities, language) => qualities.get(name)?.[language] ?? name;

/** A value that was read and is not good. What a device does not have at all is no trouble. */
export const isNotGood = ({ quality }) => !['good', 'absent'].includes(qualityClass(quality));

/** A value with its unit; a value that is not there has none. */
export const withUnit = (value, unit, words) =>
  unit && value !== null ? `${formatValue(value, words)} ${unit}` : formatValue(value, words);
