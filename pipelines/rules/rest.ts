import type { QuietZone, StampedFrame } from '../../gateway/contract/index.js';

/** Of the frames a rule was passed over with, the last ones of at most so many spans are kept. */
export const spansKept = 8;

/**
 * A quiet zone that ends, or of which something is kept. Who passes frames over holds on to the last of them: a rule that
 * remembers is given it before it is asked anything, so it stands as if it had seen them all.
 */
export interface Rest extends QuietZone {
  /** Frames before this instant are passed over; without it, however late they are. */
  readonly until?: number;
  /** Seconds are passed over up to so long after the last frame; without it, for ever. */
  readonly patienceMs?: number;
  /** Takes a frame that was passed over, in their order. */
  readonly remember?: (frame: StampedFrame) => void;
  /** It is given the last frame of each span of so long, counted from instant 0; at most `spansKept` of them begin in a rest. */
  readonly spanMs?: number;
}

/** Any number says nothing. */
export const anyNumber = (slot: number): Rest => ({
  slot,
  above: Number.NEGATIVE_INFINITY,
  below: Number.POSITIVE_INFINITY,
});
