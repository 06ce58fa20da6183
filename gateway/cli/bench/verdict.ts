/** What was measured on a box, and what a site asks of it. Times in ms. */
export interface Measured {
  readonly readsPerSecond: number;
  readonly syncP50Ms: number;
  readonly syncP99Ms: number;
  readonly timerP99Ms: number;
}

export interface Wanted {
  readonly requestsPerSecond: number;
  readonly commitEveryMs: number;
  readonly fastestMs: number;
  readonly fits: boolean;
}

export type Obstacle = 'reads' | 'sync' | 'timer' | 'fit';

/** Half of what the box can read is left to everything else: rules, journal, sinks, and people looking. */
const readShare = 0.5;
/** A poll that comes later than this share of its interval is noticed in slopes and rates. */
const lateShare = 0.2;

/** Why a box cannot carry a site; empty when it can. */
export function obstacles(measured: Measured, wanted: Wanted): Obstacle[] {
  const found: Obstacle[] = [];
  if (measured.readsPerSecond * readShare < wanted.requestsPerSecond) found.push('reads');
  if (measured.syncP99Ms > wanted.commitEveryMs) found.push('sync');
  if (measured.timerP99Ms > wanted.fastestMs * lateShare) found.push('timer');
  if (!wanted.fits) found.push('fit');
  return found;
}
