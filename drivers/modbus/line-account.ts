import type { Clock } from '../../gateway/contract/index.js';
import type { Strays } from './line-port.js';
import type { ReadFunction } from './register-bus.js';
import { fits, type Shape } from './rtu-framing.js';

/** A line that was seen to answer twice is taken to do so for this long. */
const repeatsForMs = 600_000;

const keyOf = ({ unit, functionCode, dataBytes }: Shape): number => (unit << 16) | (functionCode << 8) | dataBytes;

/** One read, as asked, and what its answer looks like. */
export interface Ask extends Shape {
  readonly functionCode: ReadFunction;
  readonly start: number;
  readonly count: number;
}

/** The last read of one shape that was answered. */
interface Answered {
  readonly ask: Ask;
  readonly lastByteMs: number;
  readonly answeredMs: number;
}

export interface AccountOptions {
  readonly latenessMs: number;
  readonly clock: Clock;
}

/**
 * Which answers the line still owes, and how long each next request must wait for that. All that can be known of an
 * answer is its shape (unit, function, byte count), so the account is kept by shapes.
 */
export class LineAccount {
  readonly #options: AccountOptions;
  readonly counters = { late: 0, beyondLateness: 0, duplicates: 0, foreign: 0, garbageBytes: 0 };
  readonly #answeredReads = new Map<number, Answered>();
  /** By unit: shapes of requests whose answers did not end within the lateness bound, and so may still come. */
  readonly #owed = new Map<number, Map<number, Shape>>();
  /** Units of which something came later than the bound: what they say next is uncertain. */
  readonly #doubted = new Set<number>();
  #lastAnswered: Shape | undefined;
  /** Timed out and still within the bound. */
  #timedOut: Shape | undefined;
  #repeatsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /**
   * When a read of this shape may be made. After a read of other registers that looks alike, only when the bound is
   * over. The same registers again: when a repetition of the last answer would have come; on a line that repeats
   * answers, when the bound is over as well.
   */
  mayAskMs(ask: Ask, repetitionMs: number): number {
    const last = this.#answeredReads.get(keyOf(ask));
    if (!last) return Number.NEGATIVE_INFINITY;
    const isSame = last.ask.start === ask.start && last.ask.count === ask.count;
    const isStrict = !isSame || this.#options.clock.monotonic() < this.#repeatsUntilMs;
    return isStrict ? last.lastByteMs + this.#options.latenessMs : last.answeredMs + repetitionMs;
  }

  noteAnswered(ask: Ask, lastByteMs: number): void {
    this.#answeredReads.set(keyOf(ask), { ask, lastByteMs, answeredMs: this.#options.clock.monotonic() });
    this.#lastAnswered = ask;
  }

  noteTimedOut(shape: Shape): void {
    this.#timedOut = shape;
  }

  /** The bound is over: what has not come by now is owed. */
  closeTimedOut(): void {
    const shape = this.#timedOut;
    if (!shape) return;
    this.#timedOut = undefined;
    const owed = this.#owed.get(shape.unit) ?? new Map<number, Shape>();
    this.#owed.set(shape.unit, owed.set(keyOf(shape), shape));
  }

  /** True when answers of this unit may still come from before. */
  owes(unit: number): boolean {
    return this.#owed.has(unit);
  }

  /** True when an answer of this shape could be one from before. */
  isOwed(shape: Shape): boolean {
    return this.#owed.get(shape.unit)?.has(keyOf(shape)) ?? false;
  }

  /** A unit answers in the order it was asked: what it owed from before will not come any more. */
  settle(unit: number): void {
    this.#owed.delete(unit);
  }

  /** True once after something of this unit came later than the bound. */
  takeDoubt(unit: number): boolean {
    return this.#doubted.delete(unit);
  }

  noteStrays({ frames, garbageBytes }: Strays): void {
    this.counters.garbageBytes += garbageBytes;
    for (const frame of frames) this.#noteStray(frame);
  }

  #noteStray(frame: Uint8Array): void {
    const unit = frame[0] as number;
    const owed = this.#owed.get(unit);
    const overdue = [...(owed?.values() ?? [])].find((shape) => fits(frame, shape));
    if (this.#timedOut && fits(frame, this.#timedOut)) {
      this.counters.late += 1;
      this.#timedOut = undefined;
    } else if (overdue) {
      this.counters.beyondLateness += 1;
      owed?.delete(keyOf(overdue));
      if (owed?.size === 0) this.#owed.delete(unit);
      this.#doubted.add(unit);
    } else if (this.#lastAnswered && fits(frame, this.#lastAnswered)) {
      this.counters.duplicates += 1;
      this.#repeatsUntilMs = this.#options.clock.monotonic() + repeatsForMs;
    } else {
      this.counters.foreign += 1;
    }
  }
}
