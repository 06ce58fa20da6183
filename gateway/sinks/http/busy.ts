import { BackOff } from '../../contract/index.js';
import type { HttpAnswer } from './http-client.js';
import { retryAfterMs } from './retry-after.js';

/**
 * The error for an answer that says "not now" (429, 5xx): `BackOff` when it says until when, else a plain error and the
 * host's own back-off. Undefined for every other status. `utc` is ms UTC now.
 */
export function busy(destination: string, answer: HttpAnswer, utc: number): Error | undefined {
  if (answer.status !== 429 && answer.status < 500) return undefined;
  const message = `${destination} answered ${answer.status}: ${answer.text.trim().slice(0, 500)}`;
  const waitMs = retryAfterMs(answer.headers['retry-after'], utc);
  return waitMs === undefined ? new Error(message) : new BackOff(message, waitMs);
}
