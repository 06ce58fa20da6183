import type { StampedFrame, TagTable, TagTableSpec } from '../../gateway/contract/index.js';
import { FrameBuilder } from '../../gateway/contract/index.js';

/** The table of a device with number tags `v0 … vN`. */
export function tableSpec(device = 'd1', tags = 3, configuration = 'c1'): TagTableSpec {
  return {
    site: 'farm',
    link: 'bus',
    device,
    profile: 'meter',
    group: 'main',
    configuration,
    tags: Array.from({ length: tags }, (_, index) => ({ name: `v${index}`, type: 'number', unit: '' })),
  };
}

/** A frame whose every value is `value + slot`. */
export function frameOf(
  table: TagTable,
  value: number,
  instant = value,
  time = 1_700_000_000_000 + value,
): StampedFrame {
  const builder = new FrameBuilder(table);
  for (let slot = 0; slot < table.tags.length; slot += 1) builder.set(slot, value + slot);
  return { ...builder.build(), instant, time, timeSpread: 5 };
}
