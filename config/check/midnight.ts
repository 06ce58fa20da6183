const offsetPattern = /([+-])(\d{2}):?(\d{2})?/;

/** ms that a zone is ahead of UTC at a moment. `zone` is `+08:00` or an IANA name. */
export function offsetMs(zone: string, time: number): number {
  const isOffset = /^[+-]/.test(zone);
  const format = () => new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const shown = isOffset
    ? zone
    : format()
        .formatToParts(time)
        .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = '0', minutes = '0'] = offsetPattern.exec(shown ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** ms UTC at which a day (`2026-12-01`) begins in a zone; where a day begins late, at its first moment's offset. */
export function midnight(day: string, zone: string): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`);
  const near = asUtc - offsetMs(zone, asUtc);
  return asUtc - offsetMs(zone, near);
}
