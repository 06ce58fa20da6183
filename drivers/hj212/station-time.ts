const timePattern = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/;

/** `yyyyMMddHHmmss`, or with ms behind it, in a zone this much ahead of UTC → ms UTC; undefined where it is no time. */
export function parseStationTime(text: string, aheadMs: number): number | undefined {
  const match = timePattern.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second, ms] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // Date counts the 31st of February on into March.
  return formatUtc(local).startsWith(text.slice(0, 14)) ? local - aheadMs : undefined;
}

/** ms UTC → `yyyyMMddHHmmssSSS` in a zone this much ahead of UTC. */
export const formatStationTime = (utcMs: number, aheadMs: number): string => formatUtc(utcMs + aheadMs);

/** As `formatStationTime`, to the second: `yyyyMMddHHmmss`. */
export const formatStationSecond = (utcMs: number, aheadMs: number): string =>
  formatStationTime(utcMs, aheadMs).slice(0, 14);

const formatUtc = (ms: number): string => new Date(ms).toISOString().replaceAll(/\D/g, '');
