import type { FieldValue, MessageFormat } from './message-format.js';

/** A message cut out of a stream. */
export interface Collected {
  readonly fields: ReadonlyMap<string, FieldValue>;
  readonly bytes: Uint8Array;
}

/** Messages of one kind out of a stream that began somewhere; holds no more than one message may be long. */
export class MessageCollector {
  readonly #format: MessageFormat;
  #held: Uint8Array = new Uint8Array();
  /** What is heard now may have lost its beginning; it is given up to its end mark. */
  #isCut: boolean;
  #damaged = 0;

  constructor(format: MessageFormat) {
    this.#format = format;
    this.#isCut = format.isEndMarkedOnly;
  }

  /** Messages that were whole and did not hold: wrong checksum, no end. */
  get damaged(): number {
    return this.#damaged;
  }

  get heldBytes(): number {
    return this.#held.length;
  }

  /** The messages these bytes complete, oldest first. */
  push(bytes: Uint8Array): Collected[] {
    const all = this.#held.length === 0 ? bytes : Uint8Array.from(Buffer.concat([this.#held, bytes]));
    const collected: Collected[] = [];
    for (let from = 0; ; ) {
      const step = this.#format.next(all, from);
      if (step.kind === 'wanting') {
        // A copy: a view would hold the whole chunk it came with.
        this.#held = Uint8Array.from(all.subarray(step.from));
        return collected;
      }
      if (step.kind === 'message' && !this.#isCut) {
        collected.push({ fields: step.fields, bytes: Uint8Array.from(all.subarray(step.start, step.end)) });
      }
      if (step.kind === 'damaged' && !this.#isCut) this.#damaged += 1;
      this.#isCut = this.#format.isEndMarkedOnly && step.kind === 'damaged' && step.isCut === true;
      from = step.end;
    }
  }
}
