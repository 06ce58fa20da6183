import { type AcknowledgedBy, NotConnected } from '../../../gateway/contract/index.js';
import type { AlarmSession } from './alarm-session.js';
import type { ConditionTold } from './condition-states.js';
import { NoAnswer } from '../connection.js';
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

/** As people and records call it. */
export const conditionTitle = ({ condition, source }: Pick<ConditionTold, 'condition' | 'source'>): string =>
  `${condition} of ${source}`;

/**
 * Acknowledges one condition by an event it has told. Rejects with a sentence, so where it has told another since; one that
 * somebody acknowledged before is `already`. Where the server does not answer, `NoAnswer`: the connection stays.
 */
export async function acknowledgeCondition(
  { opcua, connection, namespaces }: Pick<AlarmSession, 'opcua' | 'connection' | 'namespaces'>,
  told: ConditionTold,
  by: AcknowledgedBy,
): Promise<'taken' | 'already'> {
  const title = conditionTitle(told);
  const node = parseNode(told.id);
  const objectId =
    'remedy' in node
      ? undefined
      : nodeIdOf(opcua, namespaces, { namespace: node.namespace ?? standardNamespace, id: node.id });
  if (!objectId) throw new Error(`the server has no namespace of its own for ${title} now: ${usualRemedy}`);
  const { DataType, LocalizedText } = opcua;
  const inputArguments = [
    { dataType: DataType.ByteString, value: Buffer.from(told.eventId, 'hex') },
    { dataType: DataType.LocalizedText, value: new LocalizedText({ text: commentText(by) }) },
  ];
  const call = { objectId, methodId: acknowledgeMethod, inputArguments };
  const { code, name } = await connection
    .askAlone(() => connection.session.call(call))
    .then(({ statusCode }) => ({ code: withoutInfo(statusCode.value), name: statusCode.name }), refusalOf);
  if (code === alreadyAcked) return 'already';
  if (code === 0) return 'taken';
  if (code === Status.badTimeout)
    throw new NoAnswer(`the server did not say whether it took ${title} (${name}): look there`);
  throw new Error(
    `the server does not take the acknowledgement of ${title} (${name}): ${remedies[code] ?? usualRemedy}`,
  );
}

function refusalOf(error: unknown): { readonly code: number; readonly name: string } {
  const { message } = error as Error;
  if (error instanceof NotConnected) throw new NotConnected(`${message}: ${usualRemedy}`, { cause: error });
  if (error instanceof NoAnswer) return { code: Status.badTimeout, name: message };
  return { code: refusalStatus(error) ?? Number.NaN, name: message };
}
