import type { SiteConfig } from '../../../config/site.js';
import type { Moment } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';
import { readMemory } from '../pipeline-memory.js';
import type { BlindSpan } from './blind-spans.js';
import { entriesOf } from './inputs.js';
import { type Comparison, compare, type Occurrence, Occurrences } from './occurrences.js';
import { Replay, type ReplayOptions } from './replay.js';
import { rulesOfSite } from './site-rules.js';
import type { UnjudgedRule } from './unjudged-rules.js';

export interface JournalReplayOptions extends Omit<ReplayOptions, 'note' | 'onProgress'> {
  /** ms UTC: what is told. Judged is everything from the beginning on, since what stands depends on it. */
  readonly from?: number | undefined;
  /** Not included. */
  readonly to?: number | undefined;
  /** A gateway goes on writing it: the last ten seconds are not told. */
  readonly isGrowing?: boolean;
  /** Share of the frames that has been judged, 0…1. */
  readonly onShare?: (share: number) => void;
}

/** What rules would have said of a journal, beside what was journaled. Of both only what came within the period. */
export interface JournalReplay extends Comparison {
  /** Frames judged. */
  readonly frames: number;
  /** Starts that could not be judged, because nobody can read their configuration any more. */
  readonly unjudged: number;
  /** Rules, or parts of them, for which the journal has no readings: that they raised nothing means nothing. */
  readonly notJudged: readonly UnjudgedRule[];
  /** Damage within the period, times as far as they are known. What came in it is called neither new nor gone. */
  readonly blind: readonly BlindSpan[];
  /** ms UTC; null when the journal knows no time in it. */
  readonly from: number | null;
  readonly to: number | null;
  readonly alarms: readonly Occurrence[];
  readonly journaled: readonly Occurrence[];
}

/**
 * Up to where the gateway itself had counted seconds when it ended: a delay that ran then may have ended, what would have
 * come later nobody was there to see.
 */
function countedTo(journal: Journal): number {
  const tickedTo = journal.recovery.reason === 'stop' ? readMemory(journal)?.tickedTo : undefined;
  return tickedTo ?? journal.lastStamps.instant;
}

/** What was journaled of alarms, by the keys that a site has for them now. */
async function journaledOf(journal: Journal, currentKeys: ReadonlyMap<string, string>): Promise<Occurrence[]> {
  const occurrences = new Occurrences();
  for await (const entry of entriesOf(journal)) if (entry.kind === 'alarm') occurrences.take(entry);
  return occurrences.list.map((one) => ({ ...one, key: currentKeys.get(one.key) ?? one.key }));
}

function currentKeysOf(instead: SiteConfig | undefined, { registries }: JournalReplayOptions): Map<string, string> {
  const renamed = instead ? [...rulesOfSite(instead, registries).formerKeys] : [];
  return new Map(renamed.flatMap(([key, former]) => former.map((old) => [old, key] as const)));
}

type TimeOf = (moment: Moment) => number | null;

/** When the frames of a journal were read, as far as it knows. */
interface Span {
  readonly from: number | null;
  readonly to: number | null;
}

async function spanOf({ samples }: Journal, timeOf: TimeOf): Promise<Span> {
  const reader = samples.reader();
  const timeAt = async (offset: number): Promise<number | null> => {
    const [frame] = (await reader.read(Math.max(samples.first, offset), 1, 1)).records;
    return frame ? timeOf({ instant: frame.instant, time: Number.isNaN(frame.time) ? null : frame.time }) : null;
  };
  try {
    return { from: await timeAt(samples.first), to: await timeAt(samples.committed - 1) };
  } finally {
    await reader.close();
  }
}

/**
 * Judges a journal again, by its own rules or by those of `instead`, and holds what comes of it against what was
 * journaled. An alarm whose time nobody knows is told whatever the period.
 */
export async function replayJournal(options: JournalReplayOptions): Promise<JournalReplay> {
  const { journal, instead, from, to, isGrowing = false, onShare } = options;
  const { samples } = journal;
  // Also where it was journaled before the time was known.
  const timeOf: TimeOf = ({ instant, time }) => time ?? journal.labelOf(instant)?.time ?? null;
  const span = await spanOf(journal, timeOf);
  const occurrences = new Occurrences();
  const all = Math.max(1, samples.committed - samples.first);
  const replay = new Replay({
    ...options,
    note: (entry) => {
      if (entry.kind === 'alarm') occurrences.take(entry);
    },
    onProgress: (frames) => onShare?.(Math.min(1, frames / all)),
  });
  const { frames, unjudged, notJudged, blind } = await replay.run();
  if (frames > 0) replay.tick(countedTo(journal));
  const journaled = await journaledOf(journal, currentKeysOf(instead, options));
  const labelled = (one: Occurrence): Occurrence => ({
    ...one,
    raised: { ...one.raised, time: timeOf(one.raised) },
    returned: one.returned && { ...one.returned, time: timeOf(one.returned) },
  });
  const told = within(isGrowing ? withoutLatest(span) : span, from, to);
  // The end of a journal that grows no more is told whole.
  const end = isGrowing || to !== undefined ? (told.to ?? far) : far;
  const isTold = ({ raised: { time } }: Occurrence): boolean => time === null || (time >= (from ?? time) && time < end);
  const alarms = occurrences.list.map(labelled);
  const kept = journaled.map(labelled);
  const { added, gone } = compare(alarms, kept);
  const isSure = (one: Occurrence): boolean => isTold(one) && !blind.some((gap) => isWithin(gap, one.raised));
  return {
    frames,
    unjudged,
    notJudged,
    ...told,
    blind: blind.map((gap) => timed(gap, timeOf)).filter((gap) => touches(gap, from, to)),
    alarms: alarms.filter(isTold),
    journaled: kept.filter(isTold),
    added: added.filter(isSure),
    gone: gone.filter(isSure),
  };
}

/** What was told right at an end of the damage may have come in it. */
const isWithin = ({ from, to }: BlindSpan, { instant }: Moment): boolean =>
  instant >= (from?.instant ?? -far) && instant <= (to?.instant ?? far);

const timed = (gap: BlindSpan, timeOf: TimeOf): BlindSpan => ({
  ...gap,
  from: gap.from && { ...gap.from, time: timeOf(gap.from) },
  to: gap.to && { ...gap.to, time: timeOf(gap.to) },
});

/** An end whose time nobody knows may lie anywhere. */
const touches = (gap: BlindSpan, from: number | undefined, to: number | undefined): boolean =>
  (gap.to?.time ?? far) >= (from ?? -far) && (gap.from?.time ?? -far) < (to ?? far);

const far = Number.POSITIVE_INFINITY;

/** Frames and alarms of these last moments may not both have been on the disk when they were read. */
const latestMs = 10_000;

const withoutLatest = ({ from, to }: Span): Span => ({ from, to: to === null ? null : to - latestMs });

/** The part of the period that the journal knows of. */
function within(span: Span, from: number | undefined, to: number | undefined): Span {
  if (span.from === null || span.to === null) return { from: null, to: null };
  const begin = Math.max(span.from, from ?? span.from);
  return { from: begin, to: Math.max(begin, Math.min(span.to, to ?? span.to)) };
}
