import { checksumStart, hasRightChecksum, type PlacedChecksum } from './byte-range.js';
import { latin1, latin1Bytes } from './byte-text.js';
import { matchPattern, type PatternPart } from './line-pattern.js';
import { indexOfBytes, type MessageFormat, type Step } from './message-format.js';

export interface TextMessageSpec {
  /** Without units: see `withUnit`. */
  readonly pattern: readonly PatternPart[];
  readonly start?: string | undefined;
  readonly end: string;
  readonly lengthMax: number;
  readonly checksum?: PlacedChecksum | undefined;
}

/**
 * Lines between a start mark, where there is one, and an end mark. A start mark inside a line begins it anew, so what
 * was lost before is not joined to it. The checksum counts from the byte after the start mark.
 */
export function textMessages(spec: TextMessageSpec): MessageFormat {
  const [start, end] = [latin1Bytes(spec.start ?? ''), latin1Bytes(spec.end)];
  const bytesMax = start.length + spec.lengthMax + end.length;
  return {
    bytesMax,
    isEndMarkedOnly: start.length === 0,
    next(bytes, from) {
      const endAt = indexOfBytes(bytes, end, from);
      if (endAt < 0) {
        if (bytes.length - from < bytesMax) return { kind: 'wanting', from };
        // A line may have begun in between, and the last bytes may be the first of either mark.
        const begun = start.length === 0 ? undefined : lastStart(bytes, start, from + 1, bytes.length);
        const open = bytes.length - (Math.max(start.length, end.length) - 1);
        const kept = begun === undefined ? open : begun - start.length;
        return { kind: 'damaged', end: kept, why: `no end within ${spec.lengthMax} bytes`, isCut: true };
      }
      const after = endAt + end.length;
      const begin = start.length === 0 ? from : lastStart(bytes, start, from, endAt);
      if (begin === undefined) return { kind: 'other', end: after };
      if (endAt - begin > spec.lengthMax) return { kind: 'damaged', end: after, why: 'too long' };
      return readLine(spec, bytes.subarray(begin, endAt), begin - start.length, after);
    },
  };
}

function readLine({ pattern, checksum }: TextMessageSpec, line: Uint8Array, start: number, end: number): Step {
  const text = checksum ? line.subarray(0, Math.max(0, checksumStart(checksum, line.length))) : line;
  const fields = matchPattern(pattern, latin1(text));
  if (checksum && !hasRightChecksum(checksum, line)) return { kind: 'damaged', end, why: 'wrong checksum' };
  return fields ? { kind: 'message', start, end, fields } : { kind: 'other', end };
}

/** Just after the last start mark before the end. */
function lastStart(bytes: Uint8Array, start: Uint8Array, from: number, endAt: number): number | undefined {
  const within = bytes.subarray(from, endAt);
  const at = Buffer.from(within.buffer, within.byteOffset, within.length).lastIndexOf(start);
  return at < 0 ? undefined : from + at + start.length;
}
