import { Quality, type StampedFrame } from '../../gateway/contract/index.js';
import type { IsolatedRule } from '../rules/isolated-rule.js';

const over = Quality['uncertain-over-range'];
const under = Quality['uncertain-under-range'];

/**
 * Which of many rules have nothing to say, in columns: of ten thousand rules nearly all are quiet nearly always, and
 * finding that out by asking each costs its objects' way through the processor's caches. A rule is asked again with the
 * first reading outside of its quiet zone, and until it is quiet again.
 */
export class QuietRules {
  readonly #rules: readonly IsolatedRule[];
  readonly #slots: Int32Array;
  readonly #above: Float64Array;
  readonly #below: Float64Array;
  /** 1 while the rule is quiet within its zone. */
  readonly #isQuiet: Uint8Array;

  constructor(rules: readonly IsolatedRule[]) {
    this.#rules = rules;
    this.#slots = new Int32Array(rules.length);
    this.#above = new Float64Array(rules.length);
    this.#below = new Float64Array(rules.length);
    this.#isQuiet = new Uint8Array(rules.length);
    for (const [index, rule] of rules.entries()) rule.onUnrest(() => (this.#isQuiet[index] = 0));
  }

  /**
   * The place, from `from` on, of the next of these rules that has to be asked with a frame; their number when none has.
   * One loop over columns, because it runs for every value.
   */
  nextAsked(rules: Int32Array, from: number, { values, quality }: StampedFrame): number {
    const isQuiet = this.#isQuiet;
    const slots = this.#slots;
    const above = this.#above;
    const below = this.#below;
    for (let place = from; place < rules.length; place += 1) {
      const index = rules[place] as number;
      if (isQuiet[index] === 0) return place;
      const slot = slots[index] as number;
      const value = values[slot] as number;
      const code = quality[slot] as number;
      const isWithin = value > (above[index] as number) && value < (below[index] as number);
      if (!isWithin || code === 0 || code >= 128 || code === over || code === under) return place;
    }
    return rules.length;
  }

  /** A second that passes says nothing to this rule. */
  passesOverTick(index: number): boolean {
    return this.#isQuiet[index] === 1;
  }

  /** Called after a rule was asked. */
  asked(index: number): void {
    const zone = this.#rules[index]?.quietZone();
    this.#isQuiet[index] = zone ? 1 : 0;
    if (!zone) return;
    this.#slots[index] = zone.slot;
    this.#above[index] = zone.above;
    this.#below[index] = zone.below;
  }
}
