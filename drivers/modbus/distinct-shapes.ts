import type { DeviceSettings } from './device-schema.js';
import type { LearnedFacts } from './learned-facts.js';
import { hullOf, type Item, longestRead, makeRead, type Poll, type Read } from './poll.js';
import { answerDataBytes, isBitFunction } from './register-bus.js';

/** Longer reads tried before two reads are left alike. */
const stepsMax = 8;

/**
 * On a line an answer says its unit, function and byte count and nothing else. Two reads of one unit that are alike in
 * these could take each other's late or repeated answers, so the line bus keeps them a lateness bound apart. Here the
 * second is made a register (or eight bits) longer instead, where nothing is known against it; a device that refuses
 * that teaches it, as any refused range. Where it cannot be longer it is made in two parts of other lengths.
 */
export function withDistinctShapes(
  polls: ReadonlyMap<string, Poll>,
  settings: DeviceSettings,
  facts: LearnedFacts,
): Map<string, Poll> {
  const taken = new Set<string>();
  const limit = longestRead(settings, facts);
  const isAllowed = (read: Read): boolean => {
    const end = read.start + read.count;
    return (
      read.count <= limit(read.table) &&
      end <= 65_536 &&
      !settings.holes.some((hole) => hole.table === read.table && hole.start < end && read.start < hole.end) &&
      ![...facts.avoid, ...facts.refused].some(
        (range) => range.table === read.table && range.start >= read.start && range.end <= end,
      )
    );
  };
  const distinct = (read: Read): readonly Read[] => {
    const step = isBitFunction(read.functionCode) ? 8 : 1;
    const candidates = Array.from({ length: stepsMax }, (_, n) =>
      makeRead(read.table, read.start, read.start + read.count + n * step, read.items),
    );
    const longer = candidates.find((one) => !taken.has(shapeOf(one)) && isAllowed(one));
    const chosen = longer ? [longer] : (partsOf(read).find((parts) => areFree(parts, taken)) ?? [read]);
    for (const one of chosen) taken.add(shapeOf(one));
    return chosen;
  };
  return new Map([...polls].map(([group, poll]) => [group, { ...poll, reads: poll.reads.flatMap(distinct) }]));
}

/** Every way to make a read in two, each tag whole. */
function partsOf({ table, items }: Read): (readonly Read[])[] {
  const sorted = items.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  return sorted.slice(1).flatMap(({ range }, n) => {
    const parts = [sorted.slice(0, n + 1), sorted.slice(n + 1)];
    if ((parts[0] as Item[]).some((item) => item.range.end > range.start)) return [];
    return [
      parts.map((part) => {
        const { start, end } = hullOf(table, part);
        return makeRead(table, start, end, part);
      }),
    ];
  });
}

function areFree(parts: readonly Read[], taken: ReadonlySet<string>): boolean {
  const shapes = parts.map(shapeOf);
  return new Set(shapes).size === shapes.length && !shapes.some((shape) => taken.has(shape));
}

/** Reads of one unit that look alike on the line, each but the first: the bus keeps them a lateness bound apart. */
export function alikeReads(polls: Iterable<Poll>): ReadonlySet<Read> {
  const seen = new Set<string>();
  const alike = [...polls].flatMap(({ reads }) => reads).filter((read) => seen.size === seen.add(shapeOf(read)).size);
  return new Set(alike);
}

const shapeOf = ({ functionCode, count }: Read): string => `${functionCode}/${answerDataBytes(functionCode, count)}`;
