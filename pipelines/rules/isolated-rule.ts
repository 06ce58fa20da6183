import type { Exceedance, Finding, Json, Rule, StampedFrame } from '../../gateway/contract/index.js';
import type { Rest } from './rest.js';

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
  #onLook: () => void = () => undefined;

  /** `create` makes a fresh rule, at once and after each failure; `onFailure` is called at most once. */
  constructor(create: () => Rule, onFailure: (error: unknown) => void) {
    this.#create = create;
    this.#onFailure = onFailure;
    this.#rule = create();
  }

  /** It may be quiet at times. */
  get mayRest(): boolean {
    return this.#rule.quietZone !== undefined;
  }

  quietZone(): Rest | undefined {
    return this.#rule.quietZone?.();
  }

  /** Takes what it was passed over with; false when it began afresh, and so rests no more. */
  catchUp({ remember }: Rest, frames: readonly StampedFrame[]): boolean {
    try {
      for (const frame of frames) remember?.(frame);
      return true;
    } catch (error) {
      this.#startAfresh(error);
      return false;
    }
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
    this.#onLook();
    try {
      return this.#rule.snapshot();
    } catch (error) {
      this.#onUnrest();
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

  exceeding(): readonly Exceedance[] {
    try {
      return this.#rule.exceeding?.() ?? [];
    } catch (error) {
      this.#onUnrest();
      this.#startAfresh(error);
      return [];
    }
  }

  isActive(key: string): boolean {
    try {
      return this.#rule.isActive(key);
    } catch (error) {
      this.#onUnrest();
      this.#startAfresh(error);
      return false;
    }
  }

  /** Calls back when the rule is no longer quiet by something else than a frame or tick; for the one who asks it. */
  onUnrest(listener: () => void): void {
    this.#onUnrest = listener;
  }

  /** Calls back before what it remembers is looked at; for the one who asks it. */
  onLook(listener: () => void): void {
    this.#onLook = listener;
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
