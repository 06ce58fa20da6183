import type { DriverTag } from '../../gateway/contract/index.js';
import type { Decoder } from './decoder.js';
import { bitsPerRegister, type DeviceSettings } from './device-schema.js';
import type { LearnedFacts } from './learned-facts.js';
import { functionCodes, planReads } from './reading-plan.js';
import { answerDataBytes, isBitFunction, type ReadFunction } from './register-bus.js';
import type { RegisterRange, Table } from './register-reference.js';
import { compileDecoder } from './registers.js';
import { addressCount, type TagAddress } from './tag-schema.js';
import { exchangeMs, type WireTiming } from './wire-time.js';

/** One tag of a poll group, compiled. */
export interface Item {
  readonly slot: number;
  readonly range: RegisterRange;
  readonly decode: Decoder;
}

/** One request and what its answer holds. */
export interface Read {
  readonly table: Table;
  readonly functionCode: ReadFunction;
  readonly start: number;
  readonly count: number;
  readonly items: readonly Item[];
  /** Where each item begins in the data: a byte, or for bits the number of the bit. */
  readonly at: readonly number[];
}

/** One poll group, compiled against what is known of the device. */
export interface Poll {
  readonly reads: readonly Read[];
  /** Tags the device refuses by themselves. */
  readonly refused: readonly Item[];
  /** Tags that configuration forbids to read. */
  readonly forbidden: readonly Item[];
  readonly isStatutory: boolean;
}

export const rangeOf = (address: TagAddress): RegisterRange => {
  const { table, start } = address.register;
  return { table, start, end: start + addressCount(address) };
};

export function compileItems(tags: readonly DriverTag<TagAddress>[]): Item[] {
  return tags.map(({ address }, slot) => ({ slot, range: rangeOf(address), decode: compileDecoder(address) }));
}

/** One read of these registers for these items. */
export function makeRead(table: Table, start: number, end: number, items: readonly Item[]): Read {
  const functionCode = functionCodes[table];
  const step = isBitFunction(functionCode) ? 1 : 2;
  return {
    table,
    functionCode,
    start,
    count: end - start,
    items,
    at: items.map(({ range }) => (range.start - start) * step),
  };
}

/** The registers the items of a read take, gaps between them included. */
export function hullOf(table: Table, items: readonly Item[]): RegisterRange {
  const start = Math.min(...items.map(({ range }) => range.start));
  const end = Math.max(...items.map(({ range }) => range.end));
  return { table, start, end };
}

/** Most registers, or bits, of one read. */
export const longestRead =
  ({ longestRead: registers }: DeviceSettings, facts: LearnedFacts) =>
  (table: Table): number =>
    Math.min(
      facts.longest[table] ?? Number.POSITIVE_INFINITY,
      isBitFunction(functionCodes[table]) ? registers * bitsPerRegister : registers,
    );

/** ms the bus is taken by one read. */
export const readMs = (timing: WireTiming, functionCode: ReadFunction, count: number): number =>
  exchangeMs(timing, answerDataBytes(functionCode, count));

/** Plans the reads of one group. */
export function compilePoll(
  tags: readonly DriverTag<TagAddress>[],
  settings: DeviceSettings,
  facts: LearnedFacts,
  timing: WireTiming,
): Poll {
  const items = compileItems(tags);
  const pauseMs = settings.pause ?? 0;
  const plan = planReads(
    items.map(({ range }) => range),
    {
      cost: (table, count) => readMs(timing, functionCodes[table], count) + pauseMs,
      longest: longestRead(settings, facts),
      holes: settings.holes,
      avoid: [...facts.avoid, ...facts.refused],
    },
  );
  const unreadable = plan.unreadable.map((index) => items[index] as Item);
  const isForbidden = ({ range }: Item) =>
    settings.holes.some((hole) => hole.table === range.table && hole.start < range.end && range.start < hole.end);
  return {
    reads: plan.reads.map(({ table, start, count, tags: indices }) =>
      makeRead(
        table,
        start,
        start + count,
        indices.map((index) => items[index] as Item),
      ),
    ),
    refused: unreadable.filter((item) => !isForbidden(item)),
    forbidden: unreadable.filter(isForbidden),
    isStatutory: tags.some(({ statutory }) => statutory),
  };
}
