import { randomUUID } from 'node:crypto';
import type { Clock, ClockEntry } from '../contract/index.js';

/** Nothing was recorded before this release was built: a clock below it is not believed. */
export const buildDate = Date.UTC(2026, 10, 21);

/** A change of UTC against the timeline beyond this is a step and is journaled; below it is slewing. */
export const stepMs = 500;

export interface TimelineOptions {
  readonly clock: Clock;
  /** Highest stamps in the journal, NaN where there is none. */
  readonly last: { readonly instant: number; readonly time: number };
  /** `operator`: the machine's clock is not believed until somebody sets the time. */
  readonly source: 'system' | 'operator';
  readonly note: (entry: ClockEntry) => void;
}

/**
 * The gateway's own timeline. `instant` goes on at the journal's last value + 1 and never steps; UTC is a label beside
 * it, believed only from the floor on: the last label in the journal, and the build date.
 */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #boot = randomUUID();
  readonly #startInstant: number;
  readonly #startMonotonic: number;
  readonly #floor: number;
  /** UTC − instant. */
  #offset: number;
  #isTrusted: boolean;
  #isHoldingOver = false;

  constructor(options: TimelineOptions) {
    const { clock, last } = options;
    this.#options = options;
    this.#startInstant = last.instant + 1;
    this.#startMonotonic = clock.monotonic();
    this.#floor = Math.max(buildDate, Number.isNaN(last.time) ? 0 : last.time);
    this.#offset = clock.utc() - this.#startInstant;
    this.#isTrusted = options.source === 'system' && clock.utc() >= this.#floor;
    this.#note('boot', 0);
  }

  /** ms on the gateway's timeline now, whole. */
  instant(): number {
    return this.#startInstant + Math.floor(this.#options.clock.monotonic() - this.#startMonotonic);
  }

  /** False while records are held for want of a time. */
  get isTrusted(): boolean {
    return this.#isTrusted;
  }

  /** ms UTC the clock is not believed below. */
  get floor(): number {
    return this.#floor;
  }

  /** The stamps of something that is so now; notes a step of the clock first. */
  stamp(): { instant: number; time: number } {
    const instant = this.instant();
    const offset = this.#options.clock.utc() - instant;
    const moved = offset - this.#offset;
    if (Math.abs(moved) >= stepMs) this.#step(moved);
    else this.#slew(offset);
    return { instant, time: this.#isTrusted ? instant + this.#offset : Number.NaN };
  }

  /** Somebody vouches for the machine's clock as it is now. */
  believe(source: string): void {
    this.#offset = this.#options.clock.utc() - this.instant();
    const why = this.#isTrusted ? 'step' : 'known';
    this.#isTrusted = true;
    this.#note(why, 0, source);
  }

  /** A clock that was behind the floor becomes believable also by going on, without a step. */
  #slew(offset: number): void {
    this.#offset = offset;
    this.#isHoldingOver = false;
    if (!this.#becomesKnown()) return;
    this.#isTrusted = true;
    this.#note('known', 0);
  }

  #step(movedMs: number): void {
    if (this.#isTrusted && this.#options.clock.utc() < buildDate) {
      this.#holdOver(movedMs);
      return;
    }
    this.#isHoldingOver = false;
    this.#offset += movedMs;
    const becomesKnown = this.#becomesKnown();
    if (becomesKnown) this.#isTrusted = true;
    this.#note(becomesKnown ? 'known' : 'step', movedMs);
  }

  /** The clock has fallen to a time that cannot be: labels go on by the timeline until it is back. Noted once. */
  #holdOver(movedMs: number): void {
    if (!this.#isHoldingOver) this.#note('step', movedMs, 'timeline');
    this.#isHoldingOver = true;
  }

  #becomesKnown(): boolean {
    return !this.#isTrusted && this.#options.source === 'system' && this.#options.clock.utc() >= this.#floor;
  }

  #note(why: ClockEntry['why'], movedMs: number, source = 'system'): void {
    const instant = this.instant();
    const utc = instant + this.#offset;
    this.#options.note({
      kind: 'clock',
      instant,
      time: this.#isTrusted ? utc : Number.NaN,
      boot: this.#boot,
      utc,
      source,
      why,
      movedMs: Math.round(movedMs),
      floor: this.#floor,
      trusted: this.#isTrusted,
    });
  }
}
