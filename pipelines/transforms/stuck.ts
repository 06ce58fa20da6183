import { hasValue, isGood, Quality, type TagTableSpec, type Transform } from '../../gateway/contract/index.js';
import { restoreInto, snapshotOf } from './slot-memory.js';
import { slotOf, type TagChecks } from './spec.js';

/**
 * Marks a good value that has not moved by half a `resolution` for `stuckAfterMs` (NAMUR NE 107: out of specification).
 * Only time between two readings that follow one another counts, so a value that is the same before and after an outage
 * is not called stuck for it. Late frames are neither judged nor remembered.
 */
export function stuck(tags: readonly TagChecks[], table: TagTableSpec): Transform | undefined {
  const checks = tags.flatMap(({ name, stuckAfterMs, resolution }) =>
    stuckAfterMs === undefined
      ? []
      : [
          {
            name,
            slot: slotOf(table, name),
            stuckAfterMs,
            tolerance: (resolution ?? 0) / 2,
            /** The value it stands at, for how long, and the instant of the reading before; NaN when that had none. */
            memory: { value: Number.NaN, stillMs: 0, instant: Number.NaN },
          },
        ],
  );
  if (checks.length === 0) return undefined;
  return {
    next(frame) {
      if (frame.late === true) return frame;
      let marked: Uint8Array | undefined;
      for (const { slot, stuckAfterMs, tolerance, memory } of checks) {
        const quality = frame.quality[slot] as number;
        if (!hasValue(quality)) {
          memory.instant = Number.NaN;
          continue;
        }
        const value = frame.values[slot] as number;
        if (Math.abs(value - memory.value) <= tolerance) {
          if (!Number.isNaN(memory.instant)) memory.stillMs += frame.instant - memory.instant;
        } else {
          memory.value = value;
          memory.stillMs = 0;
        }
        memory.instant = frame.instant;
        if (memory.stillMs >= stuckAfterMs && isGood(quality)) {
          marked ??= frame.quality.slice();
          marked[slot] = Quality['uncertain-stuck'];
        }
      }
      return marked === undefined ? frame : { ...frame, quality: marked };
    },
    snapshot: () => snapshotOf(checks),
    restore: (state) => restoreInto(checks, state),
  };
}
