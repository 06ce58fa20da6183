import type { Lane } from '../../gateway/journal/index.js';

/** Everything committed in a lane that is still kept. */
export async function readLane<T>(lane: Lane<T>): Promise<{ offset: number; record: T }[]> {
  const reader = lane.reader();
  const found: { offset: number; record: T }[] = [];
  for (let at = lane.first; at < lane.committed; ) {
    const { offsets, records, next } = await reader.read(at, 1000, 2 ** 22);
    offsets.forEach((offset, index) => found.push({ offset, record: records[index] as T }));
    at = next;
  }
  await reader.close();
  return found;
}
