/** What a counter is known to do. */
export interface CounterHabits {
  /** The count at which it begins again at 0; undefined when it never does. */
  readonly rollover: number | undefined;
  /** Fastest it was seen to count, per ms; undefined when it was not watched yet. */
  readonly fastest: number | undefined;
}

/** Share of a counter's range that one step may pass when it rolls over. */
const stepShareMax = 1 / 4;
/** A rollover may be this many times as fast as what was seen before. */
const speedUpMax = 4;

/**
 * How far a counter went between two readings; undefined when it was set back. A fall is a rollover only when the step
 * it would make is a small part of the range and not much faster than before: a meter that begins at 0 after a power cut
 * must not look like one that counted thousands at once.
 */
export function countStep(
  before: number,
  after: number,
  elapsedMs: number,
  { rollover, fastest }: CounterHabits,
): number | undefined {
  if (after >= before) return after - before;
  if (rollover === undefined || before > rollover) return undefined;
  const step = after - before + rollover;
  if (step > rollover * stepShareMax) return undefined;
  return fastest === undefined || step <= fastest * speedUpMax * elapsedMs ? step : undefined;
}
