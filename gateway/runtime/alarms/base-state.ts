import type { AlarmBase, AlarmClass } from '../../contract/index.js';

/** What of a class decides transitions. */
export type BasePolicy = Pick<AlarmClass, 'acknowledge' | 'latch'>;

/** The condition became true: announced, whatever was before (ISA-18.2-2016 §5.3; IEC 62682 figure 3). */
export const whenAbnormal = (): AlarmBase => 'unacknowledged';

/** The condition became false. */
export function whenNormal(base: AlarmBase, { acknowledge, latch }: BasePolicy): AlarmBase {
  if (base === 'unacknowledged') {
    if (latch) return 'latched-unacknowledged';
    return acknowledge ? 'returned-unacknowledged' : 'normal';
  }
  if (base === 'acknowledged') return latch ? 'latched-acknowledged' : 'normal';
  return base;
}

/** A person has seen it; undefined where there is nothing to acknowledge. */
export function whenAcknowledged(base: AlarmBase): AlarmBase | undefined {
  if (base === 'unacknowledged') return 'acknowledged';
  if (base === 'returned-unacknowledged') return 'normal';
  if (base === 'latched-unacknowledged') return 'latched-acknowledged';
  return undefined;
}

/** A person resets a latch: seen first, and only when the condition is gone; undefined otherwise. */
export const whenReset = (base: AlarmBase): AlarmBase | undefined =>
  base === 'latched-acknowledged' ? 'normal' : undefined;

/** A flag is taken off: what still is abnormal is announced anew, and what has returned stays as it is. */
export const whenFlagLeaves = (base: AlarmBase, isAbnormal: boolean): AlarmBase =>
  isAbnormal ? 'unacknowledged' : base;

/** An acknowledged alarm has stood for too long. */
export const whenAnnouncedAgain = (base: AlarmBase): AlarmBase => (base === 'acknowledged' ? 'unacknowledged' : base);
