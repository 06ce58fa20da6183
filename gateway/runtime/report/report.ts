import type { AlarmDisplay, Priority, Text } from '../../contract/index.js';
import type { Measure } from './targets.js';

/** What of an alarm people know it by. */
export interface Named {
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  /** `HH`, `H`, `L`, `LL`, `LINK`, … */
  readonly kind: string;
  readonly message: Text;
}

/** Alarms annunciated in ten minutes, by priority; ten minutes without any are not listed. */
export interface Slot extends Readonly<Record<Priority, number>> {
  /** ms UTC. */
  readonly begin: number;
}

export interface LoadReport {
  /** Alarms that came and called for a person. */
  readonly total: number;
  /** Announced again: after a flag was taken off, or because they stood acknowledged for too long. Not in `total`. */
  readonly announcedAgain: number;
  /** Came while shelved, suppressed or out of service: called nobody. Not in `total`. */
  readonly silent: number;
  /** Averages for one operator position. */
  readonly perTenMinutes: Measure;
  readonly perHour: Measure;
  readonly perDay: Measure;
  /** Most in any ten minutes, for one position; `peakBegin` is when they began, null without alarms. */
  readonly peak: Measure;
  readonly peakBegin: number | null;
  /** Share of the period's ten-minute slots with more than ten alarms for one position. */
  readonly crowdedShare: Measure;
  readonly slots: readonly Slot[];
}

export interface FloodReport {
  /** ms UTC; null: before the period, or not ended in it. */
  readonly begin: number | null;
  readonly end: number | null;
  /** Annunciated from ten minutes before it was found to its end, as far as in the period. */
  readonly count: number;
  /** Most of them in any ten minutes. */
  readonly peak: number;
}

export interface ChatteringAlarm extends Named {
  readonly episodes: number;
  /** At least: between two told counts the number of activations doubles. */
  readonly activationsMin: number;
}

export interface CountedAlarm extends Named {
  readonly count: number;
}

export interface StandingAlarm extends Named {
  readonly priority: Priority;
  readonly state: AlarmDisplay;
  /** ms UTC; null while the time was not known. */
  readonly since: number | null;
  /** At least, where `since` is null. */
  readonly forMs: number;
}

export interface FrequentAlarm extends CountedAlarm {
  readonly priority: Priority;
  /** Of all annunciated alarms. */
  readonly share: number;
}

export interface PriorityReport {
  readonly priority: Priority;
  readonly count: number;
  /** Share of all annunciated alarms. */
  readonly share: Measure;
}

/** Calls for a person, from the first annunciation to the acknowledgement. */
export interface AcknowledgementReport {
  readonly acknowledged: number;
  /** null when none was, or no time of them is known. */
  readonly medianMs: number | null;
  /** Nine of ten were acknowledged within this (nearest rank). */
  readonly ninetiethMs: number | null;
  /** Never acknowledged: still waiting at the end, … */
  readonly waiting: number;
  /** … or over without it: it returned and its class asks for none, it was put aside or closed. */
  readonly over: number;
}

/** Something a person put aside. */
export interface PutAside extends Named {
  readonly how: 'shelved' | 'out-of-service';
  readonly who: string;
  readonly reason: string;
  /** ms UTC; null while the time was not known. */
  readonly since: number | null;
  /** null: not ended in the period. */
  readonly end: number | null;
  /** Until its end or the period's; null where a time is not known. */
  readonly forMs: number | null;
}

export interface SuppressedAlarm extends Named {
  /** Key of the condition that suppresses it. */
  readonly by: string;
  readonly count: number;
  /** Within the period, as far as times are known. */
  readonly totalMs: number;
}

/** How often a value was beyond a bare limit, beside how often that was an alarm. */
export interface ExceedanceReport extends Omit<Named, 'message'> {
  /** Exceedances that ended in the period. */
  readonly exceedances: number;
  readonly totalMs: number;
  /** The reading furthest beyond its limit, and that limit; null when none had a number. */
  readonly worstPeak: number | null;
  readonly limit: number | null;
  readonly unit: string;
  /** Times it came as an alarm, called for a person or not. */
  readonly alarms: number;
  /** Times it came as an event nobody has to act on. */
  readonly events: number;
}

/** A site's alarms over a period, held against EEMUA 191 and ISA-18.2. Plain JSON; times are ms UTC. */
export interface AlarmReport {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** Positions the load is shared by. */
  readonly operators: number;
  readonly load: LoadReport;
  readonly floods: { readonly list: readonly FloodReport[]; readonly share: Measure };
  readonly chattering: { readonly alarms: readonly ChatteringAlarm[]; readonly count: Measure };
  /** Over before anyone could act. */
  readonly fleeting: { readonly count: number; readonly withinMs: number; readonly alarms: readonly CountedAlarm[] };
  /** Active for more than a day at the end. */
  readonly standing: { readonly alarms: readonly StandingAlarm[]; readonly count: Measure };
  readonly topTen: { readonly alarms: readonly FrequentAlarm[]; readonly share: Measure };
  /** From the most to the least pressing. */
  readonly priorities: readonly PriorityReport[];
  readonly acknowledgement: AcknowledgementReport;
  readonly putAside: readonly PutAside[];
  readonly suppressed: readonly SuppressedAlarm[];
  readonly exceedances: readonly ExceedanceReport[];
  /** Entries that nobody had to act on. */
  readonly events: number;
  /** Entries whose UTC time is not known: in no count above. */
  readonly unlabelled: number;
}
