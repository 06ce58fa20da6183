import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { TagTable } from '../contract/index.js';
import { jsonPayload, RecordKind, sealedRecord } from './record.js';

const copies = new WeakMap<TagTable, Buffer>();

/**
 * A table as it stands in each samples segment that uses it: one spoilt record of the alarms lane must not make good
 * frames unreadable. Deflated, because a site with many devices has many tables that are much alike.
 */
export function tableCopy(table: TagTable, offset: number): Buffer {
  let payload = copies.get(table);
  if (!payload) {
    payload = deflateRawSync(JSON.stringify(table));
    copies.set(table, payload);
  }
  return sealedRecord(RecordKind.tableCopy, offset, payload);
}

/** The table in a copy's payload; undefined when it cannot be read. */
export function tableOfCopy(payload: Buffer): TagTable | undefined {
  try {
    return jsonPayload(inflateRawSync(payload)) as TagTable | undefined;
  } catch {
    return undefined;
  }
}
