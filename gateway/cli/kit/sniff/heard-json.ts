import { askedPlace, type Heard } from '../../../../drivers/modbus/index.js';
import type { Json } from '../../../contract/index.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** One line of the transcript for programs; times are ms since the beginning. */
export function heardJson(one: Heard): Json {
  const { kind, bytes, startMs, endMs } = one;
  const base = {
    kind,
    startMs: rounded(startMs),
    endMs: rounded(endMs),
    ...(bytes.length > 0 && { bytes: hex(bytes) }),
  };
  if (kind === 'stray') return { ...base, unit: one.unit, function: one.functionCode };
  if (!one.asked) return base;
  const { unit, functionCode, reads, writes } = one.asked;
  const asked = { ...base, unit, function: functionCode, place: askedPlace(one.asked) };
  switch (one.kind) {
    case 'request':
      return {
        ...asked,
        certain: one.isCertain,
        ...(reads && { reads: { ...reads } }),
        ...(writes && { writes: { ...writes } }),
      };
    case 'reply':
      return { ...asked, turnaroundMs: rounded(one.turnaroundMs), doubtful: one.isDoubtful, data: hex(one.data) };
    case 'exception':
      return { ...asked, turnaroundMs: rounded(one.turnaroundMs), code: one.code };
    case 'unanswered':
      return { ...asked, damagedBytes: one.damagedBytes };
    case 'damaged':
    case 'ambiguous':
      return asked;
  }
}
