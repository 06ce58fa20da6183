import type { Text } from './text.js';

/** From the most to the least pressing. */
export const priorities = ['critical', 'high', 'medium', 'low'] as const;
export type Priority = (typeof priorities)[number];

/**
 * Base state of an alarm (ISA-18.2-2016 figure 2, IEC 62682:2022; codes A to F). The three flags (shelved, suppressed by
 * design, out of service) stand beside it and do not change it while they hold.
 */
export const alarmBases = [
  'normal',
  'unacknowledged',
  'acknowledged',
  'returned-unacknowledged',
  'latched-unacknowledged',
  'latched-acknowledged',
] as const;
export type AlarmBase = (typeof alarmBases)[number];

/** What is shown: the strongest flag, else the base state. */
export type AlarmDisplay = AlarmBase | 'shelved' | 'suppressed' | 'out-of-service';

/** A moment on both clocks; `time` is null while UTC was not known. */
export interface Moment {
  readonly instant: number;
  readonly time: number | null;
}

/** Put aside by a person, for a time. */
export interface Shelf {
  readonly who: string;
  readonly reason: string;
  readonly since: Moment;
  /** Ends at the first of the two that comes: box time goes on where it was after a power cut, UTC does not wait. */
  readonly until: Moment;
}

/** Suppressed by design: by a condition of the site file, until it ends, is contradicted, or has lasted too long. */
export interface Suppression {
  /** Key of the condition. */
  readonly by: string;
  readonly since: Moment;
  readonly until: Moment;
  /** It has lasted too long: it suppresses no more until it has ended and begun again. */
  readonly isSpent: boolean;
}

/** Taken out of service by a person. */
export interface OutOfService {
  readonly who: string;
  readonly reason: string;
  readonly since: Moment;
  /** When it ends by itself, at the first of the two clocks; null: when a person says so. */
  readonly until: Moment | null;
}

/** Who has seen it, and what they said. */
export interface Acknowledgement extends Moment {
  readonly who: string;
  readonly comment: string;
}

/** Goes on and off faster than a person can act: told once, with a count. */
export interface Chatter {
  readonly since: Moment;
  /** Activations since then. */
  readonly count: number;
  /** Instant of the last of them. */
  readonly last: number;
}

/** An alarm that came first in its group; the two instants enclose when it did. */
export interface FirstOut {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** Everything that is remembered of one alarm. The journal keeps it in the entry that led to it. */
export interface AlarmState {
  readonly base: AlarmBase;
  /** The condition, as last known. */
  readonly isAbnormal: boolean;
  readonly shelf: Shelf | null;
  readonly suppression: Suppression | null;
  readonly outOfService: OutOfService | null;
  /** When it last became abnormal. */
  readonly raised: Moment | null;
  readonly acknowledged: Acknowledgement | null;
  readonly chatter: Chatter | null;
  /** What came first in its group, this alarm or others; several where clocks do not tell which. Empty without a group. */
  readonly firstOut: readonly FirstOut[];
}

/** Nothing of it has to be remembered or shown: neither its base state nor a flag nor chatter. */
export const isAtRest = ({ base, isAbnormal, shelf, suppression, outOfService, chatter }: AlarmState): boolean =>
  base === 'normal' && !isAbnormal && !shelf && !suppression && !outOfService && !chatter;

/** What happened to an alarm. */
export const alarmChanges = [
  'raised',
  'returned',
  'acknowledged',
  'reset',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'removed-from-service',
  'returned-to-service',
  're-annunciated',
  'chattering',
  'chatter-ended',
  'first-out',
  'renamed',
  'closed',
] as const;
export type AlarmChange = (typeof alarmChanges)[number];

/** How alarms of one class are handled: policy, not buttons (ISA-18.2 §6.5). */
export interface AlarmClass {
  readonly name: string;
  /** Must be acknowledged by a person; without it an alarm that returns is over. */
  readonly acknowledge: boolean;
  /** Stays after its condition has returned, until a person resets it. */
  readonly latch: boolean;
  /** Longest time it may be shelved for, ms; 0: never. */
  readonly shelveMaxMs: number;
  /** A second person must agree before it is shelved or taken out of service. */
  readonly secondPerson: boolean;
  /** Longest on-delay a rule may have, ms; null: any. */
  readonly onDelayMaxMs: number | null;
  /** An acknowledged alarm that still stands is announced again after this, ms; null: never. */
  readonly reAnnunciateMs: number | null;
  /** Who may take it out of service; null: nobody. */
  readonly outOfService: 'operator' | 'engineer' | 'administrator' | null;
  /** Danger to life: judged on raw values, without settling, never collapsed. */
  readonly toxic: boolean;
}

/** Why an alarm exists and what a person does about it (ISA-18.2 §9, rationalisation). */
export interface Rationale {
  readonly class: AlarmClass;
  readonly priority: Priority;
  readonly cause: Text | undefined;
  readonly consequence: Text | undefined;
  readonly action: Text;
  readonly respondWithinMs: number;
  readonly owner: string | undefined;
  /** Where the limit comes from: a standard and clause, a document, a person. */
  readonly source: string | undefined;
  /** When the limit was set, as written. */
  readonly date: string | undefined;
  /** First-out group. */
  readonly group: string | undefined;
  /** ms UTC until which it is tried out: recorded and counted, and out of service. */
  readonly shadowUntil: number | undefined;
  /** Key of the condition that suppresses it by design, and for how long at most. */
  readonly suppression: { readonly key: string; readonly maxMs: number } | undefined;
}
