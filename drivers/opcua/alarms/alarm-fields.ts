import type { SimpleAttributeOperandOptions, Variant } from 'node-opcua-client';
import type { Json } from '../../../gateway/contract/index.js';
import type { Namespaces } from '../find-nodes.js';

/** Numbers of the standard namespace (OPC 10000-5 and -9, numeric values of the NodeSet). */
const baseEventType = 'i=2041';
const conditionType = 'i=2782';
const nodeIdAttribute = 1;
const valueAttribute = 13;

const step = (name: string) => ({ namespaceIndex: 0, name });
const field = (type: string, ...path: string[]): SimpleAttributeOperandOptions => ({
  typeDefinitionId: type,
  browsePath: path.map(step),
  attributeId: valueAttribute,
});

/** What is asked of each event, by the name it has in a record. Fields an event does not have come as null. */
const asked = {
  eventId: field(baseEventType, 'EventId'),
  eventType: field(baseEventType, 'EventType'),
  sourceNode: field(baseEventType, 'SourceNode'),
  sourceName: field(baseEventType, 'SourceName'),
  time: field(baseEventType, 'Time'),
  message: field(baseEventType, 'Message'),
  severity: field(baseEventType, 'Severity'),
  /** The condition itself: an empty path with the attribute NodeId (OPC 10000-9 §5.5.2). */
  conditionId: { typeDefinitionId: conditionType, browsePath: [], attributeId: nodeIdAttribute },
  conditionName: field(conditionType, 'ConditionName'),
  branchId: field(conditionType, 'BranchId'),
  retain: field(conditionType, 'Retain'),
  enabled: field(conditionType, 'EnabledState', 'Id'),
  active: field('i=2915', 'ActiveState', 'Id'),
  acked: field('i=2881', 'AckedState', 'Id'),
  confirmed: field('i=2881', 'ConfirmedState', 'Id'),
  suppressed: field('i=2915', 'SuppressedOrShelved'),
  comment: field(conditionType, 'Comment'),
} as const satisfies Record<string, SimpleAttributeOperandOptions>;

type FieldName = keyof typeof asked;

const names = Object.keys(asked) as FieldName[];

export const selectClauses: SimpleAttributeOperandOptions[] = Object.values(asked);

export interface AlarmFields {
  readonly id: string;
  /** NodeId of the event's type, as text. */
  readonly eventType: string;
  readonly time: number | undefined;
  readonly isCondition: boolean;
  readonly fields: Readonly<Record<string, Json>>;
}

/**
 * An event by its selected fields, in the order of `selectClauses`. Whatever is null is left out; nodes are named by
 * namespace URI, since a record outlives the numbering of a session; in a namespace that has no URI of its own, by the
 * number it has now.
 */
export function readAlarmFields(variants: readonly Variant[], namespaces: Namespaces): AlarmFields {
  const uris: Uris = new Map([...namespaces].map(([uri, index]) => [index, uri]));
  const valueOf = (name: FieldName): unknown => variants[names.indexOf(name)]?.value as unknown;
  const fields: Record<string, Json> = {};
  for (const name of names) {
    const json = name === 'eventId' || name === 'time' ? undefined : plain(valueOf(name), uris);
    if (json !== undefined) fields[name === 'sourceName' ? 'source' : name] = json;
  }
  const id = valueOf('eventId');
  const time = valueOf('time');
  return {
    id: id instanceof Uint8Array ? Buffer.from(id).toString('hex') : '',
    eventType: String(valueOf('eventType')),
    time: time instanceof Date && time.getTime() > 0 ? time.getTime() : undefined,
    isCondition: fields['conditionId'] !== undefined,
    fields,
  };
}

/** By the index of the namespace: of a URI that is there twice, the last one has it. */
type Uris = ReadonlyMap<number, string>;

interface Worded {
  readonly text?: string | null;
  isEmpty?(): boolean;
  toString(): string;
}

function plain(value: unknown, uris: Uris): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof Date) return value.toISOString();
  const worded = value as Worded;
  if ('text' in worded) return worded.text ?? undefined;
  return worded.isEmpty?.() ? undefined : withUri(worded.toString(), uris);
}

function withUri(node: string, uris: Uris): string {
  return node.replace(/^ns=(\d+);/, (numbered, index: string) => {
    if (index === '0') return '';
    const uri = uris.get(Number(index));
    return uri ? `nsu=${uri};` : numbered;
  });
}
