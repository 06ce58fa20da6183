import type { AlarmBase, AlarmEntry } from '../../../contract/index.js';

const unacknowledged: ReadonlySet<AlarmBase> = new Set([
  'unacknowledged',
  'returned-unacknowledged',
  'latched-unacknowledged',
]);

/** It calls for a person, and none has answered. */
export const callsForAnswer = ({ isAnnunciated, state }: AlarmEntry): boolean =>
  isAnnunciated && unacknowledged.has(state.base);
