import type { SegmentFile } from './segment.js';

export interface RetentionLimits {
  readonly bytesMax: number;
  readonly freeBytesMin: number;
  readonly samplesAgeMaxMs: number;
  readonly alarmsAgeMaxMs: number;
}

export interface RetentionFacts {
  /** Oldest first; the last of each is being written and stays. */
  readonly samples: readonly SegmentFile[];
  readonly alarms: readonly SegmentFile[];
  readonly freeBytes: number;
  /** ms UTC; −∞ while nobody vouches for the clock: then nothing is too old. */
  readonly now: number;
}

export interface Removal {
  readonly segment: SegmentFile;
  readonly reason: 'age' | 'bytes' | 'disk';
}

const bytesOf = (segments: readonly SegmentFile[]): number => segments.reduce((sum, { bytes }) => sum + bytes, 0);

function tooOld(segments: readonly SegmentFile[], ageMaxMs: number, now: number): Removal[] {
  // One without a known time is as old as the next one that has one.
  const newestOld = segments.slice(0, -1).findLastIndex(({ index }) => index?.times && now - index.times[1] > ageMaxMs);
  return segments.slice(0, newestOld + 1).map((segment) => ({ segment, reason: 'age' }));
}

/**
 * What must go, oldest first: what is too old; then samples, then alarms, until bytes and free disk are within their
 * limits. Whole segments only, and never the one being written.
 */
export function planRetention(facts: RetentionFacts, limits: RetentionLimits): Removal[] {
  const removals = [
    ...tooOld(facts.samples, limits.samplesAgeMaxMs, facts.now),
    ...tooOld(facts.alarms, limits.alarmsAgeMaxMs, facts.now),
  ];
  const gone = new Set(removals.map(({ segment }) => segment));
  const removedBytes = bytesOf([...gone]);
  let bytes = bytesOf(facts.samples) + bytesOf(facts.alarms) - removedBytes;
  let free = facts.freeBytes + removedBytes;
  for (const segment of [...facts.samples.slice(0, -1), ...facts.alarms.slice(0, -1)]) {
    if (gone.has(segment)) continue;
    const reason = bytes > limits.bytesMax ? 'bytes' : free < limits.freeBytesMin ? 'disk' : undefined;
    if (!reason) break;
    removals.push({ segment, reason });
    bytes -= segment.bytes;
    free += segment.bytes;
  }
  return removals;
}
