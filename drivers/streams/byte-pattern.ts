/**
 * Bytes to be known again, as a site file writes them:
 * - `DTU-0001`: this text, UTF-8;
 * - `hex:FE FE ?? 16`: these bytes, `??` being any one;
 * - `pattern:{"imei":"86643*","csq":*}`: text in which `?` is any one byte and `*` as few as fit, 64 at most.
 */
export interface BytePattern {
  /** As it was written. */
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Text that ends in a letter or digit: with another one after it, it is another word. */
  readonly isOpenWord: boolean;
}

/** A byte, any one byte, or a run of any bytes. */
export type Piece = number | 'one' | 'run';

/** What a pattern makes of bytes; `partial`: they may yet become it. */
export type Match = { readonly kind: 'whole'; readonly end: number } | { readonly kind: 'partial' | 'none' };

/** Pieces of one pattern at most. */
export const piecesMax = 128;
/** Runs in one pattern at most, and bytes of one. */
const runsMax = 4;
export const runBytesMax = 64;
/** Anything shorter stands in other bytes by chance. */
const certainMin = 2;

const hexPattern = /^(?:[0-9a-f]{2}|\?\?)*$/i;

/** Undefined where it is none: fewer than two certain bytes, more than 128 pieces, a run at the end. */
export function parseBytePattern(text: string): BytePattern | undefined {
  const pieces = piecesOf(text);
  if (!pieces || pieces.length > piecesMax || pieces.at(-1) === 'run') return undefined;
  if (pieces.filter((piece) => typeof piece === 'number').length < certainMin) return undefined;
  if (pieces.filter((piece) => piece === 'run').length > runsMax) return undefined;
  const last = pieces.at(-1);
  return { text, pieces, isOpenWord: !text.startsWith('hex:') && (last === 'one' || isWordByte(last as number)) };
}

function piecesOf(text: string): Piece[] | undefined {
  if (text.startsWith('hex:')) {
    const digits = text.slice(4).replaceAll(/\s/g, '');
    if (!hexPattern.test(digits)) return undefined;
    return (digits.match(/../g) ?? []).map((pair) => (pair === '??' ? 'one' : Number.parseInt(pair, 16)));
  }
  if (!text.startsWith('pattern:')) return [...Buffer.from(text)];
  return [...Buffer.from(text.slice(8))].map((byte) => wildcards.get(byte) ?? byte);
}

const wildcards: ReadonlyMap<number, Piece> = new Map([
  [0x3f, 'one'],
  [0x2a, 'run'],
]);

/** A letter or a digit. */
export const isWordByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);

/** Whether the pattern stands at `from`; each run takes as few bytes as it can. */
export function matchAt({ pieces }: BytePattern, bytes: Uint8Array, from: number): Match {
  let at = from;
  let slack = 0;
  for (let begin = 0; begin < pieces.length; ) {
    const run = pieces.indexOf('run', begin);
    const end = run < 0 ? pieces.length : run;
    const found = findPieces(pieces, begin, end, bytes, at, slack);
    if (typeof found !== 'number') return { kind: found };
    at = found;
    slack = runBytesMax;
    begin = end + 1;
  }
  return { kind: 'whole', end: at };
}

/** Where the fixed pieces `begin … end − 1` end that begin at most `slack` bytes after `from`. */
function findPieces(
  pieces: readonly Piece[],
  begin: number,
  end: number,
  bytes: Uint8Array,
  from: number,
  slack: number,
): number | 'partial' | 'none' {
  for (let start = from; start <= from + slack; start += 1) {
    let n = 0;
    while (begin + n < end && start + n < bytes.length) {
      const piece = pieces[begin + n] as Piece;
      if (piece !== 'one' && piece !== bytes[start + n]) break;
      n += 1;
    }
    if (begin + n === end) return start + n;
    if (start + n >= bytes.length) return 'partial';
  }
  return 'none';
}
