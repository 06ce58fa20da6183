/**
 * What EEMUA 191 (third edition) and ISA-18.2-2016 §16 call acceptable for one operator position. `isConfirmed` is false
 * where the figure is widely quoted but was not read in the standard itself; this holds for every `manageable` step.
 */
export interface Target {
  readonly bound: 'at-most' | 'at-least';
  readonly met: number;
  /** Beyond `met`, a person still copes up to here; null where there is no such step. */
  readonly manageable: number | null;
  readonly isConfirmed: boolean;
}

const atMost = (met: number, isConfirmed: boolean, manageable: number | null = null): Target => ({
  bound: 'at-most',
  met,
  manageable,
  isConfirmed,
});

export const targets = {
  perTenMinutes: atMost(1, true, 2),
  perHour: atMost(6, true, 12),
  perDay: atMost(150, false, 300),
  peak: atMost(10, true),
  crowdedShare: atMost(0.01, false),
  floodShare: atMost(0.01, false),
  chattering: atMost(0, false),
  standing: atMost(4, false),
  topTenShare: atMost(0.05, false),
} as const satisfies Record<string, Target>;

/** Shares of the annunciated alarms, for the four priorities. */
export const priorityTargets = {
  critical: atMost(0.01, false),
  high: atMost(0.05, true),
  medium: atMost(0.15, true),
  low: { bound: 'at-least', met: 0.8, manageable: null, isConfirmed: true },
} as const satisfies Record<string, Target>;

/** `too-few`: not enough alarms to judge by. */
export type Verdict = 'met' | 'manageable' | 'missed' | 'too-few';

export interface Measure {
  readonly value: number;
  readonly target: Target;
  readonly verdict: Verdict;
}

export function measure(value: number, target: Target): Measure {
  const { bound, met, manageable } = target;
  const isMet = bound === 'at-most' ? value <= met : value >= met;
  const isManageable = manageable !== null && value <= manageable;
  return { value, target, verdict: isMet ? 'met' : isManageable ? 'manageable' : 'missed' };
}

/** Ten minutes with more annunciated alarms than this are more than a person can follow (EEMUA 191). */
export const crowdedAbove = 10;
export const slotMs = 600_000;
/** Active for longer than this is standing: it tells nobody anything any more. */
export const standingMs = 86_400_000;
/** Over sooner than this, with nobody acting, is fleeting. The standards say "seconds"; the figure is ours. */
export const fleetingMs = 30_000;
/** Below so many alarms a distribution over priorities says nothing. */
export const distributionMin = 20;
/** How many of the most frequent alarms are listed. */
export const topCount = 10;
