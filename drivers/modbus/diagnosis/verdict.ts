import { bytesOf, type Overheard } from '../raw/raw-line.js';
import { answers, type LinkFraming, type RawRead, repliesIn, type RawReply } from '../raw/raw-read.js';
import { answerDataBytes } from '../register-bus.js';
import { answerOverhead, exceptionBytes } from '../rtu-framing.js';
import type { CharacterFormat } from '../wire-time.js';
import { heardSwapped } from './inverted.js';
import type { Verdict } from './observations.js';

/** One request, and all that came after it. */
export interface AskedOnce {
  readonly framing: LinkFraming;
  readonly format: CharacterFormat;
  readonly read: RawRead;
  readonly request: Uint8Array;
  readonly overheard: Overheard;
  readonly timeoutMs: number;
}

/** Bytes beside an answer that are a spike on the line, no second answer. */
const spikeBytesMax = 2;

/** What one request came to. Pure. */
export function verdictOf({ framing, format, read, request, overheard, timeoutMs }: AskedOnce): Verdict {
  const received = bytesOf(overheard);
  const hasEcho = received.length >= request.length && isSame(received.subarray(0, request.length), request);
  const skipped = hasEcho ? request.length : 0;
  const rest = received.subarray(skipped);
  if (rest.length === 0) {
    const { lost } = overheard;
    return lost === undefined ? { kind: 'silent', hasEcho } : { kind: 'lost', why: lost, hasEcho };
  }
  const replies = repliesIn(framing, rest);
  const mine = replies.filter((reply) => answers(reply, read));
  const first = mine[0];
  if (first) {
    const beside = rest.length - mine.reduce((sum, { start, end }) => sum + end - start, 0);
    if (mine.length > 1 || hasHeader(rest.subarray(first.end), read)) return { kind: 'two-answers', hasEcho };
    const ms = arrivalMs(overheard, skipped + first.end);
    return { ...answerVerdict(first, ms, timeoutMs, beside), hasEcho };
  }
  const other = replies.find(({ unit }) => unit !== read.unit);
  if (other) return { kind: 'other-unit', unit: other.unit, hasEcho };
  return { ...damageVerdict(rest, framing, read, format), hasEcho };
}

type Undressed<V> = V extends unknown ? Omit<V, 'hasEcho'> : never;

function answerVerdict(reply: RawReply, ms: number, timeoutMs: number, extraBytes: number): Undressed<Verdict> {
  if (ms > timeoutMs) return { kind: 'late', ms };
  if (reply.exception !== undefined) return { kind: 'exception', code: reply.exception, ms };
  const data = Buffer.from(reply.data).toString('hex');
  return { kind: 'answer', ms, extraBytes: extraBytes > spikeBytesMax ? extraBytes : 0, data };
}

/** What bytes without any right answer among them look most like. */
function damageVerdict(
  rest: Uint8Array,
  framing: LinkFraming,
  read: RawRead,
  format: CharacterFormat,
): Undressed<Verdict> {
  const bytes = rest.length;
  if (rest.every((byte) => byte === 0)) return { kind: 'zeros', bytes };
  if (framing !== 'rtu') return { kind: 'garbage', bytes };
  const wanted = answerOverhead + answerDataBytes(read.functionCode, read.count);
  if (looksSwapped(rest, read, format)) return { kind: 'inverted', bytes };
  if (hasHeader(rest, read)) {
    if (bytes > wanted) return { kind: 'collided', bytes };
    return bytes < wanted ? { kind: 'cut', bytes, wanted } : { kind: 'checksum', bytes };
  }
  // Of a damaged frame the head may be hit as well; its length stays.
  return bytes === wanted || bytes === exceptionBytes ? { kind: 'checksum', bytes } : { kind: 'garbage', bytes };
}

/** Begins as the answer does, wherever that is: unit, function, byte count, or two of the three. */
function hasHeader(bytes: Uint8Array, read: RawRead): boolean {
  const header = [read.unit, read.functionCode, answerDataBytes(read.functionCode, read.count)];
  return bytes.length >= 3 && header.filter((byte, n) => bytes[n] === byte).length >= 2;
}

function looksSwapped(bytes: Uint8Array, read: RawRead, format: CharacterFormat): boolean {
  const header = Uint8Array.of(read.unit, read.functionCode, answerDataBytes(read.functionCode, read.count));
  const swapped = heardSwapped(header, format);
  return swapped.length > 0 && swapped.every((byte, n) => bytes[n] === byte);
}

function arrivalMs({ pieces }: Overheard, end: number): number {
  let passed = 0;
  for (const { atMs, bytes } of pieces) {
    passed += bytes.length;
    if (passed >= end) return Math.max(0, atMs);
  }
  return Number.NaN;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
