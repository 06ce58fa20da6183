import type { AlarmChange, AlarmClass, AlarmState, Moment } from '../../contract/index.js';
import { inService, withoutShelf } from './act-on.js';
import { isSilent, isSuppressed } from './alarm-state.js';
import { whenAnnouncedAgain, whenFlagLeaves, whenNormal } from './base-state.js';
import { isQuiet } from './chatter.js';
import { isDue, later } from './moments.js';

/** Time alone does nothing to it, whatever its class: most of many that stand. Found out before anything else is looked up. */
export const isTimeless = ({ base, shelf, suppression, outOfService, chatter }: AlarmState): boolean =>
  !shelf && !suppression && !outOfService && !chatter && base !== 'acknowledged';

/** The next thing that time alone does to an alarm by `now`; undefined when there is none. Asked again until then. */
export function passTime(
  state: AlarmState,
  now: Moment,
  policy: AlarmClass,
): { readonly change: AlarmChange; readonly state: AlarmState } | undefined {
  const { shelf, suppression, outOfService, chatter } = state;
  if (shelf && isDue(shelf.until, now)) return { change: 'unshelved', state: withoutShelf(state) };
  if (suppression && isSuppressed(state) && isDue(suppression.until, now)) {
    const base = whenFlagLeaves(state.base, state.isAbnormal);
    return { change: 'unsuppressed', state: { ...state, suppression: { ...suppression, isSpent: true }, base } };
  }
  if (outOfService?.until && isDue(outOfService.until, now)) {
    return { change: 'returned-to-service', state: inService(state) };
  }
  if (chatter && isQuiet(chatter, now.instant)) {
    const base = state.isAbnormal ? whenFlagLeaves(state.base, hasComeSince(state)) : whenNormal(state.base, policy);
    return { change: 'chatter-ended', state: { ...state, chatter: null, base } };
  }
  if (isForgotten(state, now, policy)) {
    return { change: 're-annunciated', state: { ...state, base: whenAnnouncedAgain(state.base) } };
  }
  return undefined;
}

/** It came again after it was seen: what stands now nobody has seen. */
const hasComeSince = ({ acknowledged, chatter }: AlarmState): boolean =>
  acknowledged !== null && chatter !== null && chatter.last > acknowledged.instant;

/** Acknowledged long ago and still standing. */
function isForgotten(state: AlarmState, now: Moment, { reAnnunciateMs }: AlarmClass): boolean {
  if (reAnnunciateMs === null || state.base !== 'acknowledged' || isSilent(state) || !state.acknowledged) return false;
  return isDue(later(state.acknowledged, reAnnunciateMs), now);
}
