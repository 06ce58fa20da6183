import type { Json, Judgement, Rule, StampedFrame } from '../../gateway/contract/index.js';

/**
 * A rule that cannot harm others: when the rule inside throws, which is our bug, it is replaced by a fresh one and the
 * input is passed over. Only the first failure is told, so a rule that always throws does not fill the log. What the
 * fresh rule finds normal it does not say: conditions told before the failure stand until it tells them anew.
 */
export class IsolatedRule implements Rule {
  readonly #create: () => Rule;
  readonly #onFailure: (error: unknown) => void;
  #rule: Rule;
  #hasFailed = false;

  /** `create` makes a fresh rule, at once and after each failure; `onFailure` is called at most once. */
  constructor(create: () => Rule, onFailure: (error: unknown) => void) {
    this.#create = create;
    this.#onFailure = onFailure;
    this.#rule = create();
  }

  next(frame: StampedFrame): readonly Judgement[] {
    try {
      return this.#rule.next(frame);
    } catch (error) {
      return this.#startAfresh(error);
    }
  }

  tick(instant: number): readonly Judgement[] {
    try {
      return this.#rule.tick(instant);
    } catch (error) {
      return this.#startAfresh(error);
    }
  }

  snapshot(): Json {
    try {
      return this.#rule.snapshot();
    } catch (error) {
      this.#startAfresh(error);
      return null;
    }
  }

  restore(state: Json): void {
    try {
      this.#rule.restore(state);
    } catch (error) {
      this.#startAfresh(error);
    }
  }

  #startAfresh(error: unknown): readonly Judgement[] {
    this.#rule = this.#create();
    if (!this.#hasFailed) this.#onFailure(error);
    this.#hasFailed = true;
    return [];
  }
}
