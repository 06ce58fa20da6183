import type { WriteOutcome } from '../../contract/index.js';
import type { Message } from './messages.js';
import { Refused, type Session } from './session.js';

/** A message and the record it tells of, by index into the batch. */
export interface Publication {
  readonly index: number;
  readonly message: Message;
  /** It tells the record itself; otherwise what stands beside it: the state it led to. */
  readonly isRecord: boolean;
}

interface Refusal extends Publication {
  readonly reason: string;
}

/** Publishes in order, a window of them at a time. Resolves with what the broker refused for good. */
export async function publishAll(session: Session, publications: readonly Publication[]): Promise<WriteOutcome> {
  const refusals: Refusal[] = [];
  let next = 0;
  const publishNext = async (): Promise<void> => {
    while (next < publications.length) {
      const publication = publications[next++] as Publication;
      try {
        await session.publish(publication.message);
      } catch (error) {
        if (!(error instanceof Refused)) {
          next = publications.length;
          throw error;
        }
        refusals.push({ ...publication, reason: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(session.window, publications.length) }, publishNext));
  return outcomeOf(refusals.sort((a, b) => a.index - b.index));
}

/** A record is rejected when it was itself refused; of one whose state alone was, that topic is parked. */
function outcomeOf(refusals: readonly Refusal[]): WriteOutcome {
  const rejected = refusals.filter(({ isRecord }) => isRecord).map(({ index, reason }) => ({ index, reason }));
  const gone = new Set(rejected.map(({ index }) => index));
  const parked = new Map(
    refusals
      .filter(({ index }) => !gone.has(index))
      .map(({ index, message, reason }) => [index, { index, tag: message.topic, reason }]),
  );
  return { ...(rejected.length > 0 && { rejected }), ...(parked.size > 0 && { parked: [...parked.values()] }) };
}
