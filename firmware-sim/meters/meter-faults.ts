import type { Fault } from '../../gateway/contract/index.js';
import { FaultSet, type ReplyFault } from '../faults.js';
import type { Random } from '../random.js';

/** Beside the faults of every wire: an answer with a wrong checksum, and one that comes in single bytes. */
export type MeterFault =
  | Fault
  | { readonly kind: 'wrong-checksum'; readonly share: number }
  | { readonly kind: 'split'; readonly share: number };

/** What the next answer meets. */
export type AnswerFault = ReplyFault | Exclude<MeterFault, Fault>;

const isOwn = (fault: MeterFault): fault is Exclude<MeterFault, Fault> =>
  fault.kind === 'wrong-checksum' || fault.kind === 'split';

/** What is wrong now with the meters of one line. */
export class MeterFaults {
  readonly common: FaultSet;
  readonly #random: Random;
  readonly #own = new Map<string, Exclude<MeterFault, Fault>>();

  constructor(random: Random) {
    this.common = new FaultSet(random);
    this.#random = random;
  }

  inject(fault: MeterFault): void {
    if (isOwn(fault)) this.#own.set(fault.kind, fault);
    else this.common.inject(fault);
  }

  heal(): void {
    this.common.heal();
    this.#own.clear();
  }

  throwForAnswer(): AnswerFault | undefined {
    for (const fault of this.#own.values()) if (this.#random.next() < fault.share) return fault;
    return this.common.throwForReply();
  }
}
