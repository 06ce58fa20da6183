import type { AlarmClass, Rationale } from '../../../../gateway/contract/index.js';
import type { AlarmDefinition } from '../../../../gateway/runtime/alarms/definition.js';
import type { Policy } from './alarm-model.js';

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;

/** A class as `Policy` has it, without what the site file says of one alarm. */
export type ClassPolicy = Omit<Policy, 'suppression' | 'group'>;

export const plainClass: ClassPolicy = {
  acknowledge: true,
  latch: false,
  toxic: false,
  shelveMaxMs: hourMs,
  mayLeaveService: true,
  reAnnunciateMs: null,
};

/** Every policy of acknowledging and latching, toxic and not, with times that differ. */
export const classes: readonly ClassPolicy[] = [
  plainClass,
  { ...plainClass, latch: true, shelveMaxMs: 8 * hourMs, reAnnunciateMs: 10 * minuteMs },
  { ...plainClass, acknowledge: false, shelveMaxMs: 10 * minuteMs, reAnnunciateMs: 5 * minuteMs },
  { ...plainClass, acknowledge: false, latch: true, mayLeaveService: false, reAnnunciateMs: hourMs },
  { ...plainClass, toxic: true, shelveMaxMs: 0, mayLeaveService: false, reAnnunciateMs: 5 * minuteMs },
  { ...plainClass, latch: true, toxic: true, shelveMaxMs: 10 * minuteMs },
  { ...plainClass, acknowledge: false, toxic: true },
  { ...plainClass, acknowledge: false, latch: true, toxic: true, reAnnunciateMs: 5 * minuteMs },
];

export const plainAlarm: Policy = { ...plainClass, suppression: null, group: null };

const classOf = (policy: ClassPolicy): AlarmClass => ({
  name: `${policy.acknowledge ? '' : 'un'}acknowledged${policy.latch ? ' latched' : ''}${policy.toxic ? ' toxic' : ''}`,
  acknowledge: policy.acknowledge,
  latch: policy.latch,
  shelveMaxMs: policy.shelveMaxMs,
  secondPerson: false,
  onDelayMaxMs: null,
  reAnnunciateMs: policy.reAnnunciateMs,
  outOfService: policy.mayLeaveService ? 'operator' : null,
  toxic: policy.toxic,
});

const rationaleOf = (policy: Policy): Rationale => ({
  class: classOf(policy),
  priority: 'high',
  cause: undefined,
  consequence: undefined,
  action: { en: 'open the valve', zh: '打开阀门' },
  respondWithinMs: 10 * minuteMs,
  owner: undefined,
  source: undefined,
  date: undefined,
  group: policy.group ?? undefined,
  shadowUntil: undefined,
  suppression: policy.suppression ?? undefined,
});

/** What the applied configuration tells an alarm book of one alarm. */
export const definitionOf = (key: string, policy: Policy): AlarmDefinition => ({
  key,
  device: key,
  tag: 'level',
  kind: 'HH',
  limit: 10,
  unit: 'm',
  message: { en: 'level is high', zh: '液位高' },
  rationale: rationaleOf(policy),
});

export const definitionsOf = (policies: ReadonlyMap<string, Policy>): ReadonlyMap<string, AlarmDefinition> =>
  new Map([...policies].map(([key, policy]) => [key, definitionOf(key, policy)]));

const at = <T>(list: readonly T[], index: number): T => list[index] as T;

export const suppressedBy = (key: string, maxMs: number): Policy['suppression'] => ({ key, maxMs });

/** Alarms of different classes: three share a group, four are suppressed, one of them by another alarm. */
export const site: ReadonlyMap<string, Policy> = new Map([
  ['pump', { ...at(classes, 0), group: 'trip', suppression: suppressedBy('stopped', 30 * minuteMs) }],
  ['valve', { ...at(classes, 1), group: 'trip', suppression: null }],
  ['motor', { ...at(classes, 2), group: 'trip', suppression: suppressedBy('stopped', 2 * hourMs) }],
  ['level', { ...at(classes, 3), group: null, suppression: suppressedBy('pump', 10 * minuteMs) }],
  ['gas', { ...at(classes, 4), group: null, suppression: null }],
  ['dust', { ...at(classes, 5), group: null, suppression: suppressedBy('cleaning', 5 * minuteMs) }],
]);
export const keys = [...site.keys()];
