import type { LaneName } from '../contract/index.js';

/**
 * What `Idempotency-Key` names: a lane of a journal and the offsets the request answers for. Between `first` and `last`
 * the sender has no other records than those it sends.
 */
export interface BatchKey {
  readonly epoch: string;
  readonly lane: LaneName;
  readonly first: number;
  readonly last: number;
}

const pattern = /^([A-Za-z0-9-]{1,64})-(samples|alarms)-(\d{1,16})-(\d{1,16})$/;

/** `<epoch>-<lane>-<first>-<last>`; undefined when the text is none. */
export function parseBatchKey(text: string): BatchKey | undefined {
  const [, epoch, lane, start, end] = pattern.exec(text) ?? [];
  const [first, last] = [Number(start), Number(end)];
  if (epoch === undefined || !Number.isSafeInteger(last) || first > last) return undefined;
  return { epoch, lane: lane as LaneName, first, last };
}
