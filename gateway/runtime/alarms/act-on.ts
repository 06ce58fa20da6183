import type { AlarmChange, AlarmClass, AlarmState, Moment } from '../../contract/index.js';
import { type ActRefusal, type AlarmAct, refused, shelvedTooLong } from './act.js';
import { whenAcknowledged, whenFlagLeaves, whenReset } from './base-state.js';
import { later } from './moments.js';

/** What an act leads to. */
export interface Done {
  readonly change: AlarmChange;
  readonly state: AlarmState;
  readonly comment: string;
}

type Acted = Done | ActRefusal;

export const isRefusal = (acted: Acted): acted is ActRefusal => 'reason' in acted;

/** What a person's act does to one alarm, by the policy of its class. Pure; what is refused changes nothing. */
export function actOn(state: AlarmState, act: AlarmAct, who: string, now: Moment, policy: AlarmClass): Acted {
  switch (act.act) {
    case 'acknowledge':
      return acknowledged(state, act.comment, who, now);
    case 'reset':
      return reset(state, act.comment);
    case 'shelve':
      return shelved(state, act, who, now, policy);
    case 'unshelve':
      if (!state.shelf) return refused('not-shelved');
      return { change: 'unshelved', state: withoutShelf(state), comment: act.comment };
    case 'remove-from-service':
      return removed(state, act, who, now, policy);
    case 'return-to-service': {
      if (!state.outOfService) return refused('not-out-of-service');
      return { change: 'returned-to-service', state: inService(state), comment: act.comment };
    }
  }
}

/** The shelf is over, by hand or by time. */
export const withoutShelf = (state: AlarmState): AlarmState => ({
  ...state,
  shelf: null,
  base: whenFlagLeaves(state.base, state.isAbnormal),
});

/** It is back in service, by hand or by time. */
export const inService = (state: AlarmState): AlarmState => ({
  ...state,
  outOfService: null,
  base: whenFlagLeaves(state.base, state.isAbnormal),
});

function acknowledged(state: AlarmState, comment: string, who: string, now: Moment): Acted {
  const base = whenAcknowledged(state.base);
  if (base === undefined) return refused('nothing-to-acknowledge');
  return { change: 'acknowledged', state: { ...state, base, acknowledged: { ...now, who, comment } }, comment };
}

function reset(state: AlarmState, comment: string): Acted {
  if (state.base === 'latched-unacknowledged') return refused('acknowledge-first');
  const base = whenReset(state.base);
  if (base === undefined) return refused(state.isAbnormal ? 'still-abnormal' : 'nothing-to-reset');
  return { change: 'reset', state: { ...state, base }, comment };
}

function shelved(
  state: AlarmState,
  { forMs, reason }: Extract<AlarmAct, { act: 'shelve' }>,
  who: string,
  now: Moment,
  { shelveMaxMs }: AlarmClass,
): Acted {
  if (shelveMaxMs === 0) return refused('never-shelved');
  if (state.shelf) return refused('already-shelved');
  if (reason.trim() === '') return refused('no-reason');
  if (!(forMs > 0 && forMs <= shelveMaxMs)) return shelvedTooLong(shelveMaxMs);
  const shelf = { who, reason, since: now, until: later(now, forMs) };
  return { change: 'shelved', state: { ...state, shelf }, comment: reason };
}

function removed(
  state: AlarmState,
  { reason, forMs }: Extract<AlarmAct, { act: 'remove-from-service' }>,
  who: string,
  now: Moment,
  { outOfService }: AlarmClass,
): Acted {
  if (outOfService === null) return refused('never-out-of-service');
  if (state.outOfService) return refused('already-out-of-service');
  if (reason.trim() === '') return refused('no-reason');
  const until = forMs === undefined ? null : later(now, forMs);
  return {
    change: 'removed-from-service',
    state: { ...state, outOfService: { who, reason, since: now, until } },
    comment: reason,
  };
}
