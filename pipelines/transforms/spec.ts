import type { TagTableSpec } from '../../gateway/contract/index.js';

/** How one tag is checked. Units are the tag's own; `undefined` means: not checked. */
export interface TagChecks {
  readonly name: string;
  /** Smallest step of the sensor: comparisons tolerate half of it. */
  readonly resolution: number | undefined;
  readonly range: readonly [low: number, high: number] | undefined;
  readonly jumpPerSecond: number | undefined;
  readonly stuckAfterMs: number | undefined;
}

/** A tag that is read: delivered value = raw × scale + offset. */
export interface ReadTag extends TagChecks {
  readonly scale: number;
  readonly offset: number;
}

/** A tag computed from others of the same table, and from context. */
export interface FormulaTag extends TagChecks {
  readonly formula: string;
}

/** A tag read off a table over another tag of the same table: storage of a reservoir, discharge of a weir, a tank. */
export interface CurveTag extends TagChecks {
  /** Points [value of the other tag, value of this one], ascending by the first number; at least two. */
  readonly curve: readonly CurvePoint[];
  readonly of: string;
}

export type CurvePoint = readonly [x: number, y: number];

export type DerivedTag = FormulaTag | CurveTag;

/** A value of the site's context by name, as of now; NaN while it is not known. */
export type ContextReader = (name: string) => number;

/** What is done to the frames of one poll group. Whatever the configuration calls it, this shape is all that is needed. */
export interface TransformSpec {
  readonly tags: readonly ReadTag[];
  readonly derived: readonly DerivedTag[];
}

/** The slot of a tag. A table without it was not made from the same configuration, which is our bug. */
export function slotOf(table: TagTableSpec, name: string): number {
  const slot = table.tags.findIndex((tag) => tag.name === name);
  if (slot < 0) throw new Error(`the table of ${table.device}/${table.group} has no tag ${name}`);
  return slot;
}
