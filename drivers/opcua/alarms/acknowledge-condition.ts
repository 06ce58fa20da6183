import { type AcknowledgedBy, NotConnected } from '../../../gateway/contract/index.js';
import type { AlarmSession } from './alarm-session.js';
import type { ConditionTold } from './condition-states.js';
import { nodeIdOf } from '../find-nodes.js';
import { parseNode, standardNamespace } from '../place.js';
import { refusalStatus, Status, withoutInfo } from '../values/status-quality.js';

/** Method Acknowledge of AcknowledgeableConditionType (OPC 10000-9 §5.7.3). */
const acknowledgeMethod = 'i=9111';

/** StatusCodes of acknowledging (OPC 10000-9 table 36, values of OPC 10000-6 annex A.2). */
const alreadyAcked = 0x80cf0000;
const remedies: Readonly<Record<number, string>> = {
  0x80990000: 'it is disabled there: enable it, or acknowledge it at the server itself',
  0x809a0000: 'it has changed meanwhile: acknowledge it at the server itself',
  0x80750000: 'it cannot be acknowledged there: write `acknowledge: false`, or nothing, on the link',
  [Status.badUserAccessDenied]: 'the user of the link may not: give it the right, or acknowledge at the server itself',
};
const usualRemedy = 'acknowledge it at the server itself';

/** What the server is told: who, and what they said with it. */
const commentText = ({ who, comment }: AcknowledgedBy): string => (comment === '' ? who : `${who}: ${comment}`);

/**
 * Acknowledges one condition by its last event. Rejects with a sentence; one that somebody acknowledged before is
 * `already`.
 */
export async function acknowledgeCondition(
  { opcua, connection, namespaces }: Pick<AlarmSession, 'opcua' | 'connection' | 'namespaces'>,
  { id, condition, source, eventId, isAcked }: ConditionTold,
  by: AcknowledgedBy,
): Promise<'taken' | 'already'> {
  // One that is disabled, or of a type that is never acknowledged, does not tell the state.
  if (isAcked !== false) return 'already';
  const node = parseNode(id);
  const objectId =
    'remedy' in node
      ? undefined
      : nodeIdOf(opcua, namespaces, { namespace: node.namespace ?? standardNamespace, id: node.id });
  const { DataType, LocalizedText } = opcua;
  const inputArguments = [
    { dataType: DataType.ByteString, value: Buffer.from(eventId, 'hex') },
    { dataType: DataType.LocalizedText, value: new LocalizedText({ text: commentText(by) }) },
  ];
  const call = { objectId: objectId ?? null, methodId: acknowledgeMethod, inputArguments };
  const { code, name } = await connection
    .ask('acknowledge an alarm', () => connection.session.call(call))
    .then(({ statusCode }) => ({ code: withoutInfo(statusCode.value), name: statusCode.name }), refusalOf);
  if (code === alreadyAcked) return 'already';
  if (code === 0) return 'taken';
  throw new Error(
    `the server does not take the acknowledgement of ${condition} of ${source} (${name}): ${remedies[code] ?? usualRemedy}`,
  );
}

function refusalOf(error: unknown): { readonly code: number; readonly name: string } {
  const { message } = error as Error;
  if (error instanceof NotConnected) throw new NotConnected(`${message}: ${usualRemedy}`, { cause: error });
  return { code: refusalStatus(error) ?? Number.NaN, name: message };
}
