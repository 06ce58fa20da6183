import type { FrameBuilder } from '../../../gateway/contract/index.js';
import type { Item } from '../poll.js';
import type { RegisterRange } from '../register-reference.js';

/** Registers of one reply. */
export interface HeardRegisters {
  readonly range: RegisterRange;
  /** Two bytes a register. */
  readonly data: Uint8Array;
  /** The master's round it was heard in. */
  readonly round: number;
  readonly isDoubtful: boolean;
}

/** A value whose registers the master reads in pieces. It is made of pieces of one round alone. */
export class SpanningValue {
  readonly #item: Item;
  readonly #bytes: Uint8Array;
  readonly #has: boolean[];
  #round = -1;
  #isDoubtful = false;

  constructor(item: Item) {
    const registers = item.range.end - item.range.start;
    this.#item = item;
    this.#bytes = new Uint8Array(registers * 2);
    this.#has = Array<boolean>(registers).fill(false);
  }

  get slot(): number {
    return this.#item.slot;
  }

  /** Takes a piece. The one that makes the value whole puts it into its slot; doubtful when any piece was. */
  take({ range, data, round, isDoubtful }: HeardRegisters, into: FrameBuilder): 'whole' | 'doubtful' | 'waiting' {
    if (round !== this.#round) this.#forget(round);
    const { start, end } = this.#item.range;
    for (let at = Math.max(start, range.start); at < Math.min(end, range.end); at += 1) {
      const from = (at - range.start) * 2;
      this.#bytes.set(data.subarray(from, from + 2), (at - start) * 2);
      this.#has[at - start] = true;
    }
    this.#isDoubtful ||= isDoubtful;
    if (this.#has.includes(false)) return 'waiting';
    this.#item.decode(new DataView(this.#bytes.buffer), 0, into, this.slot);
    const outcome = this.#isDoubtful ? 'doubtful' : 'whole';
    this.#forget(round);
    return outcome;
  }

  #forget(round: number): void {
    this.#round = round;
    this.#isDoubtful = false;
    this.#has.fill(false);
  }
}
