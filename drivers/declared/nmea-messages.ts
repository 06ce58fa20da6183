import { isChecksum } from './checksums.js';
import { latin1 } from './byte-text.js';
import { type FieldValue, indexOfBytes, type MessageFormat, type Step } from './message-format.js';

/**
 * A field of a sentence: the n-th after its name, counted from 1, or, in an XDR, the value of the transducer of that
 * name. `position` joins `ddmm.mmm` with the hemisphere after it to signed degrees.
 */
export type NmeaField =
  | { readonly index: number; readonly type: 'number' | 'text' | 'position' }
  | { readonly transducer: string };

export interface NmeaMessageSpec {
  /** `MWV`, or with a `$P` of a maker the whole name. */
  readonly sentence: string;
  /** `WI`; any without it. */
  readonly talker?: string | undefined;
  /** The sentence speaks of a value only while this field is one of these. */
  readonly valid?: { readonly index: number; readonly is: readonly string[] } | undefined;
  readonly fields: Readonly<Record<string, NmeaField>>;
}

const [dollar, star] = [0x24, 0x2a];
const lineFeed = Uint8Array.of(0x0a);
/** From `$` to line feed (NMEA 0183 §5.3). */
const sentenceMax = 82;

/** NMEA 0183 sentences of one kind. One without a checksum, or longer than the standard allows, is not believed. */
export function nmeaMessages(spec: NmeaMessageSpec): MessageFormat {
  return {
    bytesMax: sentenceMax,
    isEndMarkedOnly: false,
    next(bytes, from) {
      const end = indexOfBytes(bytes, lineFeed, from) + 1;
      if (end === 0) {
        if (bytes.length - from < sentenceMax) return { kind: 'wanting', from };
        const last = bytes.lastIndexOf(dollar);
        const kept = last > from && bytes.length - last < sentenceMax ? last : bytes.length;
        return { kind: 'damaged', end: kept, why: `no end within ${sentenceMax} bytes` };
      }
      const start = bytes.subarray(0, end).lastIndexOf(dollar);
      if (start < from) return { kind: 'other', end };
      if (end - start > sentenceMax) return { kind: 'damaged', end, why: 'too long' };
      return readSentence(spec, bytes, start, end);
    },
  };
}

function readSentence(spec: NmeaMessageSpec, bytes: Uint8Array, start: number, end: number): Step {
  const isReturn = bytes[end - 2] === 0x0d;
  const sentence = bytes.subarray(start + 1, end - (isReturn ? 2 : 1));
  const starAt = sentence.length - 3;
  const body = sentence.subarray(0, Math.max(0, starAt));
  const form = { name: 'xor', as: 'hex' } as const;
  if (starAt < 0 || sentence[starAt] !== star || !isChecksum(form, body, sentence.subarray(starAt + 1))) {
    return { kind: 'damaged', end, why: 'wrong checksum' };
  }
  const words = latin1(body).split(',');
  if (!isNamed(spec, words[0] as string)) return { kind: 'other', end };
  return { kind: 'message', start, end, fields: readFields(spec, words) };
}

const isNamed = ({ sentence, talker }: NmeaMessageSpec, name: string): boolean =>
  talker === undefined
    ? name === sentence || (name.length === sentence.length + 2 && !name.startsWith('P') && name.endsWith(sentence))
    : name === talker + sentence;

function readFields({ fields, valid }: NmeaMessageSpec, words: readonly string[]): ReadonlyMap<string, FieldValue> {
  const isVoid = valid !== undefined && !valid.is.includes(words[valid.index] ?? '');
  return new Map(
    Object.entries(fields).map(([name, field]) => {
      const isText = 'type' in field && field.type === 'text';
      return [name, isVoid && !isText ? Number.NaN : readWord(field, words)];
    }),
  );
}

function readWord(field: NmeaField, words: readonly string[]): FieldValue {
  // XDR comes in fours: type, value, unit, name.
  if ('transducer' in field) {
    const at = words.findIndex((word, n) => n > 0 && n % 4 === 0 && word === field.transducer);
    return at < 0 ? Number.NaN : numberOf(words[at - 2]);
  }
  const word = words[field.index] ?? '';
  if (field.type === 'text') return word;
  return field.type === 'number' ? numberOf(word) : degreesOf(word, words[field.index + 1] ?? '');
}

const numberOf = (word = ''): number => (/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(word) ? Number(word) : Number.NaN);

/** `4807.038`, `N` → 48.1173. */
function degreesOf(word: string, hemisphere: string): number {
  const match = /^(\d{2,3})(\d{2}(?:\.\d*)?)$/.exec(word);
  const sign = { N: 1, E: 1, S: -1, W: -1 }[hemisphere];
  return match && sign !== undefined ? sign * (Number(match[1]) + Number(match[2]) / 60) : Number.NaN;
}
