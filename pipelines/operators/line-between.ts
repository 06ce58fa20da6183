import { isGood, Quality } from '../../gateway/contract/index.js';
import type { Sample } from './sample.js';

/**
 * The sample at `instant` on the straight line through two samples with numbers, `before` < `instant` < `after`. Good
 * when both are (OPC 10000-13 §3.1.8, sloped interpolation).
 */
export function lineBetween(before: Sample, after: Sample, instant: number): Sample {
  const { instant: from, value } = before;
  return {
    instant,
    value: value + ((after.value - value) * (instant - from)) / (after.instant - from),
    quality: isGood(before.quality) && isGood(after.quality) ? Quality.good : Quality.uncertain,
  };
}
