const compact = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{1,3})?$/;
const separated =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?(?:[.,](\d{1,3}))?秒?$/;

const minuteMs = 60_000;

/**
 * `2026-11-21 09:01:00`, `2026/11/21 9:01`, `20261121090100`, `2026年11月21日 09:01:00`, as of a clock so many minutes
 * east of Greenwich → ms UTC; undefined when it is no time that exists.
 */
export function parseRecordTime(text: string, zoneMinutes: number): number | undefined {
  const match = compact.exec(text) ?? separated.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((n) => Number(match[n] ?? 0)) as Six;
  const ms = Number((match[7] ?? '').padEnd(3, '0'));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const back = new Date(local);
  // The 31st of November would become the 1st of December.
  const exists =
    back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return exists ? local - zoneMinutes * minuteMs : undefined;
}

type Six = [number, number, number, number, number, number];

/** A mine's clock may be so far ahead of ours without anybody's fault, ms. */
const aheadMaxMs = 60_000;

/** Whether a record's time lies in the future: then its clock is wrong, or its day mistyped. Both ms UTC. */
export const isAhead = (at: number, nowMs: number): boolean => at > nowMs + aheadMaxMs;
