import { type DriverGroup, type FrameBuilder, isBad, Quality } from '../../gateway/contract/index.js';
import { type DataKind, dataKindNames } from './data-kinds.js';
import { qualityOfFlag } from './data-flags.js';
import { type DataRecord, parseNumber } from './records.js';
import type { TagAddress } from './tag-schema.js';

/** Where the number of a slot and its flag stand in a record. */
interface Slot {
  readonly slot: number;
  readonly key: string;
  readonly flagKey: string;
}

/** The slots of one group, by the data they are in. */
export type GroupSlots = ReadonlyMap<DataKind, readonly Slot[]>;

export function compileSlots({ tags }: DriverGroup<TagAddress>): GroupSlots {
  const all = tags.map(({ address: { data, code, of } }, slot) => ({
    data,
    slot,
    key: `${code}-${of}`.toLowerCase(),
    flagKey: `${code}-flag`.toLowerCase(),
  }));
  return new Map(
    dataKindNames.flatMap((kind) => {
      const slots = all.filter(({ data }) => data === kind);
      return slots.length > 0 ? [[kind, slots] as const] : [];
    }),
  );
}

/**
 * Fills what a record says; gives the slots it says something of. A flag without a number counts when it says that
 * there is none. Where the record's time is none, a good value says so in its quality.
 */
export function fillSlots(
  slots: readonly Slot[],
  { fields }: DataRecord,
  hasTime: boolean,
  into: FrameBuilder,
): number[] {
  const filled: number[] = [];
  for (const { slot, key, flagKey } of slots) {
    const quality = qualityOfFlag(fields.get(flagKey));
    const text = fields.get(key);
    if (text === undefined && !isBad(quality)) continue;
    filled.push(slot);
    if (isBad(quality)) {
      into.bad(slot, quality);
      continue;
    }
    const value = parseNumber(text as string);
    if (value === undefined) into.bad(slot, Quality['bad-decoding']);
    else into.set(slot, value, quality === Quality.good && !hasTime ? Quality['uncertain-device-clock'] : quality);
  }
  return filled;
}
