import type { Fault } from '../gateway/contract/index.js';
import type { Random } from './random.js';

/** Faults that befall a reply, each with its share of all replies. */
export type ReplyFault = Extract<Fault, { readonly share: number }>;
/** Faults of one value of one unit. */
export type ValueFault = Extract<Fault, { readonly tag: string }>;

const isReplyFault = (fault: Fault): fault is ReplyFault => 'share' in fault;
const isValueFault = (fault: Fault): fault is ValueFault => 'tag' in fault;

/**
 * What is wrong now with one server and its units. A reply meets at most one reply fault, so that each share is exact;
 * shares that sum to more than 1 are refused. Injecting a reply fault again replaces its kind.
 */
export class FaultSet {
  readonly #random: Random;
  #replyFaults = new Map<ReplyFault['kind'], ReplyFault>();
  #faults: Exclude<Fault, ReplyFault>[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  inject(fault: Fault): void {
    if (!isReplyFault(fault)) {
      this.#faults.push(fault);
      return;
    }
    const others = [...this.#replyFaults.values()].filter(({ kind }) => kind !== fault.kind);
    const sum = others.reduce((total, { share }) => total + share, fault.share);
    if (fault.share < 0 || sum > 1 + 1e-9) {
      throw new RangeError(`shares of reply faults must lie in 0…1 and sum to at most 1, not ${sum}`);
    }
    this.#replyFaults.set(fault.kind, fault);
  }

  heal(): void {
    this.#replyFaults = new Map();
    this.#faults = [];
  }

  /** The fault the next reply meets, by a seeded throw; undefined for most. */
  throwForReply(): ReplyFault | undefined {
    if (this.#replyFaults.size === 0) return undefined;
    let left = this.#random.next();
    for (const fault of this.#replyFaults.values()) {
      left -= fault.share;
      if (left < 0) return fault;
    }
    return undefined;
  }

  get halfOpen(): boolean {
    return this.#faults.some(({ kind }) => kind === 'half-open');
  }

  isDead(unit: number): boolean {
    return this.#faults.some((fault) => fault.kind === 'dead' && fault.unit === unit);
  }

  /** ms a slow unit takes more than others. */
  slownessMs(unit: number): number {
    return this.#faults.reduce(
      (sum, fault) => sum + (fault.kind === 'slow' && fault.unit === unit ? fault.byMs : 0),
      0,
    );
  }

  /** Whether a read or write touches addresses that are holes now; `to` is the last one. */
  hitsHole(unit: number, address: number, count: number): boolean {
    return this.#faults.some(
      (fault) => fault.kind === 'hole' && fault.unit === unit && address <= fault.to && address + count > fault.from,
    );
  }

  ofValue(unit: number, tag: string): readonly ValueFault[] {
    if (this.#faults.length === 0) return [];
    return this.#faults.filter(isValueFault).filter((fault) => fault.unit === unit && fault.tag === tag);
  }
}
