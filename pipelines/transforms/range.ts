import { hasValue, Quality, type TagTableSpec, type Transform } from '../../gateway/contract/index.js';
import { slotOf, type TagChecks } from './spec.js';
import { stateless } from './stateless.js';

const over = Quality['uncertain-over-range'];
const under = Quality['uncertain-under-range'];

/**
 * Marks what lies outside the measuring range as over or under it. The value stays and never turns bad: a pegged gas
 * sensor is the most dangerous reading there is, and limit rules count the mark as beyond their outermost limit. It
 * therefore also replaces any other uncertainty, but never what the device itself said of its range.
 */
export function range(tags: readonly TagChecks[], table: TagTableSpec): Transform | undefined {
  const checks = tags.flatMap((tag) => {
    if (tag.range === undefined) return [];
    const tolerance = (tag.resolution ?? 0) / 2;
    return [{ slot: slotOf(table, tag.name), low: tag.range[0] - tolerance, high: tag.range[1] + tolerance }];
  });
  if (checks.length === 0) return undefined;
  return stateless((frame) => {
    let marked: Uint8Array | undefined;
    for (const { slot, low, high } of checks) {
      const value = frame.values[slot] as number;
      const mark = value > high ? over : value < low ? under : undefined;
      const quality = frame.quality[slot] as number;
      if (mark === undefined || !hasValue(quality) || quality === over || quality === under) continue;
      marked ??= frame.quality.slice();
      marked[slot] = mark;
    }
    return marked === undefined ? frame : { ...frame, quality: marked };
  });
}
