import type { Condition } from '../../gateway/contract/index.js';

/**
 * What one reading says of a condition: the limit is reached, the value is back beyond the deadband, it lies between the
 * two, or there is no reading.
 */
export type Sign = 'reached' | 'between' | 'returned' | 'unknown';

/** How long a sign must hold before the condition follows it, in ms of `instant`. */
export interface Delays {
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

/** Everything a condition remembers. Plain JSON; a step that changes nothing returns the state it was given. */
export interface ConditionState {
  /** What is in force, as far as was last known. */
  readonly active: boolean;
  /** True while the last reading was none. */
  readonly unknown: boolean;
  /** Instant of the first of the readings that now ask for the other state; null while none does. */
  readonly since: number | null;
}

export const normal: ConditionState = { active: false, unknown: false, since: null };

export const conditionOf = (state: ConditionState): Condition => (state.unknown ? 'unknown' : state.active);

const delayOf = (state: ConditionState, delays: Delays): number =>
  state.active ? delays.offDelayMs : delays.onDelayMs;

const turned = (state: ConditionState): ConditionState => ({ active: !state.active, unknown: false, since: null });

/**
 * After a reading. Turns when every reading since the first that asked for it did so, and the delay is over
 * (ISA-18.2 on- and off-delay). No reading neither turns nor restarts a delay.
 */
export function afterReading(state: ConditionState, sign: Sign, instant: number, delays: Delays): ConditionState {
  if (sign === 'unknown') return state.unknown ? state : { ...state, unknown: true };
  const asksToTurn = sign === (state.active ? 'returned' : 'reached');
  const since = asksToTurn ? (state.since ?? instant) : null;
  if (since !== null && instant - since >= delayOf(state, delays)) return turned(state);
  return state.unknown || since !== state.since ? { active: state.active, unknown: false, since } : state;
}

/**
 * After a tick: turns when the delay ended before it. A delay that ends exactly now is left to a frame of this very
 * instant, which comes after the tick and may say otherwise; without one, the next tick finds it.
 */
export function afterTick(state: ConditionState, instant: number, delays: Delays): ConditionState {
  if (state.since === null || state.unknown || instant - state.since <= delayOf(state, delays)) return state;
  return turned(state);
}
