/**
 * Most grid instants given for one input. Ticks come each second, so only a stream without them, or a machine that
 * slept, leaves a longer hole: of that the newest are given and the older are passed over.
 */
export const gridInstantsAtOnceMax = 10_000;

/** The grid instant at or before; grids begin at instant 0. */
export const gridAtOrBefore = (instant: number, everyMs: number): number => Math.floor(instant / everyMs) * everyMs;

export const gridAtOrAfter = (instant: number, everyMs: number): number => Math.ceil(instant / everyMs) * everyMs;

/** Where to begin when the instants from `first` to `last` are due. */
export const firstGiven = (first: number, last: number, everyMs: number): number =>
  Math.max(first, last - (gridInstantsAtOnceMax - 1) * everyMs);
