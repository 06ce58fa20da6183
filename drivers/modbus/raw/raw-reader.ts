import { answers, encodeRead, type LinkFraming, repliesIn } from './raw-read.js';
import { bytesOf, RawLine, type RawLineOptions } from './raw-line.js';
import { answerDataBytes } from '../register-bus.js';
import { answerOverhead } from '../rtu-framing.js';
import { characterMs } from '../wire-time.js';

/** What one read of registers came to. */
export type WordsAnswer =
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'refused'; readonly exception: number }
  | { readonly kind: 'silent' };

export interface RawReaderOptions extends RawLineOptions {
  readonly framing: LinkFraming;
  readonly timeoutMs: number;
}

/** Silence before each request. */
const gapMs = 5;

/** Reads registers of units on a line that nobody knows yet, one request at a time. */
export class RawReader {
  readonly line: RawLine;
  readonly #options: RawReaderOptions;
  #transaction = 0;

  private constructor(line: RawLine, options: RawReaderOptions) {
    this.line = line;
    this.#options = options;
  }

  /** Rejects with `NotConnected`. */
  static async open(options: RawReaderOptions, signal: AbortSignal): Promise<RawReader> {
    return new RawReader(await RawLine.open(options, signal), options);
  }

  /** After silence the line is left alone for as long again, so that what comes late is not taken for the next answer. */
  async read(
    unit: number,
    table: 'holding' | 'input',
    start: number,
    count: number,
    signal: AbortSignal,
  ): Promise<WordsAnswer> {
    const { framing, address, serial, timeoutMs } = this.#options;
    const read = { unit, functionCode: table === 'holding' ? 3 : 4, start, count } as const;
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const answersIt = (received: Uint8Array) =>
      repliesIn(framing, received).find(
        (reply) => answers(reply, read) && (framing !== 'tcp' || reply.transaction === this.#transaction),
      );
    await this.line.listen(gapMs, signal);
    const bytes = answerOverhead + answerDataBytes(read.functionCode, count);
    const wireMs = address.kind === 'serial' ? bytes * characterMs(serial) : 0;
    const request = encodeRead(framing, read, this.#transaction);
    const isDone = (received: Uint8Array): boolean => answersIt(received) !== undefined;
    const reply = answersIt(bytesOf(await this.line.ask(request, timeoutMs + wireMs, isDone, signal)));
    if (!reply) {
      await this.line.listen(timeoutMs, signal);
      return { kind: 'silent' };
    }
    if (reply.exception !== undefined) return { kind: 'refused', exception: reply.exception };
    return { kind: 'words', words: wordsOf(reply.data) };
  }

  close(): Promise<void> {
    return this.line.close();
  }
}

/** Registers from the data of an answer. */
export function wordsOf(data: Uint8Array): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: data.length >> 1 }, (_, n) => view.getUint16(n * 2));
}
