import {
  type AlarmChange,
  type AlarmEntry,
  type AlarmState,
  type Cause,
  type Judgement,
  type Moment,
  qualityName,
} from '../../contract/index.js';
import { displayOf, isAnnunciated, restingState } from './alarm-state.js';
import type { AlarmDefinition } from './definition.js';
import { stampOf } from './moments.js';

/** What an entry tells besides the change and the state it led to. */
export interface Telling {
  readonly cause: Cause;
  readonly at: Moment;
  readonly judgement?: Judgement;
  readonly comment?: string;
}

/** An alarm as it stands, with the last entry that told of it. */
export interface StandingAlarm {
  readonly state: AlarmState;
  readonly last: AlarmEntry;
}

/** What an entry says of its alarm whatever happened. */
export type Tellable = Pick<
  AlarmEntry,
  'key' | 'device' | 'tag' | 'limitKind' | 'class' | 'priority' | 'limit' | 'unit' | 'message' | 'action'
>;

export const tellable = ({ key, device, tag, kind, limit, unit, message, rationale }: AlarmDefinition): Tellable => ({
  key,
  device,
  tag,
  limitKind: kind,
  class: rationale.class.name,
  priority: rationale.priority,
  limit: finite(limit),
  unit,
  message,
  action: rationale.action,
});

/** Of an alarm that has no definition any more, as it was told last. */
export const tellableAgain = (last: AlarmEntry): Tellable => {
  const { key, device, tag, limitKind, class: ofClass, priority, limit, unit, message, action } = last;
  return { key, device, tag, limitKind, class: ofClass, priority, limit, unit, message, action };
};

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The entry of one change: what the alarm was, and the state it led to. */
export function alarmEntry(
  of: Tellable,
  change: AlarmChange,
  before: StandingAlarm | undefined,
  state: AlarmState,
  { cause, at, judgement, comment = '' }: Telling,
): AlarmEntry {
  const own = judgement?.key === of.key ? judgement : undefined;
  const last = before?.last;
  return {
    kind: 'alarm',
    ...stampOf(at),
    ...of,
    change,
    from: displayOf(before?.state ?? restingState),
    to: displayOf(state),
    isAnnunciated: isAnnunciated(state),
    value: own ? finite(own.value) : (last?.value ?? null),
    limit: own ? finite(own.limit) : (last?.limit ?? of.limit),
    quality: own ? qualityName(own.quality) : (last?.quality ?? 'absent'),
    cause,
    comment,
    state,
  };
}
