import type { AlarmClass, Priority } from '../gateway/contract/index.js';
import type { ClassHalf } from './schema/alarm-schema.js';

const minute = 60_000;
const hour = 60 * minute;

type BuiltIn = 'toxic' | 'safety' | 'process' | 'system';

/**
 * Policies that hold without a word in the site file. `toxic`: nothing delays, hides or collapses it. `safety`: latched,
 * put aside by two people and briefly. `system`: the gateway's own, such as a lost link.
 */
export const builtInClasses: Readonly<Record<BuiltIn, AlarmClass>> = {
  toxic: {
    name: 'toxic',
    acknowledge: true,
    latch: false,
    shelveMaxMs: 0,
    secondPerson: true,
    onDelayMaxMs: 0,
    reAnnunciateMs: 10 * minute,
    outOfService: 'administrator',
    toxic: true,
  },
  safety: {
    name: 'safety',
    acknowledge: true,
    latch: true,
    shelveMaxMs: hour,
    secondPerson: true,
    onDelayMaxMs: minute,
    reAnnunciateMs: 30 * minute,
    outOfService: 'engineer',
    toxic: false,
  },
  process: {
    name: 'process',
    acknowledge: true,
    latch: false,
    shelveMaxMs: 8 * hour,
    secondPerson: false,
    onDelayMaxMs: null,
    reAnnunciateMs: null,
    outOfService: 'engineer',
    toxic: false,
  },
  system: {
    name: 'system',
    acknowledge: true,
    latch: false,
    shelveMaxMs: 24 * hour,
    secondPerson: false,
    onDelayMaxMs: null,
    reAnnunciateMs: null,
    outOfService: 'engineer',
    toxic: false,
  },
};

/** A class of the site file: what it says, on top of the built-in class it is like. */
export function alarmClass(name: string, half: ClassHalf): AlarmClass {
  const like = builtInClasses[half.like];
  const ms = (written: number | string | undefined, never: number | null, otherwise: number | null) =>
    written === undefined ? otherwise : typeof written === 'number' ? written : never;
  return {
    name,
    acknowledge: half.acknowledge ?? like.acknowledge,
    latch: half.latch ?? like.latch,
    shelveMaxMs: ms(half.shelve, 0, like.shelveMaxMs) ?? 0,
    secondPerson: half.secondPerson ?? like.secondPerson,
    onDelayMaxMs: ms(half.onDelayMax, null, like.onDelayMaxMs),
    reAnnunciateMs: ms(half.reAnnunciate, null, like.reAnnunciateMs),
    outOfService: half.outOfService === 'nobody' ? null : (half.outOfService ?? like.outOfService),
    toxic: like.toxic,
  };
}

export type Severity = 'minor' | 'serious' | 'severe';

const within5min = { minor: 'medium', serious: 'high', severe: 'critical' } as const;
const within30min = { minor: 'low', serious: 'medium', severe: 'high' } as const;
const longer = { minor: 'low', serious: 'low', severe: 'medium' } as const;

/** Priority from the severity of the consequence and the time to respond (ISA-18.2-2016 §9.3, EEMUA 191 appendix 5). */
export function priorityOf(severity: Severity, respondWithinMs: number): Priority {
  if (respondWithinMs <= 5 * minute) return within5min[severity];
  return (respondWithinMs <= 30 * minute ? within30min : longer)[severity];
}

/** A critical alarm that was acknowledged and forgotten is announced again, whatever its class says. */
export const criticalReAnnunciateMs = 30 * minute;
