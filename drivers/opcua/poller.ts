import type { Clock } from '../../gateway/contract/index.js';
import type { Connection } from './connection.js';
import { type Course, timeOf } from './items.js';
import type { LiveValues } from './values/live-values.js';
import { inBatches } from './operation-limits.js';
import { Status } from './values/status-quality.js';

const valueAttribute = 13;

/**
 * Reads the items of a course at its interval until the connection ends. A poll that takes longer than the interval puts
 * off the next: polls are never two at a time.
 */
export async function pollCourse(
  connection: Connection,
  { everyMs, items }: Course,
  live: LiveValues,
  clock: Clock,
  itemsAtOnce: number,
): Promise<void> {
  const { ended, session } = connection;
  let dueMs = clock.monotonic();
  while (!ended.aborted) {
    const present = items.filter(({ nodeId }) => nodeId);
    const nodes = present.map(({ nodeId }) => ({ nodeId: nodeId ?? null, attributeId: valueAttribute }));
    const values = await inBatches(nodes, itemsAtOnce, (batch) =>
      connection.ask('read values', () => session.read([...batch])),
    );
    for (const [at, item] of present.entries()) {
      const value = values[at];
      if (value) live.take(item, value, timeOf(value.serverTimestamp), 0);
    }
    for (const item of items) if (!item.nodeId) live.refuse(item, Status.badNodeIdUnknown);
    live.flush();
    dueMs = Math.max(dueMs + everyMs, clock.monotonic());
    await clock.wait(dueMs - clock.monotonic(), ended);
  }
}
