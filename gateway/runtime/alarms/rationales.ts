import { builtInClasses, criticalReAnnunciateMs } from '../../../config/index.js';
import type { RuleConfig } from '../../../config/site.js';
import type { ConditionDescription, Priority, Rationale, Text } from '../../contract/index.js';
import type { AlarmDefinition } from './definition.js';

/** A critical alarm is announced again even where its class would let it stand acknowledged. */
function withReAnnunciation(rationale: Rationale): Rationale {
  const { class: policy, priority } = rationale;
  if (priority !== 'critical' || policy.reAnnunciateMs !== null) return rationale;
  return { ...rationale, class: { ...policy, reAnnunciateMs: criticalReAnnunciateMs } };
}

/** Why a condition of a rule is an alarm; undefined where nobody has to act on it: it is an event. */
export function rationaleOf(
  { alarm, shadowUntil }: Pick<RuleConfig, 'alarm' | 'shadowUntil'>,
  { kind, device }: ConditionDescription,
  suppressedBy: (device: string) => string | undefined,
): Rationale | undefined {
  const written = alarm?.kinds[kind] ?? alarm?.shared;
  if (!alarm || !written) return undefined;
  const key = alarm.suppress && suppressedBy(device);
  const suppression = key === undefined || !alarm.suppress ? undefined : { key, maxMs: alarm.suppress.max };
  return withReAnnunciation({ ...written, shadowUntil, suppression });
}

const unwritten = {
  cause: undefined,
  consequence: undefined,
  owner: undefined,
  source: undefined,
  date: undefined,
  group: undefined,
  suppression: undefined,
  shadowUntil: undefined,
} as const;

const lostActions: Readonly<Record<'LINK' | 'DEVICE', (name: string) => Text>> = {
  LINK: (name) => ({
    en: `Check power, cable and converter of ${name}; nothing on it is watched until it is back`,
    zh: `检查 ${name} 的电源、线缆和转换器；恢复之前其上的设备都无人看守`,
  }),
  DEVICE: (name) => ({
    en: `Check power, wiring and address of ${name}; it is not watched until it is back`,
    zh: `检查 ${name} 的电源、接线和地址；恢复之前该设备无人看守`,
  }),
};

/** Nobody is there to be warned by a dangerous-gas reading that does not come. */
export const blindRespondWithinMs = 300_000;
const lostRespondWithinMs = 1_800_000;

/** A lost link or device: an alarm of the gateway's own, urgent when dangerous-gas readings hang on it. */
export function lostAlarm(condition: ConditionDescription, isDangerous: boolean): AlarmDefinition {
  const kind = condition.kind === 'LINK' ? 'LINK' : 'DEVICE';
  const priority: Priority = isDangerous ? 'high' : kind === 'LINK' ? 'medium' : 'low';
  const rationale: Rationale = {
    ...unwritten,
    // What blinds a dangerous-gas sensor is handled as what the sensor would have said.
    class: isDangerous ? builtInClasses.toxic : builtInClasses.system,
    priority,
    action: lostActions[kind](condition.device),
    respondWithinMs: isDangerous ? blindRespondWithinMs : lostRespondWithinMs,
  };
  return { ...condition, rationale };
}

/** A dangerous-gas sensor that gives no reading is itself an alarm, of its own class and at least high. */
export function blindAlarm(condition: ConditionDescription, of: Rationale): AlarmDefinition {
  const rationale: Rationale = {
    ...of,
    priority: 'high',
    action: {
      en: `Treat the place as dangerous until the sensor reads again. ${of.action.en}`,
      zh: `传感器恢复读数之前，按有危险处置。${of.action.zh}`,
    },
    respondWithinMs: Math.min(of.respondWithinMs, blindRespondWithinMs),
    group: undefined,
  };
  return { ...condition, rationale };
}
