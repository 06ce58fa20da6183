import type { Fault } from '../../gateway/contract/index.js';
import { FaultSet, type ReplyFault } from '../faults.js';
import type { Random } from '../random.js';

/** Faults of one message beside those of every wire. */
type MessageFault =
  | { readonly kind: 'wrong-checksum'; readonly share: number }
  /** The length of the message says more than there is. */
  | { readonly kind: 'wrong-length'; readonly share: number }
  /** It comes in single bytes. */
  | { readonly kind: 'split'; readonly share: number };

/** Faults of a station that last: its clock stands in another year; it says 11 bytes of the 24 of F5H. */
type StationFault = { readonly kind: 'clock'; readonly year: number } | { readonly kind: 'wrong-definition' };

export type HydrologyFault = Fault | MessageFault | StationFault;

/** What the next message meets. */
export type SentFault = ReplyFault | MessageFault;

const isOfMessage = (fault: HydrologyFault): fault is MessageFault =>
  fault.kind === 'wrong-checksum' || fault.kind === 'wrong-length' || fault.kind === 'split';

/** What is wrong now with the stations of one simulator. */
export class HydrologyFaults {
  readonly common: FaultSet;
  readonly #random: Random;
  readonly #messages = new Map<string, MessageFault>();
  #year: number | undefined;
  #isWrongDefinition = false;

  constructor(random: Random) {
    this.common = new FaultSet(random);
    this.#random = random;
  }

  /** The year every clock stands in; undefined when they go right. */
  get year(): number | undefined {
    return this.#year;
  }

  get isWrongDefinition(): boolean {
    return this.#isWrongDefinition;
  }

  inject(fault: HydrologyFault): void {
    if (fault.kind === 'clock') this.#year = fault.year;
    else if (fault.kind === 'wrong-definition') this.#isWrongDefinition = true;
    else if (isOfMessage(fault)) this.#messages.set(fault.kind, fault);
    else this.common.inject(fault);
  }

  heal(): void {
    this.common.heal();
    this.#messages.clear();
    this.#year = undefined;
    this.#isWrongDefinition = false;
  }

  throwForMessage(): SentFault | undefined {
    for (const fault of this.#messages.values()) if (this.#random.next() < fault.share) return fault;
    return this.common.throwForReply();
  }
}
