import { hasValue, isGood, Quality, type TagTableSpec, type Transform } from '../../gateway/contract/index.js';
import { restoreInto, snapshotOf } from './slot-memory.js';
import { slotOf, type TagChecks } from './spec.js';

/**
 * Marks a good value that changed faster than `jumpPerSecond` since the reading before. One step of the sensor is no
 * jump however fast it is polled. A slot without a reading is passed over, so the time of a gap counts in its favour.
 * Late frames are neither judged nor remembered.
 */
export function jump(tags: readonly TagChecks[], table: TagTableSpec): Transform | undefined {
  const checks = tags.flatMap(({ name, jumpPerSecond, resolution }) =>
    jumpPerSecond === undefined
      ? []
      : [
          {
            name,
            slot: slotOf(table, name),
            perMs: jumpPerSecond / 1000,
            // One step, and the half step that every comparison tolerates.
            tolerance: (resolution ?? 0) * 1.5,
            memory: { value: Number.NaN, instant: Number.NaN },
          },
        ],
  );
  if (checks.length === 0) return undefined;
  return {
    next(frame) {
      if (frame.late === true) return frame;
      let marked: Uint8Array | undefined;
      for (const { slot, perMs, tolerance, memory } of checks) {
        const quality = frame.quality[slot] as number;
        if (!hasValue(quality)) continue;
        const value = frame.values[slot] as number;
        // Two frames of one millisecond count as one apart. Without a reading before, the comparison is with NaN: false.
        const possible = perMs * Math.max(frame.instant - memory.instant, 1) + tolerance;
        if (Math.abs(value - memory.value) > possible && isGood(quality)) {
          marked ??= frame.quality.slice();
          marked[slot] = Quality['uncertain-jump'];
        }
        memory.value = value;
        memory.instant = frame.instant;
      }
      return marked === undefined ? frame : { ...frame, quality: marked };
    },
    snapshot: () => snapshotOf(checks),
    restore: (state) => restoreInto(checks, state),
  };
}
