import type { DriverTag } from '../../gateway/contract/index.js';
import type { TagAddress } from './tag-schema.js';

/** One request: everything a group wants of one data identifier. */
export interface Read {
  readonly identifier: number;
  /** Slot of each tag and where its number stands. */
  readonly items: readonly { readonly slot: number; readonly address: TagAddress }[];
  /** Bytes the answer has to have, beside its identifier. */
  readonly dataBytes: number;
}

/** One read an identifier, in the order of the tags. */
export function compileReads(tags: readonly DriverTag<TagAddress>[]): readonly Read[] {
  const byIdentifier = new Map<number, { slot: number; address: TagAddress }[]>();
  for (const [slot, { address }] of tags.entries()) {
    const items = byIdentifier.get(address.identifier);
    if (items) items.push({ slot, address });
    else byIdentifier.set(address.identifier, [{ slot, address }]);
  }
  return Array.from(byIdentifier, ([identifier, items]) => ({
    identifier,
    items,
    dataBytes: Math.max(...items.map(({ address: { at, format } }) => at + format.bytes)),
  }));
}
