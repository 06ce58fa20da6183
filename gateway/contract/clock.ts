/**
 * The only source of time for everything that waits or stamps. The runtime hands in the machine's own clock; tests hand
 * in one they move by hand. Nothing else in the product calls `Date.now`, `performance.now` or `setTimeout` to decide.
 */
export interface Clock {
  /** ms since an arbitrary origin. Never decreases, never steps. */
  monotonic(): number;
  /** ms UTC as the machine believes it now. May step in either direction. */
  utc(): number;
  /** Resolves after `ms` on the monotonic clock, or at once when `signal` aborts (it never rejects). */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
