import type { Finding, Json, QuietZone, Rule, StampedFrame } from '../../gateway/contract/index.js';

/**
 * A rule that cannot harm others: when the rule inside throws, which is our bug, it is replaced by a fresh one and the
 * input is passed over. Only the first failure is told, so a rule that always throws does not fill the log. The host is
 * asked for each fresh rule, and so can end what the failed one had found active.
 */
export class IsolatedRule implements Rule {
  readonly #create: () => Rule;
  readonly #onFailure: (error: unknown) => void;
  #rule: Rule;
  #hasFailed = false;
  #onUnrest: () => void = () => undefined;

  /** `create` makes a fresh rule, at once and after each failure; `onFailure` is called at most once. */
  constructor(create: () => Rule, onFailure: (error: unknown) => void) {
    this.#create = create;
    this.#onFailure = onFailure;
    this.#rule = create();
  }

  quietZone(): QuietZone | undefined {
    return this.#rule.quietZone?.();
  }

  next(frame: StampedFrame): readonly Finding[] {
    try {
      return this.#rule.next(frame);
    } catch (error) {
      return this.#startAfresh(error);
    }
  }

  tick(instant: number): readonly Finding[] {
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
    this.#onUnrest();
    try {
      this.#rule.restore(state);
    } catch (error) {
      this.#startAfresh(error);
    }
  }

  isActive(key: string): boolean {
    try {
      return this.#rule.isActive(key);
    } catch (error) {
      this.#startAfresh(error);
      return false;
    }
  }

  /** Calls back when the rule is no longer quiet by something else than a frame or tick; for the one who asks it. */
  onUnrest(listener: () => void): void {
    this.#onUnrest = listener;
  }

  assumeActive(key: string): void {
    this.#onUnrest();
    try {
      this.#rule.assumeActive(key);
    } catch (error) {
      this.#startAfresh(error);
    }
  }

  /** A fresh rule that cannot even be made leaves the one that failed in its place. */
  #startAfresh(error: unknown): readonly Finding[] {
    try {
      this.#rule = this.#create();
    } catch {
      // The failure that led here is told below; this one has the same cause.
    }
    if (!this.#hasFailed) this.#onFailure(error);
    this.#hasFailed = true;
    return [];
  }
}
