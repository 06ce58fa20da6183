import type { WireEvent } from '../../firmware-sim/index.js';

/** What a simulator's log says of a bus. Intervals lie between two answers of one unit. */
export interface BusFigures {
  /** Over all live units together, from the end of the start on. */
  readonly p99Ms: number;
  /** The same with the start. */
  readonly p99WithStartMs: number;
  readonly worstUnitP99Ms: number;
  readonly longestMs: number;
  /** Longest interval that began while the start was under way. */
  readonly startLongestMs: number;
  readonly polls: number;
  /** Time that requests to dead units took, the silence after them included, over all time. */
  readonly deadShare: number;
  /** From the return of the revived unit to its first answer; infinite when there was none. */
  readonly readAgainMs: number;
  /** From its return to the beginning of its first interval that is no longer than 1.2 s. */
  readonly polledAgainMs: number;
}

export interface BusScene {
  readonly dead: readonly number[];
  readonly revived: number | undefined;
  readonly revivedAtMs: number | undefined;
  readonly startMs: number;
}

const regularMs = 1200;
/** The line is free again this long after a request that nobody answers: the lateness bound and what is delivered late. */
const unansweredMs = 340;

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.POSITIVE_INFINITY;
}

interface Interval {
  readonly unit: number;
  readonly atMs: number;
  readonly ms: number;
}

function intervalsOf(events: readonly WireEvent[]): Interval[] {
  const last = new Map<number, number>();
  return events.flatMap(({ kind, unit, atMs }) => {
    if (kind !== 'answer') return [];
    const before = last.get(unit);
    last.set(unit, atMs);
    return before === undefined ? [] : [{ unit, atMs: before, ms: atMs - before }];
  });
}

/** Events in order, times of one monotonic clock. */
export function judgeBus(events: readonly WireEvent[], scene: BusScene): BusFigures {
  const { dead, revived, revivedAtMs = Number.NaN, startMs } = scene;
  const beganMs = events[0]?.atMs ?? 0;
  const all = intervalsOf(events);
  const live = all.filter(({ unit }) => !dead.includes(unit));
  const steady = live.filter(({ atMs }) => atMs - beganMs >= startMs);
  const ofUnit = (unit: number): number[] => steady.filter((one) => one.unit === unit).map((one) => one.ms);
  const liveUnits = [...new Set(live.map(({ unit }) => unit))];
  const requests = events.filter(({ kind }) => kind === 'request');
  const deadMs = requests.reduce((sum, { unit, atMs }, n) => {
    const isDead = dead.includes(unit) && !(unit === revived && atMs >= revivedAtMs);
    return isDead ? sum + Math.min(unansweredMs, (requests[n + 1]?.atMs ?? atMs) - atMs) : sum;
  }, 0);
  const back = events.find(({ kind, unit, atMs }) => kind === 'answer' && unit === revived && atMs >= revivedAtMs);
  const regular = all.find(({ unit, atMs, ms }) => unit === revived && atMs >= revivedAtMs && ms <= regularMs);
  return {
    p99Ms: percentile(
      steady.map(({ ms }) => ms),
      0.99,
    ),
    p99WithStartMs: percentile(
      live.map(({ ms }) => ms),
      0.99,
    ),
    worstUnitP99Ms: Math.max(...liveUnits.map((unit) => percentile(ofUnit(unit), 0.99))),
    longestMs: Math.max(...steady.map(({ ms }) => ms)),
    startLongestMs: Math.max(0, ...live.filter(({ atMs }) => atMs - beganMs < startMs).map(({ ms }) => ms)),
    polls: events.filter(({ kind }) => kind === 'answer').length,
    deadShare: deadMs / ((events.at(-1)?.atMs ?? beganMs) - beganMs || 1),
    readAgainMs: back ? back.atMs - revivedAtMs : Number.POSITIVE_INFINITY,
    polledAgainMs: regular ? regular.atMs - revivedAtMs : Number.POSITIVE_INFINITY,
  };
}
