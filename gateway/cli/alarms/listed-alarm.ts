import { type AlarmEntry, type Moment, type Priority, priorities } from '../../contract/index.js';
import type { Journal } from '../../journal/index.js';
import type { AlarmView } from '../../runtime/index.js';

/** What a list says of an alarm. What is null a stopped gateway does not know: nothing is judged and no time runs there. */
export interface ListedAlarm
  extends Pick<
    AlarmView,
    | 'key'
    | 'priority'
    | 'state'
    | 'isAbnormal'
    | 'isAnnunciated'
    | 'message'
    | 'action'
    | 'value'
    | 'limit'
    | 'unit'
    | 'raised'
    | 'acknowledged'
    | 'outOfService'
    | 'chatter'
    | 'firstOut'
    | 'lastKnownMs'
    | 'covers'
  > {
  readonly respondWithinMs: number | null;
  readonly shelf: { readonly who: string; readonly reason: string; readonly leftMs: number | null } | null;
  readonly suppression: { readonly by: string; readonly leftMs: number | null } | null;
}

const rfc3339 = (moment: Moment | null): string | null =>
  typeof moment?.time === 'number' ? new Date(moment.time).toISOString() : null;

function keptAlarm({
  key,
  priority,
  to,
  isAnnunciated,
  message,
  action,
  value,
  limit,
  unit,
  state,
}: AlarmEntry): ListedAlarm {
  const { isAbnormal, raised, acknowledged, shelf, suppression, outOfService, chatter, firstOut } = state;
  return {
    key,
    priority,
    state: to,
    isAbnormal,
    isAnnunciated,
    message,
    action,
    value,
    limit,
    unit,
    raised: rfc3339(raised),
    acknowledged: acknowledged && {
      who: acknowledged.who,
      comment: acknowledged.comment,
      time: rfc3339(acknowledged),
    },
    outOfService: outOfService && {
      who: outOfService.who,
      reason: outOfService.reason,
      since: rfc3339(outOfService.since),
    },
    chatter: chatter?.count ?? null,
    firstOut: firstOut.map((first) => first.key),
    lastKnownMs: null,
    covers: 0,
    respondWithinMs: null,
    shelf: shelf && { who: shelf.who, reason: shelf.reason, leftMs: null },
    suppression: suppression && !suppression.isSpent ? { by: suppression.by, leftMs: null } : null,
  };
}

const rank = (priority: Priority): number => priorities.indexOf(priority);

/** The alarms as the journal of a stopped gateway has them, in the order a running one gives: the most pressing first. */
export function keptAlarms({ alarmsKept }: Pick<Journal, 'alarmsKept'>): ListedAlarm[] {
  return [...alarmsKept.standing.values()]
    .toSorted(
      (a, b) =>
        Number(b.isAnnunciated) - Number(a.isAnnunciated) ||
        rank(a.priority) - rank(b.priority) ||
        (b.state.raised?.instant ?? 0) - (a.state.raised?.instant ?? 0),
    )
    .map(keptAlarm);
}
