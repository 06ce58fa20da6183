import { findLines, fromAscii } from '../ascii-framing.js';
import { Arrivals } from './arrivals.js';
import type { Cut, Cutter } from './cutter.js';
import { frameAt } from './frame-forms.js';

/** Longest frame of ASCII (Modbus over Serial Line V1.02 §2.5.2.1). */
const lineBytesMax = 513;
const colon = 0x3a;
const lineFeed = 0x0a;

/** Cuts ASCII at its colons and line feeds. A line of a function that is not known, or of another length, is damage. */
export class AsciiCutter implements Cutter {
  readonly #arrivals = new Arrivals();

  get isHolding(): boolean {
    return this.#arrivals.bytes.length > 0;
  }

  add(bytes: Uint8Array, atMs: number): void {
    this.#arrivals.add(bytes, atMs);
  }

  next(_asked: unknown, isOver: boolean): Cut | undefined {
    const { bytes } = this.#arrivals;
    if (bytes.length === 0) return undefined;
    const begins = bytes.indexOf(colon);
    if (begins > 0) return this.#damage(Math.min(begins, lineBytesMax));
    if (begins < 0) return this.#rest(isOver);
    const end = bytes.indexOf(lineFeed) + 1;
    // A colon in between begins anew.
    const again = bytes.indexOf(colon, 1);
    if (again > 0 && (end === 0 || again < end)) return this.#damage(again);
    if (end > 0 && end <= lineBytesMax) return this.#line(end);
    return this.#rest(isOver);
  }

  #rest(isOver: boolean): Cut | undefined {
    const { length } = this.#arrivals.bytes;
    return isOver || length >= lineBytesMax ? this.#damage(Math.min(length, lineBytesMax)) : undefined;
  }

  #line(end: number): Cut {
    const { bytes: line, ...times } = this.#arrivals.take(end);
    const frame = findLines(line).length === 1 ? fromAscii(line) : undefined;
    const form = frame && frameAt(frame, 0, frame.length, { asked: undefined, isOver: true });
    if (!frame || !form || form === 'more' || form.length !== frame.length) {
      return { kind: 'damaged', bytes: line, ...times };
    }
    const { canBeRequest, canBeReply } = form;
    return { kind: 'frame', bytes: frame, ...times, canBeRequest, canBeReply };
  }

  #damage(count: number): Cut {
    return { kind: 'damaged', ...this.#arrivals.take(count) };
  }
}
