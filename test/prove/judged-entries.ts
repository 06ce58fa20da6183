import type { Entry } from '../../gateway/contract/index.js';

/** Entries that judging leads to, and nothing else. */
export const isJudged = ({ kind }: Entry): boolean =>
  kind === 'event' || kind === 'alarm' || kind === 'exceedance' || kind === 'flood' || kind === 'late';

/** One entry as the journal has it, byte for byte; an unknown time is null there. */
export const entryText = (entry: Entry): string => JSON.stringify(entry);

/** What happened, without when: to compare two runs whose readings came a moment apart. */
export function happened(entry: Entry): string {
  if (entry.kind === 'alarm') return `alarm ${entry.key} ${entry.change} ${entry.from}→${entry.to}`;
  if (entry.kind === 'event') return `event ${entry.key} ${entry.state}`;
  if (entry.kind === 'exceedance') return `exceedance ${entry.key}`;
  if (entry.kind === 'late') return `late ${entry.key} ${entry.finding}`;
  return entry.kind === 'flood' ? `flood ${entry.state}` : entry.kind;
}

/** The first place at which two lists differ; undefined when they are alike. */
export function firstDifference(one: readonly string[], other: readonly string[]): string | undefined {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    if (one[index] !== other[index]) return `#${index}: ${one[index] ?? '–'} | ${other[index] ?? '–'}`;
  }
  return undefined;
}
