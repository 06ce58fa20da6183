import type { Text } from '../../contract/index.js';
import type { BlindSpan, JournalReplay, Occurrence } from '../../runtime/index.js';
import { text } from '../messages/index.js';
import { span } from '../numbers.js';
import type { TableRemarksJson } from './table-remarks.js';

/** What a replay found, of a journal or of a table. */
export interface Replayed {
  /** Frames of a journal, or rows of a table. */
  readonly judged: number;
  readonly isTable: boolean;
  /** ms UTC; null when nobody knows. */
  readonly from: number | null;
  readonly to: number | null;
  /** Times are counted from the first row: the table has none. */
  readonly isRelative: boolean;
  readonly isGrowing: boolean;
  readonly unjudged: number;
  /** Rules, or parts of them, that had nothing to judge: no alarm of them means nothing. */
  readonly notJudged: JournalReplay['notJudged'];
  /** What of a journal is damaged. */
  readonly blind: readonly BlindSpan[];
  /** undefined for a journal. */
  readonly remarks: TableRemarksJson | undefined;
  /** The table holds only what changed: each value was held for so long at most; undefined where nothing was. */
  readonly heldMaxMs: number | undefined;
  readonly operators: number;
  readonly alarms: readonly Occurrence[];
  /** What it is held against: a journal, or the rules of a site file; undefined when nothing is. */
  readonly against:
    | {
        readonly file: string | undefined;
        readonly count: number;
        readonly added: readonly Occurrence[];
        readonly gone: readonly Occurrence[];
      }
    | undefined;
}

const hourMs = 3_600_000;

/** Alarms that called for a person. */
export const callingOf = ({ alarms }: Replayed): number => alarms.filter(({ isSilent }) => !isSilent).length;

/** Of one operator, in one hour; undefined where it is not known how long it lasted. */
export function ratePerHour(replayed: Replayed): number | undefined {
  const { from, to, operators } = replayed;
  if (from === null || to === null || to <= from) return undefined;
  return callingOf(replayed) / ((to - from) / hourMs) / operators;
}

const rfc3339 = (time: number | null | undefined): string | null =>
  typeof time === 'number' ? new Date(time).toISOString() : null;

const occurrenceJson = (one: Occurrence) => ({
  ...one,
  raised: rfc3339(one.raised.time),
  returned: rfc3339(one.returned?.time),
  forMs: one.returned ? one.returned.instant - one.raised.instant : null,
});

/** Why what was judged is not all there was; undefined when it is. */
export const approximateWhy = ({ heldMaxMs }: Replayed): Text | undefined =>
  heldMaxMs === undefined ? undefined : text((m) => m.replay.approximate({ span: span(heldMaxMs) }));

/** The same for programs. Times are RFC 3339 in UTC, null where not known; of a table without times they begin in 1970. */
export function replayedJson(replayed: Replayed) {
  const { judged, isTable, isRelative, isGrowing, from, to, unjudged, operators, alarms, against } = replayed;
  const { notJudged, blind, remarks, heldMaxMs } = replayed;
  const added = new Set(against?.added);
  return {
    judged,
    isTable,
    isRelative,
    isGrowing,
    unjudged,
    notJudged,
    blind: blind.map((gap) => ({ ...gap, from: rfc3339(gap.from?.time), to: rfc3339(gap.to?.time) })),
    approximate: heldMaxMs !== undefined,
    approximateWhy: approximateWhy(replayed) ?? null,
    table: remarks ?? null,
    from: rfc3339(from),
    to: rfc3339(to),
    operators,
    perOperatorHour: ratePerHour(replayed) ?? null,
    alarms: alarms.map((one) => ({ ...occurrenceJson(one), isNew: against ? added.has(one) : null })),
    against: against && {
      file: against.file ?? null,
      count: against.count,
      added: against.added.length,
      gone: against.gone.map(occurrenceJson),
    },
  };
}
