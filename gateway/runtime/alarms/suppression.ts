import type { AlarmState } from '../../contract/index.js';
import { isSuppressed } from './alarm-state.js';
import { whenFlagLeaves } from './base-state.js';
import type { AlarmDefinition } from './definition.js';

/** The same suppression by what its condition is called now; undefined when it is another condition's, or nobody's. */
export function suppressedUnder(
  state: AlarmState,
  { rationale }: Pick<AlarmDefinition, 'rationale'>,
  formerKeys: ReadonlyMap<string, readonly string[]>,
): AlarmState | undefined {
  const { suppression } = state;
  const by = rationale.suppression?.key;
  if (!suppression || by === undefined || !formerKeys.get(by)?.includes(suppression.by)) return undefined;
  return { ...state, suppression: { ...suppression, by } };
}

/** What suppressed is over; what still is abnormal is announced, unless time had ended the suppression before. */
export const withoutSuppression = (state: AlarmState): AlarmState => ({
  ...state,
  suppression: null,
  base: isSuppressed(state) ? whenFlagLeaves(state.base, state.isAbnormal) : state.base,
});
