/** Longest pause a destination may ask for; a longer one is cut to this, so that a slip of its clock does not silence us. */
const waitMsMax = 3_600_000;

/**
 * `Retry-After` (RFC 9110 §10.2.3: seconds, or a date) → ms to wait, at most an hour; undefined when there is none.
 * `utc` is ms UTC now.
 */
export function retryAfterMs(header: string | undefined, utc: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - utc;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), waitMsMax);
}
