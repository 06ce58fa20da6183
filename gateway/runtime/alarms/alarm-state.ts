import type { AlarmDisplay, AlarmState } from '../../contract/index.js';

/** An alarm of which nothing has to be remembered. */
export const restingState: AlarmState = {
  base: 'normal',
  isAbnormal: false,
  shelf: null,
  suppression: null,
  outOfService: null,
  raised: null,
  acknowledged: null,
  chatter: null,
  firstOut: [],
};

export const isSuppressed = ({ suppression }: AlarmState): boolean => suppression !== null && !suppression.isSpent;

/** Any of the three flags: it does not call for a person (OPC 10000-9 SuppressedOrShelved). */
export const isSilent = (state: AlarmState): boolean =>
  state.outOfService !== null || state.shelf !== null || isSuppressed(state);

/** What is shown. Of several flags the strongest: out of service, suppressed, shelved. */
export function displayOf(state: AlarmState): AlarmDisplay {
  if (state.outOfService) return 'out-of-service';
  if (isSuppressed(state)) return 'suppressed';
  return state.shelf ? 'shelved' : state.base;
}

/** True while it calls for a person. */
export const isAnnunciated = (state: AlarmState): boolean => state.base !== 'normal' && !isSilent(state);
