import { checksum, checksumText } from './checksum.js';

/** HJ 212-2017 §6.3: `##`, length of the data segment in 4 digits, the segment, its check in 4 hex digits, CR LF. */
const start = '##';
const digitsPattern = /^\d{4}$/;
/** The next frame's beginning: it never stands within a data segment. */
const nextStartPattern = /##\d{4}/;
const headBytes = 6;
const checkBytes = 4;
const end = '\r\n';
const lineBreaks = new Set(['\r', '\n']);

/** Longest data segment, HJ 212-2017 §6.3.1: longer data is sent in several packets. */
export const segmentBytesMax = 1024;

/** Most bytes a framer keeps while a frame is not whole. */
export const heldBytesMax = headBytes + segmentBytesMax + checkBytes;

/** What was wrong on the wire. Only after `unended` was the frame before it taken all the same. */
export type FrameDamage =
  | { readonly kind: 'garbage'; readonly bytes: number }
  | { readonly kind: 'length'; readonly written: string }
  | { readonly kind: 'too-long'; readonly length: number }
  | { readonly kind: 'checksum'; readonly is: string; readonly shouldBe: string }
  | { readonly kind: 'cut-short'; readonly missing: number }
  | { readonly kind: 'unended' };

/** A data segment whose check is right, with the frame as it came, without CR LF. */
export interface FoundFrame {
  readonly kind: 'frame';
  readonly segment: string;
  readonly bytes: Uint8Array;
}

export type Found = FoundFrame | FrameDamage;

/** A frame as it is sent. Throws `RangeError` when the segment is longer than 1024 bytes. */
export function encodeFrame(segment: string): Uint8Array {
  const bytes = Buffer.from(segment, 'latin1');
  if (bytes.length > segmentBytesMax) throw new RangeError(`a data segment of ${bytes.length} bytes is too long`);
  const length = String(bytes.length).padStart(4, '0');
  return Buffer.from(`${start}${length}${segment}${checksumText(checksum(bytes))}${end}`, 'latin1');
}

/** What is wrong, in words for the log. */
export function damageText(damage: FrameDamage): string {
  switch (damage.kind) {
    case 'garbage':
      return `${damage.bytes} bytes before a frame belong to none`;
    case 'length':
      return `\`${damage.written}\` is no length of a data segment`;
    case 'too-long':
      return `a data segment of ${damage.length} bytes, longer than ${segmentBytesMax}: it must be split into packets`;
    case 'checksum':
      return `a checksum of ${damage.is}, should be ${damage.shouldBe}`;
    case 'cut-short':
      return `${damage.missing} bytes of a frame are missing`;
    case 'unended':
      return 'a frame without CR LF; it was taken';
  }
}

/**
 * Frames out of a station's bytes, however TCP cut or joined them. What is damaged hides nothing that follows: after it
 * the search goes on at the next `##`. Keeps at most `heldBytesMax` bytes. Never throws.
 */
export class Framer {
  #held = '';
  #awaitsEnd = false;
  /** Bytes since the last frame that belong to none; undefined within what is left of a damaged one, told already. */
  #garbage: number | undefined = 0;

  get heldBytes(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array): Found[] {
    const text = this.#held + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const found: Found[] = [];
    let at = this.#awaitsEnd ? this.#takeEnd(text, found) : 0;
    while (at < text.length && !this.#awaitsEnd) {
      const next = this.#step(text, at, found);
      if (next === undefined) break;
      at = next;
    }
    this.#held = text.slice(at);
    return found;
  }

  /** The connection is gone: what is left is told. */
  end(): Found[] {
    const found: Found[] = [];
    const isWithinFrame = this.#held.length >= headBytes;
    if (!isWithinFrame) this.#skip(this.#held);
    this.#tellGarbage(found);
    if (this.#awaitsEnd) found.push({ kind: 'unended' });
    else if (isWithinFrame) found.push(cutShort(this.#held, 0, this.#held.length));
    this.#held = '';
    this.#awaitsEnd = false;
    this.#garbage = 0;
    return found;
  }

  /** One frame or one damage; gives where to go on, or undefined when more bytes are needed from `at` on. */
  #step(text: string, at: number, found: Found[]): number | undefined {
    const begin = text.indexOf(start, at);
    if (begin !== at) {
      // A `#` at the end may be the first of two.
      const to = begin >= 0 ? begin : text.endsWith('#') ? text.length - 1 : text.length;
      this.#skip(text.slice(at, to));
      return to > at ? to : undefined;
    }
    const written = text.slice(begin + start.length, begin + headBytes);
    if (written.startsWith('#')) {
      this.#skip('#');
      return begin + 1;
    }
    if (written.length < headBytes - start.length) return undefined;
    if (!digitsPattern.test(written)) return this.#damaged({ kind: 'length', written }, begin + start.length, found);
    const length = Number(written);
    if (length > segmentBytesMax) return this.#damaged({ kind: 'too-long', length }, begin + start.length, found);
    return this.#takeFrame(text, begin, length, found);
  }

  #takeFrame(text: string, begin: number, length: number, found: Found[]): number | undefined {
    const checkAt = begin + headBytes + length;
    const after = checkAt + checkBytes;
    if (after > text.length) {
      const inner = text.slice(begin + headBytes).search(nextStartPattern);
      if (inner < 0) return undefined;
      const to = begin + headBytes + inner;
      return this.#damaged(cutShort(text, begin, to), to, found);
    }
    const segment = text.slice(begin + headBytes, checkAt);
    const shouldBe = checksumText(checksum(Buffer.from(segment, 'latin1')));
    const is = text.slice(checkAt, after);
    if (is.toUpperCase() !== shouldBe) {
      return this.#damaged({ kind: 'checksum', is, shouldBe }, begin + start.length, found);
    }
    this.#tellGarbage(found);
    found.push({ kind: 'frame', segment, bytes: Buffer.from(text.slice(begin, after), 'latin1') });
    this.#awaitsEnd = true;
    return this.#takeEnd(text, found, after);
  }

  /** Takes the CR LF of the frame before; gives where to go on. */
  #takeEnd(text: string, found: Found[], at = 0): number {
    const came = text.slice(at, at + end.length);
    if (came.length < end.length && end.startsWith(came)) return text.length - came.length;
    this.#awaitsEnd = false;
    if (came === end) return at + end.length;
    found.push({ kind: 'unended' });
    return at;
  }

  #damaged(damage: FrameDamage, goOnAt: number, found: Found[]): number {
    this.#tellGarbage(found);
    found.push(damage);
    this.#garbage = undefined;
    return goOnAt;
  }

  /** Empty lines are no garbage: some stations keep their connection up with them. */
  #skip(text: string): void {
    if (this.#garbage === undefined) return;
    for (const letter of text) if (!lineBreaks.has(letter)) this.#garbage += 1;
  }

  #tellGarbage(found: Found[]): void {
    if (this.#garbage) found.push({ kind: 'garbage', bytes: this.#garbage });
    this.#garbage = 0;
  }
}

/** A frame that begins at `begin` and ended at `to`. */
function cutShort(text: string, begin: number, to: number): FrameDamage {
  const length = Number(text.slice(begin + start.length, begin + headBytes));
  return { kind: 'cut-short', missing: headBytes + length + checkBytes - (to - begin) };
}
