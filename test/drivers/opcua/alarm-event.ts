import { selectClauses } from '../../../drivers/opcua/alarms/alarm-fields.js';
import type { TagTable } from '../../../gateway/contract/index.js';

/** Fields of an event that differ from an unacknowledged condition of `Tank1`; nodes as `ns=…` text. */
export interface ToldFields {
  readonly eventId?: string;
  readonly eventType?: string;
  readonly conditionId?: string;
  readonly conditionName?: string;
  readonly active?: boolean;
  readonly retain?: boolean;
}

const node = (text: string) => ({ isEmpty: () => false, toString: () => text });

/** The fields of an event as the library hands them over, in the order they were asked for. */
export function alarmEvent({
  eventId = '01',
  eventType = 'ns=0;i=2915',
  conditionId,
  conditionName,
  active,
  retain,
}: ToldFields): { readonly value: unknown }[] {
  const byPath: Readonly<Record<string, unknown>> = {
    EventId: Buffer.from(eventId, 'hex'),
    EventType: eventType,
    SourceName: 'Tank1',
    '': conditionId === undefined ? null : node(conditionId),
    ConditionName: conditionName,
    Retain: retain,
    'EnabledState.Id': true,
    'ActiveState.Id': active,
    'AckedState.Id': false,
  };
  return selectClauses.map(({ browsePath = [] }) => {
    const path = (browsePath ?? []).map((step) => (step as { readonly name: string }).name).join('.');
    return { value: byPath[path] ?? null };
  });
}

/** A group with one tag. */
export const plantTable: TagTable = {
  number: 1,
  site: 's',
  link: 'server',
  device: 'plant',
  profile: 'plant',
  group: 'main',
  configuration: 'c',
  tags: [{ name: 'fire', type: 'boolean', unit: '' }],
};
