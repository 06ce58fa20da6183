import type { CurvePoint, DerivedTag, ReadTag } from '../../pipelines/index.js';

const unchecked = { resolution: undefined, range: undefined, jumpPerSecond: undefined, stuckAfterMs: undefined };

/** A tag that is read, with nothing done to it but what the test names. */
export const readTag = (name: string, more: Partial<ReadTag> = {}): ReadTag => ({
  name,
  scale: 1,
  offset: 0,
  ...unchecked,
  ...more,
});

/** A derived tag, with no check but what the test names. */
export const derivedTag = (name: string, formula: string, more: Partial<DerivedTag> = {}): DerivedTag => ({
  name,
  formula,
  ...unchecked,
  ...more,
});

/** A tag read off a table over another one. */
export const derivedCurve = (name: string, of: string, curve: readonly CurvePoint[]): DerivedTag => ({
  name,
  of,
  curve,
  ...unchecked,
});
