import type { DeviceSettings } from './device-schema.js';
import type { LearnedFacts } from './learned-facts.js';
import { longestRead, makeRead, type Poll, type Read } from './poll.js';
import { answerDataBytes, isBitFunction } from './register-bus.js';

/** Longer reads tried before two reads are left alike. */
const stepsMax = 8;

/**
 * On a line an answer says its unit, function and byte count and nothing else. Two reads of one unit that are alike in
 * these could take each other's late or repeated answers, so the line bus keeps them a lateness bound apart. Here the
 * second is made a register (or eight bits) longer instead, where nothing is known against it; a device that refuses
 * that teaches it, as any refused range.
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
  const distinct = (read: Read): Read => {
    const step = isBitFunction(read.functionCode) ? 8 : 1;
    const candidates = Array.from({ length: stepsMax }, (_, n) =>
      makeRead(read.table, read.start, read.start + read.count + n * step, read.items),
    );
    const chosen = candidates.find((one) => !taken.has(shapeOf(one)) && isAllowed(one)) ?? read;
    taken.add(shapeOf(chosen));
    return chosen;
  };
  return new Map([...polls].map(([group, poll]) => [group, { ...poll, reads: poll.reads.map(distinct) }]));
}

const shapeOf = ({ functionCode, count }: Read): string => `${functionCode}/${answerDataBytes(functionCode, count)}`;
