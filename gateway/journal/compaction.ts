import { dirname } from 'node:path';
import type { Disk } from './disk.js';
import { type FoundRecord, jsonPayload, jsonRecord, RecordKind } from './record.js';
import { readAll, type SegmentFile, scanSegment } from './segment.js';

/** Written beside the segment first; one that a crash left is removed at the next start. */
export const compactedSuffix = '.new';

/**
 * A sealed alarms segment without what it says more than once: positions are journaled each second, and of each sink
 * only the last in a segment can ever be asked for. Everything counted stays, byte for byte. A damaged one is left as it
 * is: undefined.
 */
export function compacted(bytes: Buffer): Buffer | undefined {
  const kept: Buffer[] = [];
  let positions: Record<string, unknown> = {};
  const memory = new Map<string, unknown>();
  let end = 0;
  const { damaged } = scanSegment(bytes, (record, at) => {
    end = Math.max(end, record.offset);
    if (record.kind === RecordKind.positions) {
      positions = { ...positions, ...said(record) };
    } else if (record.kind === RecordKind.memory) {
      for (const [name, one] of Object.entries(said(record))) memory.set(name, one);
    } else {
      kept.push(bytes.subarray(at, record.end));
    }
  });
  if (damaged.length > 0) return undefined;
  if (Object.keys(positions).length > 0) kept.push(jsonRecord(RecordKind.positions, end, positions));
  // One record a name: together they could be longer than a record may be.
  for (const [name, one] of memory) kept.push(jsonRecord(RecordKind.memory, end, { [name]: one }));
  return Buffer.concat(kept);
}

const said = ({ payload }: FoundRecord): Record<string, unknown> =>
  (jsonPayload(payload) as Record<string, unknown> | undefined) ?? {};

/** Undefined when some of it cannot be read: then it is left as it is. */
async function wholeFile(disk: Disk, path: string): Promise<Buffer | undefined> {
  const file = await disk.openToRead(path);
  try {
    const { bytes, unreadable } = await readAll(file);
    return unreadable.length > 0 ? undefined : bytes;
  } finally {
    await file.close();
  }
}

/** Rewrites a sealed segment in place, whole or not at all. Called when the next segment, with its snapshot, is safe. */
export async function compactSegment(disk: Disk, segment: SegmentFile): Promise<void> {
  const whole = await wholeFile(disk, segment.path);
  const smaller = whole && compacted(whole);
  if (!smaller) return;
  const path = `${segment.path}${compactedSuffix}`;
  const target = await disk.create(path);
  try {
    await target.write(smaller, 0);
    await target.sync();
  } finally {
    await target.close();
  }
  await disk.rename(path, segment.path);
  await disk.syncFolder(dirname(segment.path));
  segment.bytes = smaller.length;
}
