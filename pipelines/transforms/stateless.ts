import type { StampedFrame, Transform } from '../../gateway/contract/index.js';

/** A transform that remembers nothing of earlier frames. */
export const stateless = (next: (frame: StampedFrame) => StampedFrame): Transform => ({
  next,
  snapshot: () => null,
  restore: () => undefined,
});
