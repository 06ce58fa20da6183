import type { Entry } from '../../gateway/contract/index.js';
import {
  jsonPayload,
  jsonRecord,
  RecordKind,
  recordAt,
  type RecordKind as Kind,
} from '../../gateway/journal/record.js';
import type { MemoryDisk } from './memory-disk.js';

/** A segment whose JSON records were rewritten by somebody who knows the format, checksums and all. */
function forged(content: Buffer, alter: (value: unknown, kind: number) => unknown): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (let found = recordAt(content, at); typeof found === 'object'; found = recordAt(content, at)) {
    const { kind, offset, payload, end } = found;
    const value = jsonPayload(payload);
    const now = value === undefined ? undefined : alter(value, kind);
    parts.push(now === undefined ? content.subarray(at, end) : jsonRecord(kind as Kind, offset, now));
    at = end;
  }
  return Buffer.concat([...parts, content.subarray(at)]);
}

/** Rewrites entries in every segment of the alarms lane; undefined leaves one as it is. Returns how many were altered. */
export function forgeEntries(disk: MemoryDisk, alter: (entry: Entry) => Entry | undefined): number {
  let count = 0;
  for (const path of disk.paths.filter((one) => one.includes('alarms'))) {
    const content = forged(disk.content(path), (value, kind) => {
      const now = kind === RecordKind.entry ? alter(value as Entry) : undefined;
      if (now) count += 1;
      return now;
    });
    disk.setContent(path, content);
  }
  return count;
}
